import type { Timeline, TimelineSeries } from "@ohmstead/contract";
import { clip, type Points, type Span, spansOf, valueAt } from "./points.ts";
import { type Rest, restsOf } from "./rests.ts";
import { type TimeAxis, timeAxis } from "./time-axis.ts";
import { priceLook } from "./value-text.ts";

/** Names of colours; the page's style says which they are. */
export type Ink =
  | "importPrice"
  | "exportPrice"
  | "belowZero"
  | "soc"
  | "charge"
  | "discharge"
  | "room"
  | "room2"
  | "water"
  | "water2"
  | "heatPump"
  | "immersion"
  | "immersion2"
  | "boiler"
  | "car"
  | "appliance"
  | "sun"
  | "load"
  | "grid";

export type Side = "left" | "right";

export interface Line {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  /** Of its values where they are written; undefined: those of the unit. */
  readonly digits: number | undefined;
  readonly ink: Ink;
  /** Of what lies under zero, where that means something else: a price that pays, a battery that gives. */
  readonly inkBelowZero?: Ink;
  readonly side: Side;
  readonly step: boolean;
  readonly isFilled: boolean;
  /** Stands on zero, and is not drawn where it is zero: four devices at rest are not four lines on the axis. */
  readonly isBar: boolean;
  /** Prices are published: their future is known, not planned. */
  readonly isPlanned: boolean;
  readonly isShownAtFirst: boolean;
  readonly past: readonly Span[];
  readonly future: readonly Span[];
  /** Where the values of the future come from, where that is told. */
  readonly rests: readonly Rest[];
}

/** Where the room may be, over time. */
export interface Band {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly ink: Ink;
  readonly spans: readonly BandSpan[];
}
export interface BandSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly low: number;
  readonly high: number;
}

export type PanelKey = "price" | "battery" | "temperature" | "power";

export interface Panel {
  readonly key: PanelKey;
  readonly title: string;
  readonly lines: readonly Line[];
  readonly bands: readonly Band[];
}

export interface Picture {
  readonly fromMs: number;
  readonly nowMs: number;
  readonly untilMs: number;
  readonly timeZone: string;
  readonly axis: TimeAxis;
  readonly panels: readonly Panel[];
}

/** A house that has just been switched on has one moment of past and no plan yet; an axis needs a length. */
const LEAST_MS = 15 * 60_000;
/** Less is rest. */
const LEAST_KW = 0.005;

/** Everything the picture draws, without a pixel. Panels without a single line are left out. */
export function shapeOf(timeline: Timeline): Picture {
  const { fromMs, nowMs, timeZone } = timeline;
  const untilMs = Math.max(timeline.untilMs, fromMs + LEAST_MS);
  const panels: Panel[] = [
    { key: "price", title: "Price", lines: priceLines(timeline), bands: [] },
    { key: "battery", title: "Battery", lines: batteryLines(timeline), bands: [] },
    { key: "temperature", title: "Temperatures", lines: temperatureLines(timeline), bands: comfortBands(timeline) },
    { key: "power", title: "Power", lines: powerLines(timeline), bands: [] },
  ];
  return {
    fromMs,
    nowMs,
    untilMs,
    timeZone,
    axis: timeAxis(fromMs, untilMs, timeZone),
    panels: panels.filter(({ lines }) => lines.length > 0),
  };
}

const inGroup = ({ series }: Timeline, ...groups: TimelineSeries["group"][]): TimelineSeries[] =>
  series.filter(({ group, past, future }) => groups.includes(group) && past.length + future.length > 0);

type Look = Pick<Line, "ink" | "side"> &
  Partial<Pick<Line, "inkBelowZero" | "isFilled" | "isBar" | "isPlanned" | "isShownAtFirst">>;

