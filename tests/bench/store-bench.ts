import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate as breathe } from "node:timers/promises";
import type { HouseholdProblem, Plan, PriceSlot } from "@ohmstead/contract";
import { anOrder } from "../../optimizer/src/commands/testing/examples.ts";
import { solveHousehold } from "../../optimizer/src/cycles/solve-household.ts";
import { planningGrid } from "../../optimizer/src/domain/slots.ts";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
import { NOTHING_DONE, type Tidied } from "../../optimizer/src/store/housekeeping.ts";
import type { SignalReading } from "../../optimizer/src/store/reading-repository.ts";
import { openStore, type Store } from "../../optimizer/src/store/store.ts";
import type { Figure } from "./figure.ts";
import { household, seededRandom } from "./household.ts";

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
const BEGIN_MS = Date.UTC(2024, 0, 1);
const DAYS = 365;
const SIGNALS = 40;
const EVERY_S = 30;
/** Before that the readings are gone after a year, and only their quarter-hours and hours are left: every fifth minute makes as many of those. */
const RAW_FROM_DAY = DAYS - 93;
const COARSE_S = 300;
/** A night comes 4 h after midnight UTC. */
const NIGHT_MS = 4 * 3_600_000;
const PLANS_A_DAY = 288;
const COMMANDS_A_DAY = 24;

type Sensor = (secondOfYear: number) => number;

const digits = (value: number, step: number): number => Math.round(value / step) * step;
/** 1 at that hour of each day, −1 twelve hours later. */
const daily = (second: number, hour: number): number => Math.cos(((second / 3600 - hour) / 24) * 2 * Math.PI);

/** Sensors as houses have them: noise, and the digits that they send. */
function sensors(random: () => number): Sensor[] {
  let walk = 0;
  let counted = 0;
  const kinds: Sensor[] = [
    // Grid or house power in whole watts: noise, and a kettle now and then.
    (second) => digits(0.4 + 0.3 * daily(second, 19) + 0.05 * random() + (random() < 0.02 ? 2 * random() : 0), 0.001),
    // Sun through clouds.
    (second) => digits(Math.max(0, daily(second, 13)) * 5 * (0.8 + 0.2 * random()), 0.001),
    // A room, to a tenth of a degree.
    (second) => digits(21 + daily(second, 16) + 0.03 * random(), 0.1),
    // Outdoors, to a hundredth.
    (second) => digits(5 + 6 * daily(second, 15) + (walk += (random() - 0.5) * 0.02), 0.01),
    // State of charge in whole per cent.
    (second) => digits(0.5 + 0.4 * daily(second, 15), 0.01),
    // A counter in thousandths of a kWh.
    () => digits((counted += random() * 0.02), 0.001),
    // A device that mostly rests.
    (second) => (Math.floor(second / 1800) % 9 === 0 ? digits(1.8 + 0.1 * random(), 0.001) : 0),
    // A plug.
    (second) => Math.floor(second / 20_000) % 2,
  ];
  return Array.from({ length: Math.ceil(SIGNALS / kinds.length) }, () => kinds)
    .flat()
    .slice(0, SIGNALS);
}

/** As they come, every signal at once; on all days but the last so many moments are stored together. */
const TOGETHER = 20;

function* readingsOf(day: number, all: readonly Sensor[], random: () => number): Generator<SignalReading[]> {
  const everyS = day < RAW_FROM_DAY ? COARSE_S : EVERY_S;
  const together = day === DAYS - 1 ? 1 : TOGETHER;
  for (let second = 0; second < 86_400; second += everyS * together)
    yield Array.from({ length: together }, (_, n) => second + n * everyS).flatMap((at) =>
      at >= 86_400
        ? []
        : all.map((sensor, n) => ({
            signal: `signal-${n}`,
            // Dated by the source, to the millisecond, a little late.
            atMs: BEGIN_MS + day * DAY_MS + at * 1000 + Math.floor(random() * 800),
            value: sensor(day * 86_400 + at),
          })),
    );
}

