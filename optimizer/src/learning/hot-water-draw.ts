import { MS_PER_HOUR } from "@ohmstead/contract";
import type { Stretch } from "../domain/series.ts";

export interface TankFacts {
  readonly heatCapacityKwhPerK: number;
  readonly heatLossKwPerK: number;
  readonly ambientTempC: number;
}

/** A quarter-hour in which all is known. */
interface Known {
  readonly startMs: number;
  readonly endMs: number;
  readonly tempC: number;
  readonly heatKw: number;
}

/** With fewer quarter-hours in a row nobody can tell a tap from a trembling thermometer. */
const LEAST_IN_A_ROW = 4;

/**
 * Heat that the taps took by quarter-hour, kW, from the tank's own balance: draw = heat in − standing loss − C · dT/dt. What was drawn in all can
 * only rise: its curve is the rising one nearest to the balance (isotonic regression, least squares), so that a thermometer's
 * trembling neither draws nor gives back. The quarter-hours of both series must coincide; where one is missing nothing is said, and neither
 * at the edges of what is known.
 */
export function hotWaterDraw(tank: TankFacts, tempC: readonly Stretch[], heatKw: readonly Stretch[]): Stretch[] {
  const heats = new Map(heatKw.map((each) => [each.startMs, each]));
  const known = tempC.flatMap(({ startMs, endMs, value }): Known[] => {
    const heat = heats.get(startMs);
    return heat?.endMs === endMs ? [{ startMs, endMs, tempC: value, heatKw: heat.value }] : [];
  });
  return rowsOf(known).flatMap((row) => drawIn(row, tank));
}

function rowsOf(known: readonly Known[]): Known[][] {
  const rows: Known[][] = [];
  for (const each of known) {
    const last = rows.at(-1);
    if (last?.at(-1)?.endMs === each.startMs) last.push(each);
    else rows.push([each]);
  }
  return rows.filter(({ length }) => length >= LEAST_IN_A_ROW);
}

function drawIn(row: readonly Known[], { heatCapacityKwhPerK, heatLossKwPerK, ambientTempC }: TankFacts): Stretch[] {
  // From the middle of one quarter-hour to the middle of the next: a mean stands for the middle.
  let drawnKwh = 0;
  const drawn = row.map((each, k) => {
    const before = row[k - 1];
    if (!before) return 0;
    const hours = (each.endMs - before.endMs) / MS_PER_HOUR;
    const lossKw = heatLossKwPerK * ((before.tempC + each.tempC) / 2 - ambientTempC);
    drawnKwh +=
      hours * ((before.heatKw + each.heatKw) / 2 - lossKw) - heatCapacityKwhPerK * (each.tempC - before.tempC);
    return drawnKwh;
  });
  const rising = nearestRising(drawn);
  return row.slice(1, -1).map(({ startMs, endMs }, k) => ({
    startMs,
    endMs,
    value: Math.max(0, ((rising[k + 2] ?? 0) - (rising[k] ?? 0)) / 2 / ((endMs - startMs) / MS_PER_HOUR)),
  }));
}

/** The never-falling series with the least squares to this one: neighbours that fall are pooled (PAVA). */
function nearestRising(values: readonly number[]): number[] {
  const pools: { sum: number; count: number }[] = [];
  for (const value of values) {
    let pool = { sum: value, count: 1 };
    for (let last = pools.at(-1); last && last.sum / last.count > pool.sum / pool.count; last = pools.at(-1)) {
      pool = { sum: last.sum + pool.sum, count: last.count + pool.count };
      pools.pop();
    }
    pools.push(pool);
  }
  return pools.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
}