function lineOf(timeline: Timeline, series: TimelineSeries, look: Look): Line {
  const { fromMs, nowMs, untilMs } = timeline;
  const { factor, unit, digits } = unitShown(series.unit, timeline.currency);
  const scaled = (points: Points): Points => points.map(([at, value]) => [at, value * factor]);
  const { id, label, step } = series;
  return {
    isFilled: false,
    isBar: false,
    isPlanned: true,
    isShownAtFirst: true,
    ...look,
    id,
    label,
    unit,
    digits,
    step,
    past: clip(spansOf(scaled(series.past), { step, untilMs: nowMs, hasGaps: true }), fromMs, nowMs),
    future: clip(spansOf(scaled(series.future), { step, untilMs, hasGaps: false }), nowMs, untilMs),
    rests: restsOf(timeline, series),
  };
}

/** People read 54 %, not 0.54, and € rather than EUR. */
function unitShown(unit: string, currency: string): Pick<Line, "unit" | "digits"> & { readonly factor: number } {
  if (unit === "share") return { factor: 100, unit: "%", digits: undefined };
  return { factor: 1, ...(unit === `${currency}/kWh` ? priceLook(currency) : { unit, digits: undefined }) };
}

function priceLines(timeline: Timeline): Line[] {
  return inGroup(timeline, "price").map((series, i) =>
    i === 0
      ? lineOf(timeline, series, {
          ink: "importPrice",
          inkBelowZero: "belowZero",
          side: "left",
          isFilled: true,
          isPlanned: false,
        })
      : lineOf(timeline, series, { ink: "exportPrice", side: "left", isPlanned: false }),
  );
}

function batteryLines(timeline: Timeline): Line[] {
  return inGroup(timeline, "battery").map((series) =>
    lineOf(
      timeline,
      series,
      isPower(series)
        ? { ink: "charge", inkBelowZero: "discharge", side: "right", isFilled: true, isBar: true }
        : { ink: isCar(timeline, series) ? "car" : "soc", side: "left" },
    ),
  );
}

/** A car's content is that of a battery, its power belongs to what the house takes. */
const isCar = (timeline: Timeline, series: TimelineSeries): boolean =>
  inGroup(timeline, "load").some((load) => deviceOf(load) === deviceOf(series));

const isPower = ({ unit }: TimelineSeries): boolean => unit === "kW";

/** `living_room.comfortMin` and `living_room.tempC` are of one device. */
const deviceOf = ({ id }: TimelineSeries): string => id.slice(0, id.lastIndexOf("."));

const OUTDOORS = "outdoor";

/** Rooms are the temperatures that have a comfort band, or, without one, those nobody would bathe in. */
function isRoom(series: TimelineSeries, comfort: readonly TimelineSeries[]): boolean {
  if (comfort.some((each) => deviceOf(each) === deviceOf(series))) return true;
  return [...series.past, ...series.future].every(([, tempC]) => tempC < 32);
}

function temperatureLines(timeline: Timeline): Line[] {
  const comfort = inGroup(timeline, "comfort");
  const [rooms, tanks]: [TimelineSeries[], TimelineSeries[]] = [[], []];
  const all = inGroup(timeline, "temperature");
  const outdoors = all.filter((series) => deviceOf(series) === OUTDOORS);
  for (const series of all.filter((each) => !outdoors.includes(each)))
    (isRoom(series, comfort) ? rooms : tanks).push(series);
  return [
    ...rooms.map((series, i) => lineOf(timeline, series, { ink: i === 0 ? "room" : "room2", side: "left" })),
    ...tanks.map((series, i) => lineOf(timeline, series, { ink: i === 0 ? "water" : "water2", side: "right" })),
    // One tap away: frost on the room's axis would press the room into a flat line.
    ...outdoors.map((series) => lineOf(timeline, series, { ink: "load", side: "left", isShownAtFirst: false })),
  ];
}

function comfortBands(timeline: Timeline): Band[] {
  const { fromMs, nowMs, untilMs } = timeline;
  const comfort = inGroup(timeline, "comfort");
  // A wish is no measurement: nothing is missing between its points, and its past goes on into its future.
  const wished = ({ past, future }: TimelineSeries) =>
    clip(spansOf(untilThenFrom(past, future, nowMs), { step: true, untilMs, hasGaps: false }), fromMs, untilMs);
  return comfort
    .filter(({ id }) => id.endsWith("Min"))
    .flatMap((min, i): Band[] => {
      const max = comfort.find((each) => each !== min && deviceOf(each) === deviceOf(min));
      if (!max) return [];
      const spans = between(wished(min), wished(max));
      return [
        { id: `${deviceOf(min)}.comfort`, label: "Comfort", unit: min.unit, ink: i === 0 ? "room" : "room2", spans },
      ];
    });
}

