import {
  type HouseholdProblem,
  type Plan,
  type Slot,
  type Timeline,
  type TimelineSeries,
  slotEndMs,
} from "@ohmstead/contract";
import { sum, valueAt, withId } from "./per-slot.ts";

type Point = readonly [ms: number, value: number];

/** A measured line, as the store gives it: sorted by time. */
export interface PastSeries extends Pick<TimelineSeries, "id" | "label" | "unit" | "group" | "step"> {
  readonly points: readonly Point[];
}

export interface TimelineParts {
  /** Plan and the problem it solves; without them the picture shows the past alone. */
  readonly planned?: { readonly plan: Plan; readonly problem: HouseholdProblem };
  readonly past: readonly PastSeries[];
  readonly nowMs: number;
  readonly timeZone: string;
  readonly currency: string;
  /** What people call the devices. */
  readonly names: ReadonlyMap<string, string>;
}

interface FutureSeries extends Omit<TimelineSeries, "past"> {}

/**
 * The one picture: past measured, future planned. Lines with the same id are joined: `price.import`, `price.export`,
 * `<battery|car>.soc` (%), `<battery|car>.powerKw` (charging positive), `<zone|tank>.tempC`, `<zone>.comfortMin|comfortMax`,
 * `<heat pump|immersion heater|appliance|pv>.powerKw`, `<boiler>.heatKw`, `house.baseLoadKw`, `grid.powerKw` (import positive). A measured `share`
 * becomes per cent. Past lines that no plan knows are shown as they are.
 */
export function timelineOf(parts: TimelineParts): Timeline {
  const { planned, nowMs } = parts;
  const future = planned ? futureSeries(planned.problem, planned.plan, nowMs, parts.names) : [];
  const past = parts.past.map(inPercent);
  const known = future.map((line): TimelineSeries => ({
    ...line,
    past: pointsUntil(past.find((each) => each.id === line.id)?.points ?? [], nowMs),
  }));
  const unknown = past
    .filter((line) => !future.some((each) => each.id === line.id))
    .map(({ points, ...line }): TimelineSeries => ({ ...line, past: pointsUntil(points, nowMs), future: [] }));
  const series = [...known, ...unknown].filter((line) => line.past.length + line.future.length > 0);
  const times = series.flatMap((line) =>
    [line.past[0], line.future.at(-1)].flatMap((point) => (point ? [point[0]] : [])),
  );
  return {
    nowMs,
    fromMs: Math.min(nowMs, ...times),
    untilMs: Math.max(nowMs, ...times),
    timeZone: parts.timeZone,
    currency: parts.currency,
    ...(planned ? { planId: planned.plan.id } : {}),
    series,
    ...(planned?.plan.restsOn ? { restsOn: planned.plan.restsOn } : {}),
  };
}

const inPercent = (line: PastSeries): PastSeries =>
  line.unit === "share"
    ? { ...line, unit: "%", points: line.points.map(([ms, value]) => [ms, rounded(value * 100)] as const) }
    : line;

const pointsUntil = (points: readonly Point[], nowMs: number): [number, number][] =>
  points.filter(([ms]) => ms <= nowMs).map(([ms, value]) => [Math.round(ms), rounded(value)]);

