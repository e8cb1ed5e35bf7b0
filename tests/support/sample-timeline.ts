import { MS_PER_HOUR, type Timeline, type TimelineSeries } from "@ohmstead/contract";

/**
 * A winter day as the service tells it, seen at 13:20 in Helsinki on 5 January 2024, the day of the price spike.
 * Day-ahead prices: Finland, EUR per MWh without tax, hourly from 4 January 2024 12:00 UTC (MIT, vividfog/nordpool-predict-fi).
 */
const SPOT_PER_MWH = [
  296.18, 299.99, 362.14, 300, 299.99, 249.96, 203.72, 149.99, 150, 143.09, 111.11, 169.99, 150.07, 150.06, 150.07,
  150.09, 350, 999.94, 1478.91, 1251.67, 1000, 999.98, 800, 999.91, 899.06, 999.97, 1696.31, 1758, 1478.95, 1896, 1754,
  990.09, 749.95, 300.01, 200, 111.19, 113.98, 110.62, 113.51, 141.69, 156.85, 132.92, 147.75, 181.87, 184, 176.37,
  176.81, 178.09, 161.34, 184, 200, 299.99, 244.45, 200, 179.78, 164.51, 176.17, 159.15,
];
export const PRICES_FROM_MS = Date.UTC(2024, 0, 4, 12);
const FROM_MS = PRICES_FROM_MS;
export const NOW_MS = Date.UTC(2024, 0, 5, 11, 20);
const UNTIL_MS = PRICES_FROM_MS + SPOT_PER_MWH.length * MS_PER_HOUR;
/** The market's own midnight. */
export const PUBLISHED_UNTIL_MS = Date.UTC(2024, 0, 5, 23);
const STEP_MS = 15 * 60_000;

/** Import: with 24 % tax and 7 ct of fees. Export: half a cent below the market. */
export const importPriceAt = (hour: number): number => ((SPOT_PER_MWH[hour] ?? 0) / 1000) * 1.24 + 0.07;
const exportPriceAt = (hour: number): number => (SPOT_PER_MWH[hour] ?? 0) / 1000 - 0.005;

type Points = [number, number][];

/** Five minutes for an hour, a quarter for six, then an hour: the grid that plans are made on. */
function planTimes(): number[] {
  const times: number[] = [];
  for (let at = NOW_MS; at < UNTIL_MS;) {
    times.push(at);
    const ahead = at - NOW_MS;
    const length = ahead < MS_PER_HOUR ? STEP_MS / 3 : ahead < 6 * MS_PER_HOUR ? STEP_MS : MS_PER_HOUR;
    at = Math.floor(at / length) * length + length;
  }
  return times;
}

const pastTimes = (): number[] =>
  Array.from({ length: Math.floor((NOW_MS - FROM_MS) / STEP_MS) + 1 }, (_, i) => FROM_MS + i * STEP_MS);

const hourOf = (atMs: number): number => (atMs - PRICES_FROM_MS) / MS_PER_HOUR;
const localHour = (atMs: number): number => ((atMs / MS_PER_HOUR + 2) % 24) + 0;
const round = (value: number): number => Math.round(value * 1000) / 1000;

interface Shape extends Omit<TimelineSeries, "past" | "future"> {
  readonly value: (atMs: number) => number;
  /** True where the sensor was silent. */
  readonly isMissing?: (atMs: number) => boolean;
  /** A state has a value at the plan's end too. */
  readonly hasEnd?: boolean;
}

function series({ value, isMissing = () => false, hasEnd = false, ...rest }: Shape): TimelineSeries {
  const points = (times: readonly number[]): Points => times.map((at) => [at, round(value(at))]);
  return {
    ...rest,
    past: points(pastTimes().filter((at) => !isMissing(at))),
    future: points(hasEnd ? [...planTimes(), UNTIL_MS] : planTimes()),
  };
}

/** Straight lines through hand-made corners: hour of the sample, value. */
function through(corners: readonly (readonly [number, number])[]): (atMs: number) => number {
  return (atMs) => {
    const hour = hourOf(atMs);
    const next = corners.findIndex(([at]) => at >= hour);
    const [b, a] = [corners[next < 0 ? corners.length - 1 : next], corners[Math.max(0, next - 1)]];
    if (!a || !b || b[0] === a[0]) return b?.[1] ?? 0;
    return a[1] + ((b[1] - a[1]) * (hour - a[0])) / (b[0] - a[0]);
  };
}