const untilThenFrom = (past: Points, future: Points, nowMs: number): Points => {
  const turnMs = future[0]?.[0] ?? nowMs;
  return [...past.filter(([at]) => at < turnMs), ...future];
};

function between(low: readonly Span[], high: readonly Span[]): BandSpan[] {
  const borders = [...new Set([...low, ...high].flatMap(({ startMs, endMs }) => [startMs, endMs]))].toSorted(
    (a, b) => a - b,
  );
  const slices = borders.slice(0, -1).flatMap((startMs, i): BandSpan[] => {
    const [from, until] = [valueAt(low, startMs), valueAt(high, startMs)];
    const endMs = borders[i + 1] ?? startMs;
    return from === undefined || until === undefined ? [] : [{ startMs, endMs, low: from, high: until }];
  });
  return slices.reduce<BandSpan[]>((merged, slice) => {
    const last = merged.at(-1);
    const goesOn = last?.endMs === slice.startMs && last.low === slice.low && last.high === slice.high;
    return goesOn ? [...merged.slice(0, -1), { ...last, endMs: slice.endMs }] : [...merged, slice];
  }, []);
}

const isBoiler = ({ id }: TimelineSeries): boolean => id.endsWith(".heatKw");

/** Something that never runs in the picture has no line in it. */
const runs = ({ past, future }: TimelineSeries): boolean =>
  [...past, ...future].some(([, value]) => Math.abs(value) >= LEAST_KW);

function powerLines(timeline: Timeline): Line[] {
  const heaters = inGroup(timeline, "heat").filter((series) => !isBoiler(series));
  const bar = { side: "left", isFilled: true, isBar: true } as const;
  const cars = inGroup(timeline, "battery").filter((series) => isCar(timeline, series));
  const inkOf = (load: TimelineSeries): Ink =>
    cars.some((car) => deviceOf(car) === deviceOf(load)) ? "car" : "appliance";
  const loads = inGroup(timeline, "load");
  const named = loads.filter(({ id }) => id.endsWith(".powerKw"));
  const looks: readonly Look[] = [
    { ...bar, ink: "heatPump" },
    { ...bar, ink: "immersion" },
    { ...bar, ink: "immersion2" },
  ];
  const heat = heaters.map((series, i): Line => {
    const look = looks[Math.min(i, looks.length - 1)] ?? { ...bar, ink: "immersion2" };
    return lineOf(timeline, series, look);
  });
  return [
    ...heat,
    ...inGroup(timeline, "heat")
      .filter((series) => isBoiler(series) && runs(series))
      .map((series) => lineOf(timeline, series, { ...bar, ink: "boiler" })),
    ...inGroup(timeline, "sun").map((series) => lineOf(timeline, series, { ...bar, ink: "sun" })),
    ...loads
      .filter((series) => !named.includes(series))
      .map((series) => lineOf(timeline, series, { ink: "load", side: "left" })),
    ...named.filter(runs).map((series) => lineOf(timeline, series, { ...bar, ink: inkOf(series) })),
    // The grid is the sum of all the others: one tap away, or four lines become five.
    ...inGroup(timeline, "grid").map((series) =>
      lineOf(timeline, series, { ink: "grid", side: "left", isShownAtFirst: false }),
    ),
  ];
}

/** A line's value at a moment: measured before now, planned from now on, `undefined` where nothing is known. */
export function lineValueAt(line: Line, atMs: number, nowMs: number): number | undefined {
  if (atMs < nowMs) return valueAt(line.past, atMs);
  return valueAt(line.future, atMs) ?? (atMs === nowMs ? valueAt(line.past, atMs) : undefined);
}

export const bandAt = (band: Band, atMs: number): BandSpan | undefined =>
  band.spans.find(({ startMs, endMs }) => atMs >= startMs && atMs < endMs);
