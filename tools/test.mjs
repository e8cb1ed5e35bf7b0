// `npm test`: everything. Tests that need a browser or a broker are named so; where these are missing, a plain
// machine leaves them out and says so, and the full suite (OHMSTEAD_FULL_SUITE=1, set by .ci/run) fails.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { prepare } from "./prepare.mjs";
import { bin, root } from "./run.mjs";

const isOnPath = (program) =>
  [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"].some((dir) => existsSync(join(dir, program)));
const needs = [
  { program: "chromium", pattern: "**/*.browser.test.ts", what: "browser tests" },
  { program: "mosquitto", pattern: "**/*.broker.test.ts", what: "MQTT broker tests" },
];
const missing = needs.filter(({ program }) => !isOnPath(program));
const isFull = process.env.OHMSTEAD_FULL_SUITE === "1";

if (isFull && missing.length > 0) {
  console.error(
    `The full suite needs ${missing.map(({ program }) => program).join(" and ")}: install it (Debian: apt-get install ${missing.map(({ program }) => program).join(" ")}).`,
  );
  process.exit(1);
}
await prepare();
for (const [what, args] of [
  ["format", ["oxfmt", ["--check", "."]]],
  ["lint", ["oxlint", ["--deny-warnings"]]],
  ["types", ["tsc", ["-b"]]],
]) {
  const status = await bin(...args);
  if (status !== 0) {
    console.error(`${what} failed: see above`);
    process.exit(status);
  }
}
const leftOut = missing.flatMap(({ pattern }) => ["--exclude", pattern]);
const resultPath = join(root, "node_modules", ".ohmstead", "test-results.json");
rmSync(resultPath, { force: true });
const status = await bin("vitest", [
  "run",
  "--coverage",
  "--silent=passed-only",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${resultPath}`,
  ...leftOut,
  ...process.argv.slice(2),
]);
for (const { what, program } of missing)
  console.log(`LEFT OUT: ${what}, because ${program} is not installed (.ci/run installs it and runs them).`);
if (existsSync(resultPath)) {
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
    readFileSync(resultPath, "utf8"),
  );
  // A file that cannot even be loaded has no failed test of its own.
  const failed = Math.max(numFailedTests, status === 0 ? 0 : numFailedTestSuites, status === 0 ? 0 : 1);
  console.log(`${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`);
}
process.exit(status);
