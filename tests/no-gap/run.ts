// `npm run no-gap -- [folder]`: a month of recorded prices lived by the appliance's own price ladder and plans, with sources that fail. Says how many
// slots had no price, what the prices rested on, and what not knowing cost against the same month with two days of prices always known.
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { MS_PER_HOUR } from "@ohmstead/contract";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
import { aboveZero, argumentsOf, reading, refuse } from "../support/command-line.ts";
import { recordingsIn, truthOf } from "./month.ts";
import { replayMonth } from "./replay.ts";
import { contractOf, variantsOf } from "./variants.ts";

const DAY_MS = 24 * MS_PER_HOUR;
const RUNGS = ["best", "second", "cached", "learned", "fallback"] as const;
const USAGE = `Usage: npm run no-gap -- [folder] [options]
  folder                 holds price files and a house; default: an excerpt that is here
  --from <date>          first day, default four weeks after the file begins
  --days <count>         default 31
  --every <hours>        a plan is made so often, default 1
  --seed <number>        of the outages, default 1`;

const { values, positionals } = argumentsOf(USAGE, {
  allowPositionals: true,
  options: {
    from: { type: "string" },
    days: { type: "string", default: "31" },
    every: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
  },
});
if (positionals.length > 1) refuse(USAGE, `one folder at a time, not ${positionals.length}`);
const folder =
  positionals[0] === undefined
    ? join(import.meta.dirname, "data")
    : resolve(process.env.INIT_CWD ?? ".", positionals[0]);
if (!existsSync(folder)) refuse(USAGE, `there is no folder "${positionals[0]}"`);
const beginMs = values.from === undefined ? undefined : Date.parse(values.from);
if (Number.isNaN(beginMs)) refuse(USAGE, `--from must be a date such as 2024-01-01, not "${values.from}"`);
const [days, everyHours, seed] = [
  aboveZero(USAGE, "days", values.days),
  aboveZero(USAGE, "every", values.every),
  aboveZero(USAGE, "seed", values.seed),
] as const;
const percent = (share = 0): string => (100 * share).toFixed(1);

const recordings = reading(() => recordingsIn(folder));
const solver = createSolver();
try {
  for (const { path, read } of recordings) {
    const truth = reading(() => truthOf(read()));
    const fromMs = beginMs ?? truth.fromMs + 28 * DAY_MS;
    const untilMs = Math.min(fromMs + days * DAY_MS, truth.untilMs - DAY_MS);
    if (!(fromMs < untilMs)) {
      console.log(`${basename(path)}: nothing is recorded from then on`);
      continue;
    }
    const options = { fromMs, untilMs, everyHours, fallback: contractOf(truth, fromMs) };
    const span = [fromMs, untilMs].map((ms) => new Date(ms).toISOString().slice(0, 10)).join(" to ");
    console.log(`\n${basename(path)}, ${span}, seed ${seed}\n`);
    console.log(
      `| month | cost | extra | % | slots without a price | quarter-hours without a plan | ${RUNGS.join(" % | ")} % |`,
    );
    console.log(`| --- | --- | --- | --- | --- | --- | ${RUNGS.map(() => "---").join(" | ")} |`);
    let known: number | undefined;
    for (const variant of variantsOf(options, seed)) {
      const { cost, quarters, empty, unplanned, lived } = await replayMonth(truth, options, variant, solver);
      known ??= cost;
      const extra = cost - known;
      const cells = [
        variant.what,
        cost.toFixed(2),
        extra.toFixed(2),
        ((100 * extra) / Math.abs(known)).toFixed(2),
        `${empty} of ${quarters}`,
        unplanned,
        ...RUNGS.map((rung) => percent(lived[rung])),
      ];
      console.log(`| ${cells.join(" | ")} |`);
    }
  }
} finally {
  await solver.stop();
}
