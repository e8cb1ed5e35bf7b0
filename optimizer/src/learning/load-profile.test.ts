import { MS_PER_HOUR } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { localClock } from "../domain/local-time.ts";
import type { Stretch } from "../domain/series.ts";
import type { LoadMeasure, LoadProfile } from "../forecasts/base-load.ts";
import { householdShare } from "./household-preset.ts";
import { learnLoadProfile } from "./load-profile.ts";

const DAY_MS = 24 * MS_PER_HOUR;
const QUARTER_MS = MS_PER_HOUR / 4;
/** A Friday, noon in Helsinki. */
const NOW_MS = Date.UTC(2024, 0, 5, 10);
const helsinki = localClock("Europe/Helsinki");
const preset = { share: householdShare, meanKw: 0.4 };

const quarters = (days: number, value: (ms: number) => number, untilMs = NOW_MS): Stretch[] =>
  Array.from({ length: Math.round(days * 96) }, (_, k) => {
    const startMs = untilMs - (Math.round(days * 96) - k) * QUARTER_MS;
    return { startMs, endMs: startMs + QUARTER_MS, value: value(startMs) };
  });
const learn = (history: readonly Stretch[], more: { outdoor?: readonly Stretch[]; clock?: typeof helsinki } = {}) =>
  learnLoadProfile({ history, untilMs: NOW_MS, clock: helsinki, preset, ...more });
/** Mean kW of the 24 hours from `fromMs`. */
const dayMean = (profile: LoadProfile, fromMs: number, what?: LoadMeasure): number =>
  Array.from({ length: 96 }, (_, k) => profile.at(fromMs + k * QUARTER_MS, what)).reduce((a, b) => a + b, 0) / 96;
/** A number from 0 to 1 that looks random and is always the same. */
const noise = (ms: number): number => {
  const x = Math.sin(ms / 1234567) * 43758.5453;
  return x - Math.floor(x);
};

test("with nothing measured the day is that of a usual household with the configured mean: dear evenings, quiet nights", () => {
  const profile = learn([]);
  expect(profile.days).toBe(0);
  const week = Array.from({ length: 7 }, (_, day) => dayMean(profile, NOW_MS + day * DAY_MS));
  expect(week.reduce((a, b) => a + b, 0) / 7).toBeCloseTo(0.4, 2);
  const at = (hour: number) => profile.at(Date.UTC(2024, 0, 8, hour - 2));
  expect(at(19)).toBeGreaterThan(2 * at(3));
});

const busyNoon = (ms: number) => (helsinki(ms).minuteOfDay >= 720 && helsinki(ms).minuteOfDay < 840 ? 3 : 1);
test("a first day makes the preset as high as the house, and what was seen counts at once", () => {
  const profile = learn(quarters(1, busyNoon));
  expect(dayMean(profile, NOW_MS)).toBeGreaterThan(0.85);
  expect(dayMean(profile, NOW_MS)).toBeLessThan(1.35);
  expect(profile.at(Date.UTC(2024, 0, 6, 11))).toBeGreaterThan(1.5);
});

const own = (ms: number) => (helsinki(ms).minuteOfDay < 480 ? 1.2 : 0.3);
test("from the preset to the house's own days there is no jolt", () => {
  const means = Array.from({ length: 20 * 4 }, (_, k) => dayMean(learn(quarters(1 + k / 4, own)), NOW_MS));
  // The house's mean is 0.6 kW: never a step of more than an eighth of it in six hours, in the second week of a fiftieth.
  means.slice(1).forEach((mean, k) => expect(Math.abs(mean - (means[k] ?? 0))).toBeLessThan(k < 24 ? 0.075 : 0.012));
  // After two weeks the preset has no say any more.
  expect(means.at(-1)).toBeCloseTo(0.6, 2);
});

const washing = (ms: number) => {
  const { weekday, minuteOfDay } = helsinki(ms);
  return weekday === 1 && minuteOfDay >= 600 && minuteOfDay < 720 ? 2.5 : 0.5;
};
test("a weekday that is unlike its neighbours is known after three weeks", () => {
  const profile = learn(quarters(28, washing));
  const [monday, tuesday] = [8, 9].map((date) => profile.at(Date.UTC(2024, 0, date, 9)));
  expect((monday ?? 0) - (tuesday ?? 0)).toBeGreaterThan(0.2);
});

const spread = (ms: number) => 0.2 + noise(ms) ** 2 * (helsinki(ms).minuteOfDay >= 1020 ? 3 : 1);
test("eight of ten values lie within P10 and P90, half below P50, on days to come of the same house", () => {
  const profile = learn(quarters(28, spread));
  const counts = { low: 0, middle: 0, high: 0 };
  for (let k = 0; k < 7 * 96; k += 1) {
    const ms = NOW_MS + k * QUARTER_MS;
    if (spread(ms) < profile.at(ms, "lowKw")) counts.low += 1;
    if (spread(ms) < profile.at(ms, "middleKw")) counts.middle += 1;
    if (spread(ms) > profile.at(ms, "highKw")) counts.high += 1;
  }
  expect(counts.low / 672).toBeCloseTo(0.1, 1);
  expect(counts.middle / 672).toBeCloseTo(0.5, 0);
  expect(counts.high / 672).toBeCloseTo(0.1, 1);
});

const coldness = (ms: number) => 5 + 6 * Math.sin(ms / DAY_MS / 2.1) + 2 * noise(Math.floor(ms / DAY_MS) * DAY_MS);
const hourly = (fromDay: number, untilDay: number, value: (ms: number) => number): Stretch[] =>
  Array.from({ length: (untilDay - fromDay) * 24 }, (_, k) => {
    const startMs = NOW_MS + fromDay * DAY_MS + k * MS_PER_HOUR;
    return { startMs, endMs: startMs + MS_PER_HOUR, value: value(startMs) };
  });
