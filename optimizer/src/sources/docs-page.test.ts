import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sourcesPage } from "./docs-page.ts";
import { HISTORY_KINDS, PRICE_KINDS, PV_KINDS, WEATHER_KINDS } from "./registry.ts";
import type { SourceKind } from "./source.ts";

const all: readonly SourceKind<unknown>[] = [...PRICE_KINDS, ...WEATHER_KINDS, ...PV_KINDS, ...HISTORY_KINDS];

/** Without what the formatter may change: the width of tables, and where lines break. */
const bare = (markdown: string): string[] =>
  markdown
    .replaceAll(/\|[\s|-]+\|\n/g, "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .split(/ (?=\| `|- `|#+ )/);

test("docs/sources.md is what the registry says; if not: npm run build, then node tools/run.mjs tools/write-sources.mjs", () => {
  const published = readFileSync(new URL("../../docs/sources.md", import.meta.url), "utf8");
  expect(bare(published)).toEqual(bare(sourcesPage()));
});

test("every kind stands in it, with the test that replays its answer", () => {
  const page = sourcesPage();
  for (const { kind, facts } of all) expect(page).toContain(`| \`${kind}\` | ${facts.title}`);
  const missing = all.filter(({ facts }) => !existsSync(new URL(facts.test, import.meta.url)));
  expect(missing.map(({ facts }) => facts.test)).toEqual([]);
});
