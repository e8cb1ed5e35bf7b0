import { join } from "node:path";
import { MS_PER_HOUR } from "@ohmstead/contract";
import { afterAll, expect, test } from "vitest";
import { createSolver } from "../optimizer/src/solver/solver.ts";
import { recordingsIn, truthOf } from "./no-gap/month.ts";
import { randomOutages, sixHoursADay } from "./no-gap/outages.ts";
import { type Circumstances, replayMonth } from "./no-gap/replay.ts";
import { contractOf } from "./no-gap/variants.ts";
import { seeded } from "./support/seeded.ts";

// Days of `npm run no-gap`, which lives a month: real prices with a spike of 1896 EUR/MWh, a real load, the appliance's own ladder and plans.

const [recording] = recordingsIn(join(import.meta.dirname, "no-gap/data"));
if (!recording) throw new Error("the excerpt is missing");
const truth = truthOf(recording.read());
const FROM_MS = Date.UTC(2024, 0, 3, 0);
const at = (hour: number): number => FROM_MS + hour * MS_PER_HOUR;
const solver = createSolver();
afterAll(() => solver.stop());

const live = (days: number, circumstances: Omit<Circumstances, "below">, below: Circumstances["below"] = "ladder") =>
  replayMonth(
    truth,
    { fromMs: FROM_MS, untilMs: at(24 * days), everyHours: 2, fallback: contractOf(truth, FROM_MS) },
    { ...circumstances, below },
    solver,
  );
const sum = (shares: Readonly<Record<string, number>>): number =>
  Object.values(shares).reduce((total, each) => total + each, 0);

test("E07 three days, the best source down throughout and the second from the afternoon of the second: every slot has a price, and rests on what was left", async () => {
  const down = [[{ fromMs: at(0), untilMs: at(72) }], [{ fromMs: at(38), untilMs: at(72) }]];
  const { empty, unplanned, lived } = await live(3, { down });
  expect([empty, unplanned]).toEqual([0, 0]);
  expect(sum(lived)).toBeCloseTo(1, 9);
  expect(lived.best).toBeUndefined();
  // What the second source said last holds until the market's midnight, on the third day as what it once said.
  expect(lived.second).toBeGreaterThan(36 / 72);
  expect(lived.cached).toBeGreaterThan(0);
  expect(lived.learned).toBeGreaterThan(0);
  expect(lived.fallback).toBeUndefined();
}, 120_000);

test("E08 six hours a day that nobody ever gives a price for: no slot is empty, and it costs less than to plan nothing in them", async () => {
  const holes = sixHoursADay(FROM_MS, at(24 * 6), seeded(1));
  const circumstances = { down: [[], []], holes };
  const ours = await live(3, circumstances);
  const ended = await live(3, circumstances, "nothing");
  expect([ours.empty, ours.unplanned]).toEqual([0, 0]);
  expect(ours.lived.learned).toBeCloseTo(0.25, 9);
  expect(ended.empty).toBeGreaterThan(ended.quarters / 4);
  expect(ours.cost).toBeLessThan(ended.cost);
}, 120_000);

test("E41 four days without any market: first as on the days before, then by the contract of the config, never without a price", async () => {
  const down = [[{ fromMs: at(0), untilMs: at(96) }], [{ fromMs: at(0), untilMs: at(96) }]];
  const { empty, unplanned, lived } = await live(4, { down });
  expect([empty, unplanned]).toEqual([0, 0]);
  expect(lived.learned).toBeCloseTo(0.5, 1);
  expect(lived.fallback).toBeCloseTo(0.5, 1);
}, 120_000);

const draw = (seed: number) => randomOutages(FROM_MS, at(24 * 31), seeded(seed));

test("outages are drawn anew for every seed, and the same for the same", () => {
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  for (const { fromMs, untilMs } of draw(1)) {
    expect((untilMs - fromMs) / MS_PER_HOUR).toBeGreaterThanOrEqual(2);
    expect((untilMs - fromMs) / MS_PER_HOUR).toBeLessThanOrEqual(96);
  }
});
