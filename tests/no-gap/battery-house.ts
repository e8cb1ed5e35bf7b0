import { HomeConfig, type Intent, type TariffShape } from "@ohmstead/contract";
import type { Truth } from "./month.ts";

/** A simulated battery beside a recorded house: what it does is decided by its mode and the true load and sun, not by the plan's kW. */
export const BATTERY = { capacityKwh: 10, kw: 5, efficiency: 0.95, wear: 0.015, minSoc: 0.05, startSoc: 0.5 } as const;

export const homeConfig = (peakKw: number, fallback: TariffShape | undefined): HomeConfig =>
  HomeConfig.parse({
    timeZone: "Europe/Helsinki",
    currency: "EUR",
    prices: { source: [{ kind: "csv" }, { kind: "csv" }], ...(fallback ? { fallback } : {}) },
    weather: { source: { kind: "csv" } },
    meters: { gridPower: "sensor.grid" },
    batteries: [
      {
        id: "battery",
        capacityKwh: BATTERY.capacityKwh,
        minSoc: BATTERY.minSoc,
        maxChargeKw: BATTERY.kw,
        maxDischargeKw: BATTERY.kw,
        chargeEfficiency: BATTERY.efficiency,
        dischargeEfficiency: BATTERY.efficiency,
        wearPricePerKwh: BATTERY.wear,
        sensors: { soc: "sensor.soc", power: "sensor.battery" },
      },
    ],
    pvArrays: [{ id: "roof", peakKw, sensors: { power: "sensor.roof" } }],
  });

export interface BatteryHouse {
  readonly soc: () => number;
  /** Bought, less sold, with the battery's wear, less the worth of what it holds more than at first. */
  readonly cost: () => number;
  readonly live: (fromMs: number, hours: number, intent: Intent) => void;
}

export function openHouse(truth: Truth, worthPerKwh: number): BatteryHouse {
  const { capacityKwh, kw, efficiency, wear, minSoc, startSoc } = BATTERY;
  let soc: number = startSoc;
  let money = 0;
  return {
    soc: () => soc,
    cost: () => money - (soc - startSoc) * capacityKwh * worthPerKwh,
    live: (fromMs, hours, intent) => {
      const { importPricePerKwh, exportPricePerKwh, loadKw, pvKw } = truth.at(fromMs);
      const wish = wishOf(intent, loadKw - pvKw);
      const ceiling = intent.kind === "charge" ? Math.max(soc, intent.untilSoc) : 1;
      const floor = intent.kind === "discharge" ? Math.min(soc, Math.max(minSoc, intent.untilSoc)) : minSoc;
      const roomKw = (Math.max(0, ceiling - soc) * capacityKwh) / hours / efficiency;
      const leftKw = (Math.max(0, soc - floor) * capacityKwh * efficiency) / hours;
      const chargeKw = Math.min(kw, roomKw, Math.max(0, wish));
      const dischargeKw = Math.min(kw, leftKw, Math.max(0, -wish));
      const netKw = loadKw - pvKw + chargeKw - dischargeKw;
      money += hours * netKw * (netKw > 0 ? importPricePerKwh : exportPricePerKwh) + hours * dischargeKw * wear;
      soc += (hours * (chargeKw * efficiency - dischargeKw / efficiency)) / capacityKwh;
    },
  };
}

/** kW into the battery, negative out of it. */
function wishOf(intent: Intent, netLoadKw: number): number {
  if (intent.kind === "charge") return intent.kw;
  if (intent.kind === "discharge") return -intent.kw;
  return intent.kind === "selfUse" ? -netLoadKw : 0;
}
