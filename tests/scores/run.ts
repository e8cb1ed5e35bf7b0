// `npm run scores -- <family> <folder>`: our forecasts beside naive ones, on every recorded house of a folder.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Family, ScoreRow, ScoreTable } from "./family.ts";
import { load } from "./load.ts";
import { pv } from "./pv.ts";

const FAMILIES: readonly Family[] = [pv, load];
const EXIT_USAGE = 2;

const HEADING = "| forecast | ahead | values | MAE | bias | pinball P10/P90 | within P10..P90 |";
const RULE = "| --- | --- | ---: | ---: | ---: | ---: | ---: |";

const figure = (value: number | undefined, digits = 3): string => (value === undefined ? "" : value.toFixed(digits));
const percent = (value: number | undefined): string => (value === undefined ? "" : `${(100 * value).toFixed(0)} %`);
const line = ({ forecaster, lead, score }: ScoreRow): string =>
  `| ${forecaster} | ${lead} | ${score.count} | ${figure(score.mae)} | ${figure(score.bias)} | ${figure(score.pinball)} | ${percent(score.within)} |`;

function print({ title, unit, rows, notes }: ScoreTable): void {
  console.log(`\n**${title}** (${unit})\n`);
  for (const each of [HEADING, RULE, ...rows.map(line)]) console.log(each);
  console.log("");
  for (const note of notes) console.log(`- ${note}`);
}

async function main([familyName, folder]: readonly string[]): Promise<number> {
  const family = FAMILIES.find((each) => each.name === familyName);
  const path = folder === undefined ? undefined : resolve(process.env.INIT_CWD ?? ".", folder);
  if (!family || path === undefined || !existsSync(path)) {
    console.error("Usage: npm run scores -- <family> <folder>");
    if (!family)
      console.error(`There is no family "${familyName}"; there are: ${FAMILIES.map((each) => each.name).join(", ")}`);
    else console.error(`There is no folder "${folder}"`);
    return EXIT_USAGE;
  }
  let count = 0;
  for await (const table of family.run(path)) {
    print(table);
    count += 1;
  }
  if (count === 0) console.error(`There is no file with what "${family.name}" needs in ${path}`);
  return count > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
