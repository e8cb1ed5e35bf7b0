// `npm run bench`: figures beside their budgets, printed and written to bench-results.json. Never a timed test: machines differ.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { tmpdir } from "node:os";
import type { Plan } from "@ohmstead/contract";
import { composeDemo, type Demo } from "../../optimizer/src/launch/compose-demo.ts";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
import { refuse } from "../support/command-line.ts";
import { measureCalm } from "./calm-bench.ts";
import type { Figure } from "./figure.ts";
import { benchIngest } from "./ingest-bench.ts";
import { NoNativeSolver, benchAgainstNative } from "./native-bench.ts";
import { benchRecommendation } from "./recommendation-bench.ts";
import { benchSolve } from "./solve-bench.ts";
import { benchStore } from "./store-bench.ts";

/** Memory of the process that is resident now. */
function residentMb(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return line?.[1] ? Number(line[1]) / 1024 : Number.NaN;
}

const SETTLE_MS = 20_000;
const BENCH_SPEED = 60;

async function planId({ optimizerUrl, token }: Demo): Promise<string | undefined> {
  const response = await fetch(`${optimizerUrl}/api/v1/plan`, { headers: { authorization: `Bearer ${token}` } });
  return response.ok ? ((await response.json()) as Plan).id : undefined;
}

async function benchAppliance(): Promise<Figure[]> {
  const startedMs = Date.now();
  const demo = await composeDemo({
    days: "winter",
    speed: BENCH_SPEED,
    host: "127.0.0.1",
    ports: { optimizer: 0, nodeRed: 18_800, house: 0 },
    dataFolder: mkdtempSync(join(tmpdir(), "ohmstead-bench-")),
    onLine: () => {},
  });
  try {
    const composedS = (Date.now() - startedMs) / 1000;
    const before = await planId(demo);
    await demo.optimizer.stop();
    const restartedMs = Date.now();
    const optimizer = await demo.startOptimizerAgain();
    // The stored plan is there at once; what counts is the first one of this process.
    while ((await planId(demo)) === before && Date.now() - restartedMs < 60_000) await wait(10);
    const firstPlanS = (Date.now() - restartedMs) / 1000;
    await wait(SETTLE_MS);
    const answers = await benchRecommendation({ url: demo.optimizerUrl, token: demo.token });
    const optimizerMb = residentMb(optimizer.pid);
    const nodeRedMb = residentMb(demo.nodeRed.pid);
    await optimizer.stop();
    return [
      {
        what: "the whole appliance ready",
        value: composedS,
        unit: "s",
        budget: 15,
        detail: "three processes, flows started",
      },
      { what: "start to first plan", value: firstPlanS, unit: "s", budget: 3 },
      {
        what: "recommendation/now p50",
        value: answers.p50Ms,
        unit: "ms",
        budget: 10,
        detail: `${answers.requests} requests at 200 per second`,
      },
      { what: "recommendation/now p99", value: answers.p99Ms, unit: "ms", budget: 10 },
      { what: "resident: optimizer", value: optimizerMb, unit: "MB", budget: 150, detail: "while planning every 5 s" },
      { what: "resident: both processes", value: optimizerMb + nodeRedMb, unit: "MB", budget: 350 },
    ];
  } finally {
    await Promise.all([demo.nodeRed.stop(), demo.optimizer.stop(), demo.house.stop()]);
  }
}

async function benchReadings(): Promise<Figure[]> {
  const { insertMs, requestMs, restingMb, mostMb, atOnce, stored, refused } = await benchIngest();
  return [
    { what: "50 000 readings into the store", value: insertMs, unit: "ms", detail: "one transaction" },
    { what: "50 000 readings in one request", value: requestMs, unit: "ms", detail: "sent, judged, stored, answered" },
    {
      what: "resident: most while such requests come at once",
      value: mostMb,
      unit: "MB",
      detail: `${atOnce} requests: ${stored} stored whole, ${refused} refused; ${Math.round(restingMb)} MB before`,
    },
  ];
}

/** Promised of a flat tariff against a spot one, and of our engine against a native one. */
const MOST_FLAT_BY_SPOT = 1.5;
const MOST_BY_NATIVE = 2;
const MOST_SEARCH_LOSS = 0.01;

