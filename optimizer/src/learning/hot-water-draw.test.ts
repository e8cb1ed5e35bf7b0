import { MS_PER_HOUR } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { localClock } from "../domain/local-time.ts";
import type { Stretch } from "../domain/series.ts";
import { tapShare } from "../forecasts/hot-water.ts";
import { demoHouse } from "../simulator/physics/house-setup.ts";
import { seededRandom, gaussian } from "../simulator/physics/random.ts";
import { stepTank, tankAt, tankMeanTempC } from "../simulator/physics/tank.ts";
import { drawsOfDay } from "../simulator/physics/taps.ts";
import { hotWaterDraw } from "./hot-water-draw.ts";
import { learnLoadProfile } from "./load-profile.ts";

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MS = 24 * MS_PER_HOUR;
const START_MS = Date.UTC(2024, 0, 1);
const setup = demoHouse.tank;
const TANK = {
  heatCapacityKwhPerK: setup.litres * 0.001163,
  heatLossKwPerK: setup.heatLossKwPerK,
  ambientTempC: setup.ambientTempC,
};
const stretch = (k: number, value: number): Stretch => ({
  startMs: START_MS + k * QUARTER_MS,
  endMs: START_MS + (k + 1) * QUARTER_MS,
  value,
});
const kwh = (series: readonly Stretch[]) => series.reduce((sum, each) => sum + each.value / 4, 0);

/** Days of the demo house's stratified tank, kept between 46 and 53 °C by a heater of 7 kW; seen through a thermometer with noise (K). */
function tankDays(days: number, { noiseK, amount = 1 }: { noiseK: number; amount?: number }) {
  const random = seededRandom(7);
  const draws = Array.from({ length: days }, (_, day) => drawsOfDay(START_MS + day * DAY_MS, random)).flat();
  let state = tankAt(50);
  let isOn = false;
  const series = { tempC: [] as Stretch[], heatKw: [] as Stretch[], drawnKw: [] as Stretch[] };
  for (let quarter = 0; quarter < days * 96; quarter += 1) {
    const sums = { tempC: 0, heatKw: 0, drawnKw: 0 };
    const quarterMs = START_MS + quarter * QUARTER_MS;
    const open = draws.filter(({ startMs, endMs }) => startMs < quarterMs + QUARTER_MS && endMs > quarterMs);
    for (let minute = 0; minute < 15; minute += 1) {
      const ms = quarterMs + minute * MINUTE_MS;
      const wantedKw = open.reduce(
        (sum, { startMs, endMs, kw }) =>
          sum + (kw * Math.max(0, Math.min(endMs, ms + MINUTE_MS) - Math.max(startMs, ms))) / MINUTE_MS,
        0,
      );
      const seenC = tankMeanTempC(state) + noiseK * gaussian(random);
      if (seenC < 46) isOn = true;
      if (seenC > 53) isOn = false;
      const heatKw = isOn ? 7 : 0;
      const input = { coilKw: heatKw, upperOn: false, lowerOn: false, drawKw: amount * wantedKw };
      const step = stepTank(setup, state, input, 1 / 60);
      state = step.state;
      sums.tempC += seenC / 15;
      sums.heatKw += heatKw / 15;
      sums.drawnKw += step.drawnKw / 15;
    }
    for (const key of ["tempC", "heatKw", "drawnKw"] as const) series[key].push(stretch(quarter, sums[key]));
  }
  return series;
}

const meanError = (said: readonly Stretch[], truth: readonly Stretch[], perHours: number): number => {
  const bin = (series: readonly Stretch[]) => {
    const sums = new Map<number, number>();
    for (const { startMs, value } of series) {
      const key = Math.floor((startMs - START_MS) / (perHours * MS_PER_HOUR));
      sums.set(key, (sums.get(key) ?? 0) + value / 4);
    }
    return sums;
  };
  const [ours, theirs] = [bin(said), bin(truth)];
  const errors = [...theirs].flatMap(([key, value]) => (ours.has(key) ? [Math.abs((ours.get(key) ?? 0) - value)] : []));
  return errors.reduce((sum, each) => sum + each, 0) / errors.length;
};