/** A picture needs no more digits. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000 + 0;

function futureSeries(
  problem: HouseholdProblem,
  { schedule }: Plan,
  nowMs: number,
  names: ReadonlyMap<string, string>,
): FutureSeries[] {
  const { slots, currency } = problem;
  const name = (id: string): string => names.get(id) ?? id;
  const steps = (
    id: string,
    label: string,
    unit: string,
    group: TimelineSeries["group"],
    values: readonly number[],
  ) => ({
    id,
    label,
    unit,
    group,
    step: true,
    future: stepPoints(slots, values, nowMs),
  });
  const states = (
    id: string,
    label: string,
    unit: string,
    group: TimelineSeries["group"],
    values: readonly number[],
  ) => ({
    id,
    label,
    unit,
    group,
    step: false,
    future: statePoints(slots, values, nowMs),
  });
  return [
    steps("price.import", "Import price", `${currency}/kWh`, "price", problem.importPricePerKwh),
    steps("price.export", "Export price", `${currency}/kWh`, "price", problem.exportPricePerKwh),
    ...problem.batteries.flatMap(({ id }) => {
      const { soc, chargeKw, dischargeKw } = withId(schedule.batteries, id);
      return [
        states(
          `${id}.soc`,
          name(id),
          "%",
          "battery",
          soc.map((share) => share * 100),
        ),
        steps(`${id}.powerKw`, `${name(id)} power`, "kW", "battery", net(chargeKw, dischargeKw)),
      ];
    }),
    ...problem.evs.flatMap(({ id }) => {
      const { soc, chargeKw, dischargeKw } = withId(schedule.evs, id);
      const percent = soc.map((share) => share * 100);
      return [
        states(`${id}.soc`, name(id), "%", "battery", percent),
        steps(`${id}.powerKw`, `${name(id)} power`, "kW", "load", net(chargeKw, dischargeKw)),
      ];
    }),
    ...problem.zones.flatMap((zone) => [
      states(`${zone.id}.tempC`, name(zone.id), "°C", "temperature", withId(schedule.zones, zone.id).tempC),
      steps(`${zone.id}.comfortMin`, `${name(zone.id)}, at least`, "°C", "comfort", zone.comfortMinTempC),
      steps(`${zone.id}.comfortMax`, `${name(zone.id)}, at most`, "°C", "comfort", zone.comfortMaxTempC),
    ]),
    ...problem.tanks.map(({ id }) =>
      states(`${id}.tempC`, name(id), "°C", "temperature", withId(schedule.tanks, id).tempC),
    ),
    ...problem.heatPumps.map(({ id }) => {
      const { spaceKw, waterKw } = withId(schedule.heatPumps, id);
      const powerKw = spaceKw.map((kw, k) => sum([kw, valueAt(waterKw, k)]));
      return steps(`${id}.powerKw`, name(id), "kW", "heat", powerKw);
    }),
    ...problem.immersionHeaters.map(({ id }) =>
      steps(`${id}.powerKw`, name(id), "kW", "heat", withId(schedule.immersionHeaters, id).powerKw),
    ),
    ...problem.boilers.map(({ id }) => {
      const { waterKw, zones } = withId(schedule.boilers, id);
      const heatKw = waterKw.map((kw, k) => sum([kw, ...zones.map((zone) => valueAt(zone.heatKw, k))]));
      return steps(`${id}.heatKw`, `${name(id)} heat`, "kW", "heat", heatKw);
    }),
    ...problem.appliances.map(({ id }) =>
      steps(`${id}.powerKw`, name(id), "kW", "load", withId(schedule.appliances, id).powerKw),
    ),
    ...problem.pvArrays.map(({ id }) =>
      steps(`${id}.powerKw`, name(id), "kW", "sun", withId(schedule.pvArrays, id).usedKw),
    ),
    steps("house.baseLoadKw", "Household", "kW", "load", problem.baseLoadKw),
    steps("grid.powerKw", "Grid", "kW", "grid", net(schedule.importKw, schedule.exportKw)),
  ];
}

const net = (plus: readonly number[], minus: readonly number[]) => plus.map((kw, k) => kw - valueAt(minus, k));

/** A value per slot from now on, and once more at the end, where the last one ceases to hold. */
function stepPoints(slots: readonly Slot[], values: readonly number[], nowMs: number): [number, number][] {
  const ahead = slots.flatMap((slot, k): [number, number][] =>
    slotEndMs(slot) > nowMs ? [[Math.max(slot.startMs, nowMs), rounded(valueAt(values, k))]] : [],
  );
  const [end, last] = [slots.at(-1), ahead.at(-1)];
  return end && last ? [...ahead, [slotEndMs(end), last[1]]] : ahead;
}

/** A value per border from now on, beginning with what the plan expects for this very moment. */
function statePoints(slots: readonly Slot[], values: readonly number[], nowMs: number): [number, number][] {
  return slots.flatMap((slot, k): [number, number][] => {
    const endMs = slotEndMs(slot);
    if (endMs <= nowMs) return [];
    const [start, end] = [valueAt(values, k), valueAt(values, k + 1)];
    const points: [number, number][] = [[endMs, rounded(end)]];
    const isFirst = k === 0 || slot.startMs <= nowMs;
    if (!isFirst) return points;
    const fromMs = Math.max(slot.startMs, nowMs);
    const passed = (fromMs - slot.startMs) / (endMs - slot.startMs);
    return [[fromMs, rounded(start + (end - start) * passed)], ...points];
  });
}
