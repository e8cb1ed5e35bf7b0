// `npm run yardstick -- <family> <folder>`: every case of a public format beside its published answer; exit 1 if any fails.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
import { complaints } from "./complaints.ts";
import { control } from "./control.ts";
import { emhass } from "./emhass.ts";
import { eos } from "./eos.ts";
import { evcc } from "./evcc.ts";
import type { Family, Verdict } from "./family.ts";
import { haeo } from "./haeo.ts";
import { lp } from "./lp.ts";

const FAMILIES: readonly Family[] = [evcc, haeo, emhass, eos, lp, complaints, control];
const EXIT_USAGE = 2;

const line = ({ name, ours, published, difference, pass, detail }: Verdict): string =>
  [name.padEnd(44), ours.padStart(16), published.padStart(16), difference.padStart(14), pass ? "  pass" : "  FAIL"]
    .join(" ")
    .concat(detail ? `  ${detail}` : "");

async function main([familyName, folder]: readonly string[]): Promise<number> {
  const family = FAMILIES.find((each) => each.name === familyName);
  const path = folder === undefined ? undefined : resolve(process.env.INIT_CWD ?? ".", folder);
  if (!family || path === undefined || !existsSync(path)) {
    console.error("Usage: npm run yardstick -- <family> <folder>");
    if (!family)
      console.error(`There is no family "${familyName}"; there are: ${FAMILIES.map((each) => each.name).join(", ")}`);
    else console.error(`There is no folder "${folder}"`);
    return EXIT_USAGE;
  }
  console.log(`${family.name}: ${family.tolerance}`);
  console.log(
    line({ name: "case", ours: "ours", published: "published", difference: "difference", pass: true }).slice(0, 93),
  );
  const solver = createSolver();
  let passed = 0;
  let failed = 0;
  try {
    for await (const verdict of family.run(path, { solver })) {
      console.log(line(verdict));
      if (verdict.pass) passed += 1;
      else failed += 1;
    }
  } finally {
    await solver.stop();
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (passed + failed === 0) console.error(`There is no case of this format in ${path}`);
  return passed > 0 && failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
