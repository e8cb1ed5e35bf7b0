// `npm run reliability`: writes the page from the results of the last `npm test`; with --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { PLANNED } from "./planned.ts";
import { type RanTest, reliabilityOf } from "./table.ts";

interface VitestResult {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = join(root, "optimizer/docs/reliability.md");
const tests = ["unit", "system"].flatMap((project): RanTest[] => {
  const path = join(root, "node_modules/.ohmstead", `test-results-${project}.json`);
  const { testResults } = JSON.parse(readFileSync(path, "utf8")) as VitestResult;
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "passed" || status === "failed")
      .map(({ ancestorTitles, title, status }) => ({
        file: relative(root, name),
        names: [...ancestorTitles, title],
        passed: status === "passed",
      })),
  );
});
const { markdown, bare, unknown } = reliabilityOf(tests, PLANNED);
for (const id of unknown) console.error(`A test says that it rehearses ${id}, and there is no such row.`);
for (const { id, situation } of bare) console.error(`${id} (${situation}) is rehearsed by no test.`);
if (process.argv.includes("--check")) {
  const isSame = readFileSync(page, "utf8") === markdown;
  if (!isSame)
    console.error("optimizer/docs/reliability.md says something else than the tests: run npm run reliability.");
  process.exitCode = isSame && unknown.length === 0 && bare.length === 0 ? 0 : 1;
} else {
  writeFileSync(page, markdown);
  console.log(`Written from ${tests.length} tests: ${relative(process.cwd(), page)}`);
  process.exitCode = unknown.length === 0 && bare.length === 0 ? 0 : 1;
}
