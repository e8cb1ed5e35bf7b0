// `npm run check`: what must hold before a commit. Format, lint, types, import rules, unit tests.
import { prepare } from "./prepare.mjs";
import { bin } from "./run.mjs";

await prepare();
const steps = [
  ["format", () => bin("oxfmt", ["--check", "."])],
  ["lint", () => bin("oxlint", ["--deny-warnings"])],
  ["types", () => bin("tsc", ["-b"])],
  ["import rules and unit tests", () => bin("vitest", ["run", "--project", "unit", "--silent=passed-only"])],
];
for (const [what, step] of steps) {
  const startedMs = Date.now();
  const status = await step();
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${what} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
  if (status !== 0) process.exit(status);
}
