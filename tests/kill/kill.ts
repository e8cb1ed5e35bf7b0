// `npm run kill -- --kills 200`: the optimizer killed again and again in one composed demo; see kill-run.ts.
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { aboveZero, argumentsOf } from "../support/command-line.ts";
import { complaintsIn, pageOf, rowsOf } from "./kill-report.ts";
import { runKills } from "./kill-run.ts";

const USAGE = `Usage: npm run kill -- [options]
  --kills <count>         deaths of the optimizer, default 200
  --speed <factor>        house time per real time, default 120
  --seed <number>         the moments of death follow from it, default 1
  --longest-life <s>      between first plan and death, at most, real time, default 3
  --node-red-every <n>    Node-RED dies beside every nth, default 10
  --report <file>         what was found, as JSON
  --write-docs            optimizer/docs/reliability-kills.md from it`;

const { values } = argumentsOf(USAGE, {
  options: {
    kills: { type: "string", default: "200" },
    speed: { type: "string", default: "120" },
    seed: { type: "string", default: "1" },
    "longest-life": { type: "string", default: "3" },
    "node-red-every": { type: "string", default: "10" },
    report: { type: "string" },
    "write-docs": { type: "boolean", default: false },
  },
});

const number = (name: "kills" | "speed" | "seed" | "longest-life" | "node-red-every"): number =>
  aboveZero(USAGE, name, values[name]);
const kills = number("kills");
const report = await runKills(
  {
    kills,
    speed: number("speed"),
    seed: number("seed"),
    longestLifeMs: number("longest-life") * 1000,
    nodeRedEvery: number("node-red-every"),
  },
  (done) => {
    if (done % 10 === 0 || done === kills) console.log(`${done} of ${kills}`);
  },
);
for (const [what, found] of rowsOf(report)) console.log(`${what.padEnd(44)} ${found}`);
const complaints = complaintsIn(report);
for (const complaint of complaints) console.error(complaint);
if (values.report !== undefined)
  writeFileSync(resolve(process.env.INIT_CWD ?? ".", values.report), `${JSON.stringify(report, undefined, 2)}\n`);
if (values["write-docs"])
  writeFileSync(join(import.meta.dirname, "../../optimizer/docs/reliability-kills.md"), pageOf(report));
process.exit(complaints.length === 0 ? 0 : 1);