async function benchNative(): Promise<Figure[]> {
  try {
    return (await benchAgainstNative()).map(({ what, ratio, count }) => ({
      what: `by native HiGHS, ${what}`,
      value: ratio,
      unit: "×",
      budget: MOST_BY_NATIVE,
      detail: `${count} programmes, solve alone`,
    }));
  } catch (error) {
    if (!(error instanceof NoNativeSolver)) throw error;
    console.log(`No comparison with a native solver: ${error.message}`);
    return [];
  }
}

/** Share of re-plans that may change what runs now for less than the threshold. */
const MOST_NEEDLESS = 1;

async function benchCalm(): Promise<Figure[]> {
  const solver = createSolver();
  try {
    const continuous = await measureCalm(solver, { houses: 15, replans: 36 });
    const switched = await measureCalm(solver, { houses: 10, replans: 24, wishes: { isSwitched: true } });
    const replans = continuous.replans + switched.replans;
    const share = (part: "needless" | "refined" | "worthwhile"): number =>
      (100 * (continuous[part] + switched[part])) / replans;
    return [
      {
        what: "re-plans that change what runs now for nothing",
        value: share("needless"),
        unit: "%",
        budget: MOST_NEEDLESS,
        detail: `${replans} re-plans, 5 min apart, with noise; threshold ${continuous.thresholdMoney}`,
      },
      { what: "re-plans that change it for a gain above that", value: share("worthwhile"), unit: "%" },
      { what: "re-plans that only move a figure of it", value: share("refined"), unit: "%" },
    ];
  } finally {
    await solver.stop();
  }
}

async function benchSolving(): Promise<Figure[]> {
  const solving = await benchSolve();
  const { search } = solving;
  return [
    ...solving.rows.flatMap(({ what, medianMs, p95Ms, count, budgetMs, detail }): Figure[] => {
      const budget = budgetMs === undefined ? {} : { budget: budgetMs };
      return [
        { what: `${what}, median`, value: medianMs, unit: "ms", ...budget, detail: `${count} households; ${detail}` },
        { what: `${what}, p95`, value: p95Ms, unit: "ms", ...budget },
      ];
    }),
    ...solving.flatBySpot.map(({ what, ratio }): Figure => ({
      what: `flat by spot, ${what}`,
      value: ratio,
      unit: "×",
      budget: MOST_FLAT_BY_SPOT,
    })),
    {
      what: "on/off search, loss, median",
      value: search.medianMoney,
      unit: "money",
      budget: MOST_SEARCH_LOSS,
      detail: `against ${search.count} exact programmes (${(search.medianExactMs / 1000).toFixed(1)} s median, worst gap ${(100 * search.worstGap).toFixed(1)} %)`,
    },
    { what: "on/off search, loss, worst", value: search.worstMoney, unit: "money" },
  ];
}

const PARTS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  solve: benchSolving,
  calm: benchCalm,
  native: benchNative,
  readings: benchReadings,
  store: benchStore,
  appliance: benchAppliance,
};
/** `npm run bench -- store`: that part alone. */
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS);
const parts = wanted.map(
  (name) =>
    PARTS[name] ??
    refuse(
      "Usage: npm run bench -- [parts]",
      `There is no part "${name}"; there are: ${Object.keys(PARTS).join(", ")}`,
    ),
);
const figures: Figure[] = [];
for (const part of parts) figures.push(...(await part()));

const shownAs = ({ value, unit }: Pick<Figure, "value" | "unit">): string => {
  const digits = { ms: 1, s: 2, MB: 1, "×": 2, money: 4, "%": 2, "/s": 0 }[unit];
  return `${value.toFixed(digits)} ${unit}`;
};
for (const { what, value, unit, budget, detail } of figures) {
  const promised =
    budget === undefined ? "" : `budget ${`${budget} ${unit}`.padStart(10)}   ${value <= budget ? "within" : "OVER"}`;
  console.log(
    `${what.padEnd(58)} ${shownAs({ value, unit }).padStart(14)}   ${promised.padEnd(27)}${detail ? `   (${detail})` : ""}`,
  );
}
const machine = { node: process.version, arch: process.arch, cores: cpus().length, model: cpus()[0]?.model };
writeFileSync(
  "bench-results.json",
  `${JSON.stringify({ atUtc: new Date().toISOString(), machine, figures }, undefined, 2)}\n`,
);
process.exit(0);
