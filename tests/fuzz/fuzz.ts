// `npm run fuzz -- --count 100000 --seed 1`: hostile households, each of which must end in a checked plan or a named refusal.
import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
import { anyHostileInput, anyHousehold } from "../support/any-household.ts";
import { aboveZero, argumentsOf, refuse } from "../support/command-line.ts";
import { judgeInput } from "./judge-input.ts";

/** Fewer at a time keeps memory flat, and one seed per batch makes a failure quick to repeat. */
const BATCH = 100;
const SHOWN_FAULTS = 10;
const REPORT_EVERY_MS = 30_000;

const USAGE = "Usage: npm run fuzz -- --count <how many> --seed <whole number>";
const { values } = argumentsOf(USAGE, {
  options: { count: { type: "string", default: "2000" }, seed: { type: "string", default: "1" } },
});
const count = Math.ceil(aboveZero(USAGE, "count", values.count));
const seed = Number(values.seed);
if (!Number.isInteger(seed)) refuse(USAGE, `--seed must be a whole number, not "${values.seed}"`);

const arbitrary = fc.oneof({ weight: 4, arbitrary: anyHousehold }, { weight: 1, arbitrary: anyHostileInput });
const solver = createSolver();
const outcomes = new Map<string, number>();
const beganMs = performance.now();
let reportedMs = beganMs;
let failed = 0;
for (let done = 0; done < count; done += BATCH) {
  const batchSeed = seed + done;
  const inputs = fc.sample(arbitrary, { seed: batchSeed, numRuns: Math.min(BATCH, count - done) });
  for (const [i, input] of inputs.entries()) {
    const { outcome, faults } = await judgeInput(input, solver);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (faults.length === 0) continue;
    failed += 1;
    if (failed > SHOWN_FAULTS) continue;
    const file = `fuzz-failure-${batchSeed}-${i}.json`;
    writeFileSync(file, JSON.stringify(input, undefined, 2));
    console.error(`FAILED (${file}): ${faults.join("; ")}`);
  }
  if (performance.now() - reportedMs > REPORT_EVERY_MS) {
    reportedMs = performance.now();
    console.log(`${done + inputs.length} of ${count}, ${failed} failed`);
  }
}
await solver.stop();
const seconds = (performance.now() - beganMs) / 1000;
const counts = [...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(", ");
console.log(`${count} households from seed ${seed} in ${seconds.toFixed(0)} s: ${failed} failed (${counts})`);
process.exitCode = failed === 0 ? 0 : 1;