const pricesOf = (day: number, random: () => number): PriceSlot[] =>
  Array.from({ length: 96 }, (_, k) => ({
    startMs: BEGIN_MS + day * DAY_MS + k * QUARTER_MS,
    hours: 0.25,
    importPricePerKwh: Math.round(3000 * random()) / 10_000,
    exportPricePerKwh: Math.round(1000 * random()) / 10_000,
  }));

interface Example {
  readonly plan: Plan;
  readonly problem: HouseholdProblem;
}

/** Plans as the appliance makes them. */
async function examplePlans(): Promise<Example[]> {
  const solver = createSolver();
  try {
    const examples: Example[] = [];
    for (let seed = 0; seed < 6; seed += 1) {
      const problem = household(seed, planningGrid(BEGIN_MS, 48), {});
      const options = { solver, nowMs: BEGIN_MS, validHours: 2, planId: "bench", alternatives: true };
      examples.push({ problem, plan: await solveHousehold(problem, options) });
    }
    return examples;
  } finally {
    await solver.stop();
  }
}

function saveDecisions(store: Store, day: number, examples: readonly Example[], random: () => number): void {
  const startMs = BEGIN_MS + day * DAY_MS;
  for (let n = 0; n < COMMANDS_A_DAY; n += 1) {
    const id = `command-${day}-${n}`;
    const atMs = startMs + n * 3_600_000;
    const event = (type: "created" | "sent" | "acknowledged" | "verified" | "completed") => ({
      id: `${type}-${atMs}`,
      commandId: id,
      type,
      attempt: 1,
      atMs,
      cause: "the plan",
    });
    store.transaction(() => {
      store.commands.create({ ...anOrder, id, deviceId: `device-${n % 4}`, createdAtMs: atMs }, event("created"));
      store.commands.append([event("sent"), event("acknowledged"), event("verified"), event("completed")], false);
    });
  }
  store.prices.save("market", pricesOf(day, random), startMs);
  // Older ones are gone after a year.
  if (day < DAYS - 32) return;
  for (let n = 0; n < PLANS_A_DAY; n += 1) {
    // Of days that would be thinned out at once only those are made that stay.
    if (day < DAYS - 6 && n % 12 !== 0 && n % 12 !== 11) continue;
    const example = examples[n % examples.length];
    if (!example) continue;
    const { plan, problem } = example;
    const createdAtMs = startMs + n * 300_000;
    const settings = { validHours: 2, previousId: `plan-${day}-${n - 1}` };
    store.plans.save({ plan: { ...plan, id: `plan-${day}-${n}`, createdAtMs }, problem, cause: "time", settings });
  }
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? Number.NaN;

async function timed<T>(work: () => T | Promise<T>): Promise<{ readonly ms: number; readonly answer: T }> {
  const startMs = performance.now();
  const answer = await work();
  return { ms: performance.now() - startMs, answer };
}

interface Night {
  readonly ms: number;
  readonly longestMs: number;
  readonly tidied: Tidied;
}

async function nightOf(store: Store, nowMs: number): Promise<Night> {
  let longestMs = 0;
  let sinceMs = performance.now();
  const pause = async (): Promise<void> => {
    longestMs = Math.max(longestMs, performance.now() - sinceMs);
    await breathe();
    sinceMs = performance.now();
  };
  const { ms, answer } = await timed(() => store.tidy({ nowMs, holdsOf: () => undefined, pause }));
  return { ms, longestMs, tidied: answer };
}

/** Longest time that nothing else could be done, while the work went on. */
async function longestBlock<T>(work: () => Promise<T>): Promise<{ readonly blockMs: number; readonly answer: T }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const answer = await work();
  await breathe();
  delay.disable();
  return { blockMs: delay.max / 1e6, answer };
}

const mb = (bytes: number): number => bytes / 2 ** 20;

