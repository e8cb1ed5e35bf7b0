import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Solver } from "../../optimizer/src/solver/solver.ts";
import type { Family, Verdict } from "./family.ts";

/** What a family says about a folder. */
export async function verdictsIn(family: Family, folder: string, solver: Solver): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for await (const verdict of family.run(folder, { solver })) verdicts.push(verdict);
  return verdicts;
}

/** What a family says about a folder with these files. */
export async function verdictsOf(
  family: Family,
  files: Readonly<Record<string, string>>,
  solver: Solver,
): Promise<Verdict[]> {
  const folder = mkdtempSync(join(tmpdir(), "yardstick-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return await verdictsIn(family, folder, solver);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