test.each([
  { noiseK: 0.03, perHour: 0.06, perDay: 0.02 },
  { noiseK: 0.5, perHour: 0.12, perDay: 0.05 },
])("of a stratified tank with a thermometer that trembles by $noiseK K the true draw is found", (each) => {
  const { tempC, heatKw, drawnKw } = tankDays(14, each);
  const draw = hotWaterDraw(TANK, tempC, heatKw);
  // Of 0.24 kWh that are drawn in an hour on average, 5.8 kWh in a day.
  expect(meanError(draw, drawnKw, 1)).toBeLessThan(each.perHour);
  expect(Math.abs(kwh(draw) / kwh(drawnKw) - 1)).toBeLessThan(each.perDay);
});

test("an idle tank that only cools by itself is drawn of nothing", () => {
  const hours = 48;
  let tempC = 60;
  const temps = Array.from({ length: hours * 4 }, (_, k) => {
    tempC += (-(TANK.heatLossKwPerK * (tempC - TANK.ambientTempC)) * 0.25) / TANK.heatCapacityKwhPerK;
    return stretch(k, tempC);
  });
  const none = temps.map((_, k) => stretch(k, 0));
  expect(kwh(hotWaterDraw(TANK, temps, none))).toBeLessThan(0.01);
});

const flat = (ks: readonly number[], value: number) => ks.map((k) => stretch(k, value));
test("where the temperature or the heat is not known nothing is said, and nothing is made up across the gap", () => {
  const all = Array.from({ length: 40 }, (_, k) => k);
  const gapped = all.filter((k) => k < 12 || k >= 20);
  const draw = hotWaterDraw(
    TANK,
    flat(gapped, 50),
    flat(
      all.filter((k) => k !== 30),
      1,
    ),
  );
  const said = draw.map(({ startMs }) => (startMs - START_MS) / QUARTER_MS);
  expect(said).toEqual([...all.slice(1, 11), ...all.slice(21, 29), ...all.slice(32, 39)]);
  expect(hotWaterDraw(TANK, flat(all, 50), [])).toEqual([]);
});

test("whatever the thermometer says, nothing is ever given back", () => {
  const anyTemps = fc.array(fc.double({ min: -10, max: 120, noNaN: true }), { minLength: 4, maxLength: 100 });
  fc.assert(
    fc.property(anyTemps, fc.double({ min: 0, max: 9, noNaN: true }), (temps, heatKw) => {
      const draw = hotWaterDraw(
        TANK,
        temps.map((value, k) => stretch(k, value)),
        temps.map((_, k) => stretch(k, heatKw)),
      );
      expect(draw).toHaveLength(temps.length - 2);
      for (const { value } of draw) expect(value).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("learned over three weeks it is nearer to the next days than the preset is, for a house that taps half as much", () => {
  const { tempC, heatKw, drawnKw } = tankDays(28, { noiseK: 0.1, amount: 0.5 });
  const untilMs = START_MS + 21 * DAY_MS;
  const draw = hotWaterDraw(TANK, tempC, heatKw).filter(({ endMs }) => endMs <= untilMs);
  const preset = { share: tapShare, meanKw: 5.8 / 24 };
  const clock = localClock("UTC");
  const next = drawnKw.filter(({ startMs }) => startMs >= untilMs);
  const expected = (history: readonly Stretch[]) => {
    const profile = learnLoadProfile({ history, untilMs, clock, preset });
    return next.map((each) => ({ ...each, value: profile.at(each.startMs) }));
  };
  const [ours, usual] = [expected(draw), expected([])];
  expect(meanError(ours, next, 1)).toBeLessThan(0.7 * meanError(usual, next, 1));
  expect(Math.abs(kwh(ours) / kwh(next) - 1)).toBeLessThan(0.1);
});
