// `npm run no-gap -- [folder]`: a month of recorded prices lived by the appliance's own price ladder and plans, with sources that fail. Says how many
// slots had no price, what the prices rested on, and what not knowing cost against the same month with two days of prices always known.
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { MS_PER_HOUR } from "@ohmstead/contract";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    from: { type: "string" },
    days: { type: "string", default: "31" },
    every: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});
if (values.help || positionals.length > 1) {
  console.error(USAGE);
  process.exit(2);
}
const folder =
  positionals[0] === undefined
    ? join(import.meta.dirname, "data")
    : resolve(process.env.INIT_CWD ?? ".", positionals[0]);
const percent = (share = 0): string => (100 * share).toFixed(1);

const solver = createSolver();
try {
  for (const { path, read } of recordingsIn(folder)) {
    const truth = truthOf(read());
    const fromMs = values.from === undefined ? truth.fromMs + 28 * DAY_MS : Date.parse(values.from);
    const untilMs = Math.min(fromMs + Number(values.days) * DAY_MS, truth.untilMs - DAY_MS);
    if (!(fromMs < untilMs)) {
      console.log(`${basename(path)}: nothing is recorded from then on`);
      continue;
    }
    const options = { fromMs, untilMs, everyHours: Number(values.every), fallback: contractOf(truth, fromMs) };
    const span = [fromMs, untilMs].map((ms) => new Date(ms).toISOString().slice(0, 10)).join(" to ");
    console.log(`\n${basename(path)}, ${span}, seed ${values.seed}\n`);
    console.log(
      `| month | cost | extra | % | slots without a price | quarter-hours without a plan | ${RUNGS.join(" % | ")} % |`,
    );
    console.log(`| --- | --- | --- | --- | --- | --- | ${RUNGS.map(() => "---").join(" | ")} |`);
    let known: number | undefined;
    for (const variant of variantsOf(options, Number(values.seed))) {
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
