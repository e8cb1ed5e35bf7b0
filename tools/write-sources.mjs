// Writes optimizer/docs/sources.md from the registry of sources.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bin, root } from "./run.mjs";

const { sourcesPage } = await import(join(root, "optimizer/dist/sources/docs-page.js"));
const path = join(root, "optimizer/docs/sources.md");
writeFileSync(path, sourcesPage());
process.exitCode = await bin("oxfmt", [path]);
