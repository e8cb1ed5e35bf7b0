import { type HouseholdProblem, type Plan, priceDigits, type Slot, slotEndMs } from "@ohmstead/contract";
import { DateTime } from "luxon";
import { wordsFor } from "../../plan/reasons/words.ts";
import { blockRow, type Range, rangeOf } from "./block-row.ts";

/** Name, blocks and range beside each other fit into a hundred columns. */
const NAME_WIDTH = 17;
const BLOCKS_WIDTH = 60;

interface Row {
  readonly name: string;
  readonly unit: string;
  readonly digits: number;
  readonly values: readonly (number | undefined)[];
  /** Where the blocks begin and end; the lowest and highest value where nothing is said. */
  readonly range?: Range;
}

export interface ChartHouse {
  readonly plan: Plan;
  /** Without it the marginal price takes the place of the tariff's. */
  readonly problem: HouseholdProblem | undefined;
  readonly timeZone: string;
}

/** Price, storages, heat and temperatures of the horizon in Unicode blocks, the time below; one line each. */
export function chartLines({ plan, problem, timeZone }: ChartHouse): string[] {
  const { slots, schedule, currency } = plan;
  const [first, last] = [slots[0], slots.at(-1)];
  if (!first || !last) return [];
  const [fromMs, untilMs] = [first.startMs, slotEndMs(last)];
  const columns = Array.from({ length: BLOCKS_WIDTH }, (_, i) => ({
    startMs: fromMs + ((untilMs - fromMs) * i) / BLOCKS_WIDTH,
    endMs: fromMs + ((untilMs - fromMs) * (i + 1)) / BLOCKS_WIDTH,
  }));
  const means = (values: readonly number[]) => columns.map((each) => meanIn(slots, values, each.startMs, each.endMs));
  const states = (values: readonly number[]) => columns.map(({ endMs }) => stateAt(slots, values, endMs));
  const power = (name: string, kw: readonly number[]): Row[] => {
    const values = means(kw);
    const high = Math.max(...kw);
    return high > 0.01 ? [{ name, unit: "kW", digits: 1, values, range: { low: 0, high } }] : [];
  };
  const content = (id: string, soc: readonly number[]): Row => ({
    name: `${id} content`,
    unit: "%",
    digits: 0,
    values: states(soc.map((share) => share * 100)),
    range: { low: 0, high: 100 },
  });
  const temperature = (id: string, tempC: readonly number[]): Row => ({
    name: id,
    unit: "°C",
    digits: 1,
    values: states(tempC),
  });
  const plus = (...series: readonly (readonly number[])[]): number[] =>
    slots.map((_, k) => series.reduce((total, each) => total + (each[k] ?? 0), 0));
  const priceUnit = wordsFor({ currency, timeZone }).price(0).replace(/^\S+ /, "");
  const prices = problem?.importPricePerKwh ?? plan.marginalPricePerKwh;
  const rows: Row[] = [
    {
      name: problem ? "price" : "worth of a kWh",
      unit: priceUnit,
      digits: priceDigits(currency),
      values: means(prices),
    },
    ...schedule.pvArrays.flatMap(({ id, usedKw }) => power(`${id} sun`, usedKw)),
    ...schedule.batteries.map(({ id, soc }) => content(id, soc)),
    ...schedule.evs.flatMap(({ id, soc, chargeKw }) => [content(id, soc), ...power(`${id} charging`, chargeKw)]),
    ...schedule.heatPumps.flatMap(({ id, spaceKw, waterKw }) => power(id, plus(spaceKw, waterKw))),
    ...schedule.boilers.flatMap(({ id, waterKw, zones }) =>
      power(`${id} heat`, plus(waterKw, ...zones.map(({ heatKw }) => heatKw))),
    ),
    ...schedule.immersionHeaters.flatMap(({ id, powerKw }) => power(id, powerKw)),
    ...schedule.appliances.flatMap(({ id, powerKw }) => power(id, powerKw)),
    ...[...schedule.zones, ...schedule.tanks].map(({ id, tempC }) => temperature(id, tempC)),
  ];
  return [...rows.map(rowLine), ...timeLines(fromMs, untilMs, timeZone)];
}