const soc = through([
  [0, 0.42],
  [4, 0.2],
  [8, 0.12],
  [11, 0.12],
  [15.5, 1],
  [17, 1],
  [19, 0.55],
  [23.4, 0.48],
  [26, 0.46],
  [31, 0.1],
  [36, 0.1],
  [39, 0.8],
  [44, 0.8],
  [52, 0.4],
  [58, 0.35],
]);
const batteryKw = (atMs: number): number => {
  const change = (soc(atMs + STEP_MS) - soc(atMs)) * 10 * 4;
  return change > 0 ? change / 0.95 : change * 0.95;
};
const heatPumpKw = (atMs: number): number => {
  const price = importPriceAt(Math.floor(hourOf(atMs)));
  return price > 1.5 ? 0.6 : price > 0.7 ? 1.8 : price < 0.28 ? 4.2 : 3.1;
};
/** The sensor of the room was silent from 05:00 to 07:30 local time. */
export const SILENCE = { fromMs: Date.UTC(2024, 0, 5, 3), untilMs: Date.UTC(2024, 0, 5, 5, 30) };

const heat = { unit: "kW", group: "heat", step: true } as const;

export const sampleTimeline: Timeline = {
  nowMs: NOW_MS,
  fromMs: FROM_MS,
  untilMs: UNTIL_MS,
  timeZone: "Europe/Helsinki",
  currency: "EUR",
  planId: "plan-7",
  restsOn: [
    { series: "prices", rung: "best", source: "nord-pool", fromMs: NOW_MS, untilMs: PUBLISHED_UNTIL_MS },
    { series: "prices", rung: "learned", source: "price-shape", fromMs: PUBLISHED_UNTIL_MS, untilMs: UNTIL_MS },
    { series: "pv/roof", rung: "best", source: "open-meteo", fromMs: NOW_MS, untilMs: UNTIL_MS },
  ],
  series: [
    series({
      id: "importPrice",
      label: "Import price",
      unit: "EUR/kWh",
      group: "price",
      step: true,
      value: (at) => importPriceAt(Math.floor(hourOf(at))),
    }),
    series({
      id: "exportPrice",
      label: "Export price",
      unit: "EUR/kWh",
      group: "price",
      step: true,
      value: (at) => exportPriceAt(Math.floor(hourOf(at))),
    }),
    series({
      id: "battery.soc",
      label: "Battery charge",
      unit: "%",
      group: "battery",
      step: false,
      hasEnd: true,
      value: (at) => soc(at) * 100,
    }),
    series({
      id: "battery.powerKw",
      label: "Battery power",
      unit: "kW",
      group: "battery",
      step: true,
      value: batteryKw,
    }),
    series({
      id: "living_room.tempC",
      label: "Living room",
      unit: "°C",
      group: "temperature",
      step: false,
      hasEnd: true,
      isMissing: (at) => at > SILENCE.fromMs && at < SILENCE.untilMs,
      value: (at) => 21.3 + 0.9 * Math.sin(((localHour(at) - 1) / 24) * 2 * Math.PI),
    }),
    series({
      id: "hot_water.tempC",
      label: "Hot water",
      unit: "°C",
      group: "temperature",
      step: false,
      hasEnd: true,
      value: (at) => 51 + 5 * Math.cos(((localHour(at) - 5) / 12) * 2 * Math.PI),
    }),
    series({
      id: "living_room.comfortMin",
      label: "Comfort from",
      unit: "°C",
      group: "comfort",
      step: true,
      value: (at) => (localHour(at) >= 22 || localHour(at) < 6 ? 19.5 : 20.5),
    }),
    series({
      id: "living_room.comfortMax",
      label: "Comfort to",
      unit: "°C",
      group: "comfort",
      step: true,
      value: () => 23,
    }),
    series({ ...heat, id: "heat_pump.powerKw", label: "Heat pump", value: heatPumpKw }),
    series({
      ...heat,
      id: "immersion_upper.powerKw",
      label: "Upper immersion heater",
      value: (at) => (Math.floor(hourOf(at)) === 10 ? 2 : 0),
    }),
    series({
      ...heat,
      id: "immersion_lower.powerKw",
      label: "Lower immersion heater",
      value: (at) => (Math.floor(hourOf(at)) === 37 ? 3 : 0),
    }),
    series({
      id: "roof.powerKw",
      label: "Sun",
      unit: "kW",
      group: "sun",
      step: true,
      value: (at) => Math.max(0, 1.6 * Math.cos(((localHour(at) - 12.5) / 7) * Math.PI)) * (daylight(at) ? 1 : 0),
    }),
    series({
      id: "baseLoad",
      label: "Household",
      unit: "kW",
      group: "load",
      step: true,
      value: (at) => 0.35 + (localHour(at) > 16.5 && localHour(at) < 21.5 ? 0.9 : 0.1) + (at % 7) * 0.02,
    }),
    series({
      id: "grid",
      label: "Grid",
      unit: "kW",
      group: "grid",
      step: true,
      value: (at) => heatPumpKw(at) + batteryKw(at) + 0.5,
    }),
  ],
};

function daylight(atMs: number): boolean {
  return localHour(atMs) > 9.25 && localHour(atMs) < 15.5;
}
