// `npm test`: everything. Tests that need a browser, a broker or a Home Assistant core are named so; where these are missing,
// a plain machine leaves them out and says so, and the full suite (OHMSTEAD_FULL_SUITE=1, set by .ci/run) fails.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { homeAssistantPython } from "./home-assistant.mjs";
import { prepare } from "./prepare.mjs";
import { bin, root, run } from "./run.mjs";

const isOnPath = (program) =>
  [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"].some((dir) => existsSync(join(dir, program)));
const inDebian = (program) => ({
  name: program,
  isMissing: !isOnPath(program),
  remedy: `Debian: apt-get install ${program}`,
});
const [browser, broker] = ["chromium", "mosquitto"].map(inDebian);
const homeAssistant = {
  name: "Home Assistant",
  isMissing: !homeAssistantPython(),
  remedy: "node tools/home-assistant.mjs",
};
const missing = [
  { needs: [browser], pattern: "**/*.browser.test.ts", what: "browser tests" },
  { needs: [broker], pattern: "**/*.broker.test.ts", what: "MQTT broker tests" },
  {
    needs: [homeAssistant, broker],
    pattern: "**/*.homeassistant.test.ts",
    what: "tests with a real Home Assistant",
  },
].flatMap(({ needs, ...tests }) => {
  const lacking = needs.filter(({ isMissing }) => isMissing);
  return lacking.length > 0 ? [{ ...tests, lacking }] : [];
});
const isFull = process.env.OHMSTEAD_FULL_SUITE === "1";

if (isFull && missing.length > 0) {
  for (const { name, remedy } of new Set(missing.flatMap(({ lacking }) => lacking)))
    console.error(`The full suite needs ${name}: install it (${remedy}).`);
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
const env = { OHMSTEAD_LEFT_OUT: missing.map(({ pattern }) => pattern).join(",") };
const counts = { passed: 0, failed: 0, skipped: 0 };

/** One after the other: the composed appliance of the system tests wants both cores for itself. */
async function runTests(project, args) {
  const resultPath = join(root, "node_modules", ".ohmstead", `test-results-${project}.json`);
  rmSync(resultPath, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${resultPath}`];
  const status = await bin("vitest", ["run", "--project", project, "--silent=passed-only", ...reporters, ...args], {
    env,
  });
  const result = existsSync(resultPath) ? JSON.parse(readFileSync(resultPath, "utf8")) : {};
  counts.passed += result.numPassedTests ?? 0;
  counts.skipped += result.numPendingTests ?? 0;
  // A file that cannot be loaded, or a threshold that is missed, has no failed test of its own.
  counts.failed += Math.max(result.numFailedTests ?? 0, status === 0 ? 0 : 1);
}

// `npm test -- some/file`: in one of the projects nothing may match.
const chosen = process.argv.slice(2);
const filter = chosen.length > 0 ? ["--passWithNoTests", ...chosen] : ["--coverage"];
await runTests("unit", filter);
await runTests(
  "system",
  filter.filter((each) => each !== "--coverage"),
);
for (const { what, lacking } of missing)
  console.log(
    `LEFT OUT: ${what}, because there is no ${lacking.map(({ name, remedy }) => `${name} (${remedy})`).join(", no ")}; .ci/run installs it and runs them.`,
  );
// With every test run, the page that is written from them must say the same.
if (isFull && chosen.length === 0) {
  const status = await run(["--conditions=source", "tests/reliability/write.ts", "--check"]);
  if (status !== 0) counts.failed += 1;
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);
