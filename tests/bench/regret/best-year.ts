import type { Year } from "./year.ts";

/** What a battery can do, inside its bounds: the plans' own model of it is not asked. */
export interface BatteryLimits {
  readonly lowKwh: number;
  readonly highKwh: number;
  readonly startKwh: number;
  readonly kw: number;
  readonly efficiency: number;
  readonly wear: number;
  /** Worth of a kWh left after the last slot. */
  readonly endValuePerKwh: number;
}

export interface Powers {
  readonly chargeKw: number;
  readonly dischargeKw: number;
}

/** Contents between these are interpolated: halved, a year's cost changes by less than a ten-thousandth. */
const STEP_KWH = 0.025;

/**
 * The cheapest way of a battery through a year that is known from its first day: dynamic programming over its content, backwards for the cost
 * of each content, forwards for the way. In each slot every reachable content of the grid is tried, and the powers at which the meter turns or
 * a rating ends. Buying and selling exclude each other by nature here, whatever the prices.
 */
export function bestPowers(year: Year, battery: BatteryLimits): Powers[] {
  const { lowKwh, highKwh, kw, efficiency, wear } = battery;
  const count = Math.round((highKwh - lowKwh) / STEP_KWH) + 1;
  const step = (highKwh - lowKwh) / (count - 1);
  const slotCount = year.slots.length;
  const costs = new Float64Array((slotCount + 1) * count);
  for (let i = 0; i < count; i += 1) costs[slotCount * count + i] = -(lowKwh + i * step) * battery.endValuePerKwh;

  /** Money of a slot in which the content changes by that much; infinite beyond the ratings. */
  const slotCost = (k: number, changeKwh: number): number => {
    const hours = year.slots[k]?.hours ?? 1;
    const { chargeKw, dischargeKw } = powersOf(changeKwh, hours, efficiency);
    if (chargeKw > kw + 1e-9 || dischargeKw > kw + 1e-9) return Infinity;
    const netKw = (year.loadKw[k] ?? 0) - (year.pvKw[k] ?? 0) + chargeKw - dischargeKw;
    const price = netKw > 0 ? year.importPricePerKwh[k] : year.exportPricePerKwh[k];
    return hours * (netKw * (price ?? 0) + dischargeKw * wear);
  };
  /** Changes of content at which the cost bends. */
  const bendsOf = (k: number): number[] => {
    const hours = year.slots[k]?.hours ?? 1;
    const netKw = (year.loadKw[k] ?? 0) - (year.pvKw[k] ?? 0);
    const turnKwh = netKw > 0 ? -Math.min(netKw, kw) / efficiency : Math.min(-netKw, kw) * efficiency;
    return [turnKwh * hours, kw * efficiency * hours, (-kw / efficiency) * hours];
  };
  const costAfter = (k: number, kwh: number): number => {
    const place = (kwh - lowKwh) / step;
    if (place < -1e-9 || place > count - 1 + 1e-9) return Infinity;
    const i = Math.min(count - 2, Math.max(0, Math.floor(place)));
    const low = costs[(k + 1) * count + i] ?? 0;
    return low + (place - i) * ((costs[(k + 1) * count + i + 1] ?? 0) - low);
  };

  for (let k = slotCount - 1; k >= 0; k -= 1) {
    const hours = year.slots[k]?.hours ?? 1;
    const most = Math.ceil((kw * hours) / efficiency / step);
    const byChange = Array.from({ length: 2 * most + 1 }, (_, n) => slotCost(k, (n - most) * step));
    const bends = bendsOf(k).map((change) => ({ change, cost: slotCost(k, change) }));
    for (let i = 0; i < count; i += 1) {
      let best = Infinity;
      for (let j = Math.max(0, i - most); j <= Math.min(count - 1, i + most); j += 1) {
        const cost = (byChange[j - i + most] ?? Infinity) + (costs[(k + 1) * count + j] ?? 0);
        if (cost < best) best = cost;
      }
      for (const { change, cost } of bends) best = Math.min(best, cost + costAfter(k, lowKwh + i * step + change));
      costs[k * count + i] = best;
    }
  }

  let kwh = battery.startKwh;
  return year.slots.map(({ hours }, k) => {
    const most = Math.ceil((kw * hours) / efficiency / step) + 1;
    const nearest = Math.round((kwh - lowKwh) / step);
    const grid = Array.from({ length: 2 * most + 1 }, (_, n) => lowKwh + (nearest + n - most) * step - kwh);
    const [best] = [0, ...bendsOf(k), ...grid]
      .map((change) => ({ change, cost: slotCost(k, change) + costAfter(k, kwh + change) }))
      .toSorted((a, b) => a.cost - b.cost);
    const change = best?.change ?? 0;
    kwh += change;
    return powersOf(change, hours, efficiency);
  });
}

const powersOf = (changeKwh: number, hours: number, efficiency: number): Powers =>
  changeKwh > 0
    ? { chargeKw: changeKwh / hours / efficiency, dischargeKw: 0 }
    : { chargeKw: 0, dischargeKw: (-changeKwh / hours) * efficiency };
