// `npm run worst-day`: a day with failing calls and devices that forget; prints what came of it, exit 1 where a goal is missed.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { aboveZero, argumentsOf, refuse } from "../support/command-line.ts";
import { measureDay } from "./measure-day.ts";

const USAGE = `Usage: npm run worst-day -- [options]
  --hours <count>     of the house, default 24
  --speed <factor>    house time per real time, default 240
  --share <0..1>      of the calls that fail, default 0.05
  --seed <number>     which of them, default 1
  --report <file>     what came of it, as JSON`;
const { values } = argumentsOf(USAGE, {
  options: {
    hours: { type: "string", default: "24" },
    speed: { type: "string", default: "240" },
    share: { type: "string", default: "0.05" },
    seed: { type: "string", default: "1" },
    report: { type: "string" },
  },
});
const share = Number(values.share);
if (!(share >= 0 && share <= 1)) refuse(USAGE, `--share must be between 0 and 1, not "${values.share}"`);
const GOALS = { success: 0.99, p95S: 5 };

const day = await measureDay({
  hours: aboveZero(USAGE, "hours", values.hours),
  speed: aboveZero(USAGE, "speed", values.speed),
  share,
  seed: aboveZero(USAGE, "seed", values.seed),
});
if (values.report !== undefined)
  writeFileSync(resolve(process.env["INIT_CWD"] ?? ".", values.report), `${JSON.stringify(day, undefined, 2)}\n`);
const minutes = (ms: number | undefined) => (ms === undefined ? "never" : `${(ms / 60_000).toFixed(1)} min`);
const missed = day.drifts.filter(({ detectedAfterMs }) => detectedAfterMs === undefined).length;
const lines = [
  ["hours of the house, at so many times its pace", `${day.options.hours}, ${day.options.speed}`],
  ["commands by what became of them", JSON.stringify(day.commands)],
  ["attempts carried; calls that failed on purpose", `${day.attempts}; ${day.injectedFailures}`],
  [`command success (goal ${GOALS.success * 100} %)`, `${(day.success * 100).toFixed(2)} %`],
  [
    `from decision to acknowledged, real seconds: p50, p95, p99 (goal p95 ${GOALS.p95S})`,
    Object.values(day.acknowledgedInS)
      .map((seconds) => seconds.toFixed(2))
      .join(", "),
  ],
  [
    `forgetful devices, and when it was noticed after their return (goal: all within 10 min)`,
    day.drifts.map(({ detectedAfterMs }) => minutes(detectedAfterMs)).join(", ") || "none",
  ],
  ["writes of each device", JSON.stringify(day.writes)],
  ["writes beyond the budget (goal 0)", `${day.beyondBudget}`],
  ["what reconciliation found", JSON.stringify(day.deviations)],
  ["taken for a person's hand, where nobody was (goal none)", day.falseHands.join("; ") || "none"],
];
for (const [what = "", came = ""] of lines) console.log(`${what.padEnd(92)} ${came}`);
const isGood =
  day.success >= GOALS.success &&
  day.acknowledgedInS.p95 < GOALS.p95S &&
  missed === 0 &&
  day.falseHands.length === 0 &&
  day.drifts.length > 0 &&
  day.beyondBudget === 0;
console.log(isGood ? "Every goal is met." : "A goal is missed.");
process.exitCode = isGood ? 0 : 1;