function rowLine({ name, unit, digits, values, range }: Row): string {
  const seen = rangeOf(values);
  if (!seen) return name;
  const text = (value: number) => value.toFixed(digits).replace("-", "−");
  const figures =
    text(seen.low) === text(seen.high)
      ? text(seen.low)
      : `${text(range?.low === 0 ? 0 : seen.low)} to ${text(seen.high)}`;
  const shown = range && unit === "%" ? `${text(seen.low)} to ${text(seen.high)}` : figures;
  return `${fitted(name)} ${blockRow(values, range ?? seen)} ${shown} ${unit}`.trimEnd();
}

const fitted = (name: string): string =>
  (name.length > NAME_WIDTH ? `${name.slice(0, NAME_WIDTH - 1)}…` : name).padEnd(NAME_WIDTH);

/** Mean over a stretch of time of what holds slot by slot. */
function meanIn(
  slots: readonly Slot[],
  values: readonly number[],
  fromMs: number,
  untilMs: number,
): number | undefined {
  let [total, weight] = [0, 0];
  slots.forEach((slot, k) => {
    const ms = Math.min(untilMs, slotEndMs(slot)) - Math.max(fromMs, slot.startMs);
    const value = values[k];
    if (ms <= 0 || value === undefined) return;
    total += value * ms;
    weight += ms;
  });
  return weight > 0 ? total / weight : undefined;
}

/** What is planned between two borders lies on the line between them. */
function stateAt(slots: readonly Slot[], values: readonly number[], atMs: number): number | undefined {
  const k = Math.max(
    0,
    slots.findLastIndex(({ startMs }) => startMs < atMs),
  );
  const slot = slots[k];
  const [start, end] = [values[k], values[k + 1]];
  if (!slot || start === undefined || end === undefined) return undefined;
  return start + ((end - start) * (atMs - slot.startMs)) / (slotEndMs(slot) - slot.startMs);
}

/** Writes where nothing stands yet, and nothing right beside it. */
function write(line: string[], column: number, text: string): void {
  const isFree = line.slice(Math.max(0, column - 1), column + text.length + 1).every((each) => each === " ");
  if (!isFree) return;
  for (let i = 0; i < text.length; i++) line[column + i] = text.charAt(i);
}

/** Marks every sixth hour below the blocks, and names the days where they begin. */
function timeLines(fromMs: number, untilMs: number, timeZone: string): string[] {
  const hours: string[] = Array.from({ length: BLOCKS_WIDTH + 6 }, () => " ");
  const days = [...hours];
  const columnOf = (ms: number) => Math.floor(((ms - fromMs) / (untilMs - fromMs)) * BLOCKS_WIDTH);
  const local = (ms: number) => DateTime.fromMillis(ms, { zone: timeZone, locale: "en" });
  // The first day is named where the plan begins, whatever hour that is.
  write(days, 0, local(fromMs).toFormat("ccc d LLL"));
  const stepHours = untilMs - fromMs > 20 * 3_600_000 ? 6 : untilMs - fromMs > 6 * 3_600_000 ? 2 : 1;
  for (let at = local(fromMs).startOf("hour"); at.toMillis() < untilMs; at = at.plus({ hours: 1 })) {
    if (at.toMillis() < fromMs || at.hour % stepHours !== 0) continue;
    write(hours, columnOf(at.toMillis()), at.toFormat("HH"));
    if (at.hour === 0) write(days, columnOf(at.toMillis()), at.toFormat("ccc d LLL"));
  }
  const indent = " ".repeat(NAME_WIDTH + 1);
  return [hours, days].map((line) => `${indent}${line.join("")}`.trimEnd());
}