/** Draws 60 W for each degree that the last day was below 15 °C. */
const heated = (ms: number) => {
  const before = Array.from({ length: 24 }, (_, k) => coldness(ms - k * MS_PER_HOUR));
  return 0.4 + 0.06 * Math.max(0, 15 - before.reduce((a, b) => a + b, 0) / 24) + 0.2 * noise(ms);
};

test("a house that heats with its base load: a cold forecast raises it, nearly as much as its heaters will", () => {
  const history = quarters(28, heated);
  const past = hourly(-30, 0, coldness);
  const forecast = (tempC: number) => learn(history, { outdoor: [...past, ...hourly(0, 4, () => tempC)] });
  const inTwoDays = NOW_MS + 2 * DAY_MS;
  const slope = (dayMean(forecast(0), inTwoDays) - dayMean(forecast(8), inTwoDays)) / 8;
  expect(slope).toBeGreaterThan(0.03);
  expect(slope).toBeLessThan(0.065);
});

test("colder than ever seen is as cold as was seen: nothing explodes", () => {
  const history = quarters(28, heated);
  const past = hourly(-30, 0, coldness);
  const at = (tempC: number) =>
    dayMean(learn(history, { outdoor: [...past, ...hourly(0, 4, () => tempC)] }), NOW_MS + 2 * DAY_MS);
  expect(at(-60)).toBeCloseTo(at(-20), 6);
  expect(at(-60)).toBeLessThan(2);
  expect(at(60)).toBeGreaterThanOrEqual(0);
});

test("a house that does not care for the weather is forecast as without it", () => {
  const history = quarters(28, (ms) => 0.3 + noise(ms));
  const outdoor = [...hourly(-30, 0, coldness), ...hourly(0, 4, () => -10)];
  const at = NOW_MS + DAY_MS;
  expect(dayMean(learn(history, { outdoor }), at)).toBeCloseTo(dayMean(learn(history), at), 9);
});

test("whatever was measured and whenever, every quarter-hour has a finite load that is not negative, P10 to P90 in order", () => {
  const anyPoints = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.double({ min: -20, max: 20, noNaN: true })),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(anyPoints, fc.integer({ min: 0, max: 700 }), (points, late) => {
      const history = [...new Map(points)]
        .toSorted((a, b) => b[0] - a[0])
        .map(([ago, value]) => ({
          startMs: NOW_MS - ago * QUARTER_MS,
          endMs: NOW_MS - (ago - 1) * QUARTER_MS,
          value,
        }));
      const profile = learn(history);
      const ms = NOW_MS + late * QUARTER_MS;
      const [low, middle, high] = (["lowKw", "middleKw", "highKw"] as const).map((what) => profile.at(ms, what));
      expect(profile.at(ms)).toBeGreaterThanOrEqual(0);
      expect(profile.at(ms)).toBeLessThan(100);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(middle).toBeGreaterThanOrEqual((low ?? Number.NaN) - 1e-9);
      expect(high).toBeGreaterThanOrEqual((middle ?? Number.NaN) - 1e-9);
    }),
  );
});

test.each([
  { zone: "Europe/London", change: "spring", day: Date.UTC(2024, 2, 31), hours: 23 },
  { zone: "Europe/London", change: "autumn", day: Date.UTC(2024, 9, 27), hours: 25 },
  { zone: "Europe/Helsinki", change: "spring", day: Date.UTC(2024, 2, 31), hours: 23 },
  { zone: "Europe/Helsinki", change: "autumn", day: Date.UTC(2024, 9, 27), hours: 25 },
  { zone: "Australia/Sydney", change: "spring", day: Date.UTC(2024, 9, 6), hours: 23 },
  { zone: "Australia/Sydney", change: "autumn", day: Date.UTC(2024, 3, 7), hours: 25 },
])(
  "E13 what people do follows the wall when the clocks change, in $change, $zone: learned before, expected after",
  ({ zone, day }) => {
    const clock = localClock(zone);
    const byWall = (ms: number) => (clock(ms).minuteOfDay >= 18 * 60 && clock(ms).minuteOfDay < 20 * 60 ? 2 : 0.3);
    const untilMs = day - DAY_MS;
    const profile = learnLoadProfile({ history: quarters(20, byWall, untilMs), untilMs, clock, preset });
    for (let k = 0; k < 3 * 96; k += 1) {
      const ms = day + k * QUARTER_MS;
      const { minuteOfDay } = clock(ms);
      // The quarter-hours beside the step are smoothed.
      if ([-45, -30, -15, 0, 15, 30, 45].some((near) => [1080 + near, 1200 + near].includes(minuteOfDay))) continue;
      expect(profile.at(ms)).toBeCloseTo(byWall(ms), 1);
    }
  },
);

test("E13 on the day of 25 hours the repeated hour counts once: it weighs no more than any other", () => {
  const clock = localClock("Europe/London");
  const untilMs = Date.UTC(2024, 9, 28);
  const first = Date.UTC(2024, 9, 27, 0);
  // 01:00 to 02:00 on the wall, the first time with much load, the second time with none: their mean is what that hour had.
  const history = quarters(
    1.5,
    (ms) =>
      ms >= first && ms < first + MS_PER_HOUR ? 2 : ms < first + 2 * MS_PER_HOUR && ms >= first + MS_PER_HOUR ? 0 : 1,
    untilMs,
  );
  const profile = learnLoadProfile({ history, untilMs, clock, preset });
  const at = profile.at(Date.UTC(2024, 9, 28, 1, 30));
  const before = profile.at(Date.UTC(2024, 9, 28, 3, 30));
  expect(at).toBeCloseTo(before, 0);
});
