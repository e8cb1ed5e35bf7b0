import { EDGE_CASES, type EdgeCase } from "./edge-cases.ts";

/** A test that ran, as vitest's JSON reporter tells it; `file` below the project's folder. */
export interface RanTest {
  readonly file: string;
  readonly names: readonly string[];
  readonly passed: boolean;
}

/** At which level a fault was made, from the most real to the least. */
const LEVELS = [
  { level: "real Home Assistant", fits: (file: string) => file.endsWith(".homeassistant.test.ts") },
  { level: "browser", fits: (file: string) => file.endsWith(".browser.test.ts") },
  { level: "real broker", fits: (file: string) => file.endsWith(".broker.test.ts") },
  { level: "processes", fits: (file: string) => file.startsWith("tests/system/") || file.includes(".slow.test.ts") },
  { level: "timeline", fits: (file: string) => file.startsWith("tests/yardsticks/") },
  {
    level: "pure",
    fits: (file: string) =>
      /^optimizer\/(fallback\/src|src\/(domain|forecasts|learning|model|plan|commands))\//.test(file) ||
      /^nodes\/src\/.*\/logic\.test\.ts$/.test(file),
  },
  { level: "in one process, real parts", fits: () => true },
] as const;

const levelOf = (file: string) => LEVELS.find(({ fits }) => fits(file))?.level ?? "";
const rankOf = (file: string) => LEVELS.findIndex(({ fits }) => fits(file));

const IDS = /^((?:E\d{2} )+)/;
/** The rows that a test, or a group it stands in, says at the start of its name to rehearse. */
const idsOf = (names: readonly string[]): string[] =>
  names.flatMap((name) => IDS.exec(`${name} `)?.[1]?.trim().split(" ") ?? []);
const withoutIds = (name: string): string => name.replace(IDS, "");

const NAMED_PER_FILE = 3;

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function rehearsals(id: string, tests: readonly RanTest[]): string[] {
  const mine = tests.filter(({ names }) => idsOf(names).includes(id));
  const byFile = Map.groupBy(mine, ({ file }) => file);
  return [...byFile]
    .toSorted(([a], [b]) => rankOf(a) - rankOf(b) || a.localeCompare(b))
    .map(([file, ran]) => {
      const names = [...new Set(ran.map((each) => withoutIds(each.names.at(-1) ?? "")))].toSorted();
      const more = names.length - NAMED_PER_FILE;
      const failed = ran.filter(({ passed }) => !passed).length;
      const result = failed === 0 ? "passed" : `**${failed} of ${ran.length} failed**`;
      const told = names.slice(0, NAMED_PER_FILE).join(" · ") + (more > 0 ? ` · and ${more} more` : "");
      return `${levelOf(file)}, ${result}: ${cell(told)} ([${file.split("/").at(-1)}](../../${file}))`;
    });
}

export interface Reliability {
  readonly markdown: string;
  /** Rows that no test rehearses. */
  readonly bare: readonly EdgeCase[];
  /** Ids in test names that no row has. */
  readonly unknown: readonly string[];
}

/** `later`: rows that are promised and not yet rehearsed, and why. */
export function reliabilityOf(tests: readonly RanTest[], later: ReadonlyMap<string, string>): Reliability {
  const known = new Set(EDGE_CASES.map(({ id }) => id));
  const unknown = [...new Set(tests.flatMap(({ names }) => idsOf(names)).filter((id) => !known.has(id)))];
  const bare: EdgeCase[] = [];
  const sections = [...Map.groupBy(EDGE_CASES, ({ subject }) => subject)].map(([subject, rows]) => {
    const lines = rows.map((row) => {
      const found = rehearsals(row.id, tests);
      const planned = later.get(row.id);
      if (found.length === 0 && planned === undefined) bare.push(row);
      const told = [...found, ...(planned === undefined ? [] : [`planned: ${cell(planned)}`])];
      return `| ${row.id} | ${cell(row.situation)} | ${cell(row.promise)} | ${told.join("<br>") || "**not rehearsed**"} |`;
    });
    return `## ${subject}\n\n| id | when | the appliance | rehearsed by |\n| --- | --- | --- | --- |\n${lines.join("\n")}\n`;
  });
  const markdown = `# What may go wrong, and how it was rehearsed

Each row is a promise. The tests that rehearse it carry its id at the start of their names; this page is written from their results by
\`npm run reliability\` after \`npm test\`, and the full suite fails when it says anything else than the tests.

Levels, from the most real: _real Home Assistant_ (a core of its own) · _browser_ · _real broker_ (Mosquitto) · _processes_ (optimizer, Node-RED
and simulated house, composed as at home) · _timeline_ (the appliance's own parts on a clock that is moved by hand, hours in a second) · _in one process,
real parts_ (real database, real servers) · _pure_ (a function).

${sections.join("\n")}`;
  return { markdown, bare, unknown };
}