/** A year of a house of 40 signals at 30 s with its nights: how large the file is, and how fast and how quiet the store. */
export async function benchStore(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "ohmstead-bench-store-"));
  const path = join(folder, "ohmstead.sqlite");
  const examples = await examplePlans();
  const random = seededRandom(7);
  const all = sensors(random);
  let nowMs = BEGIN_MS;
  const store = openStore(path, { nowMs: () => nowMs });
  const rates: number[] = [];
  const nights: Night[] = [];
  try {
    for (let day = 0; day < DAYS; day += 1) {
      let count = 0;
      let savedMs = 0;
      for (const readings of readingsOf(day, all, random)) {
        const startMs = performance.now();
        store.readings.save(readings);
        savedMs += performance.now() - startMs;
        count += readings.length;
      }
      rates.push((1000 * count) / savedMs);
      saveDecisions(store, day, examples, random);
      nowMs = BEGIN_MS + (day + 1) * DAY_MS + NIGHT_MS;
      nights.push(await nightOf(store, nowMs));
      store.checkpoint();
      await breathe();
    }
    const bytes = statSync(path).size;
    const backup = await timed(() => longestBlock(() => store.backup()));
    const widest = async (days: number, stepMs: number): Promise<number> => {
      const times: number[] = [];
      for (let n = 0; n < 20; n += 1)
        times.push(
          (
            await timed(() => {
              for (let k = 0; k < SIGNALS; k += 1)
                store.readings.steps(`signal-${k}`, Math.floor(nowMs / DAY_MS - days) * DAY_MS, nowMs, stepMs);
            })
          ).ms,
        );
      return quantile(times, 0.95);
    };
    const week = await widest(7, QUARTER_MS);
    const year = await widest(365, DAY_MS);
    const bulk = Array.from({ length: 50_000 }, (_, k) => ({
      signal: `bulk-${k % 10}`,
      atMs: nowMs + Math.floor(k / 10) * 1000,
      value: k % 100,
    }));
    const inOneGo = await timed(() => store.readings.save(bulk));
    const late = await timed(() =>
      store.readings.save(
        bulk.map((each, k) => ({ ...each, signal: `signal-${k % SIGNALS}`, atMs: each.atMs - 20 * DAY_MS })),
      ),
    );
    const afterLate = await nightOf(store, nowMs + DAY_MS);
    const usual = nights.slice(-30);
    const settled = nights.at(-1)?.tidied ?? NOTHING_DONE;
    return [
      {
        what: "database after a year",
        value: mb(bytes),
        unit: "MB",
        budget: 200,
        detail: `${SIGNALS} signals at ${EVERY_S} s, ${PLANS_A_DAY} plans and ${COMMANDS_A_DAY} commands a day`,
      },
      {
        what: "readings a second, as they come",
        value: rates.at(-1) ?? Number.NaN,
        unit: "/s",
        detail: `${SIGNALS} at a time`,
      },
      { what: "50,000 readings in one go", value: inOneGo.ms, unit: "ms" },
      { what: "50,000 late readings in one go", value: late.ms, unit: "ms" },
      { what: "a week of all signals by quarter-hour, p95", value: week, unit: "ms", budget: 1000 },
      { what: "a year of all signals by day, p95", value: year, unit: "ms", budget: 1000 },
      {
        what: "night's work, median",
        value:
          quantile(
            usual.map(({ ms }) => ms),
            0.5,
          ) / 1000,
        unit: "s",
        detail: `${settled.packedDays} days packed, ${settled.settledDays} made into steps, ${settled.removedPlans} plans thinned out`,
      },
      {
        what: "night's work, longest piece, median",
        value: quantile(
          usual.map(({ longestMs }) => longestMs),
          0.5,
        ),
        unit: "ms",
        budget: 50,
      },
      {
        what: "night's work, longest piece of a month",
        value: Math.max(...usual.map(({ longestMs }) => longestMs)),
        unit: "ms",
      },
      { what: "the night after 50,000 late readings", value: afterLate.ms / 1000, unit: "s" },
      { what: "backup with its check", value: backup.ms / 1000, unit: "s" },
      { what: "backup, longest block", value: backup.answer.blockMs, unit: "ms", budget: 50 },
      {
        what: "resident after a year of it",
        value: mb(process.memoryUsage().rss),
        unit: "MB",
        detail: "with generator and solver",
      },
    ];
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
