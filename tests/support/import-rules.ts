import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative } from "node:path";
import { type ImportedModule, type SourceFacts, sourceFacts } from "./source-facts.ts";

/** What the files of a folder may import besides each other. */
interface Rule {
  readonly folders: readonly string[];
  /** Folders of which only types may be used. */
  readonly typesOf?: readonly string[];
  readonly packages: readonly string[];
  readonly typesOfPackages?: readonly string[];
  /** No I/O, no clock, no randomness, no logging. */
  readonly isPure?: boolean;
}

/** In the order of the flow: each may know the shapes of what comes before it. */
const FLOW = ["sources", "forecasts", "model", "plan", "commands", "learning"];
const PURE = FLOW.slice(1);
const BASE = ["contract", "domain"];
const WIRES = ["transport", "sources", "solver", "devices", "telemetry", "store"];
const CYCLES = [...BASE, "fallback", ...PURE, ...WIRES, "simulator", "physics"];

const pure = (folder: string): [string, Rule] => [
  folder,
  { folders: [...BASE, "fallback"], typesOf: FLOW.slice(0, FLOW.indexOf(folder)), packages: ["luxon"], isPure: true },
];
const wire = (folder: string, ...packages: string[]): [string, Rule] => [
  folder,
  { folders: BASE, typesOf: PURE, packages: ["zod", ...packages], typesOfPackages: ["pino"] },
];

const RULES = new Map<string, Rule>([
  ["contract", { folders: [], packages: ["zod"] }],
  ["fallback", { folders: ["contract"], packages: [], isPure: true }],
  ["domain", { folders: ["contract"], packages: ["zod", "luxon", "csv-parse", "fastest-levenshtein"] }],
  ...PURE.map(pure),
  wire("transport", "mqtt", "ws"),
  wire("sources", "csv-parse", "luxon", "fastest-levenshtein", "@xmldom/xmldom"),
  wire("solver", "highs", "javascript-lp-solver"),
  wire("devices", "fastest-levenshtein"),
  wire("telemetry"),
  wire("store", "better-sqlite3"),
  // The house is the judge of the plans: it must not share a thought with the model.
  [
    "simulator",
    {
      folders: [...BASE, "physics"],
      packages: ["zod", "luxon", "ws", "yaml", "fastest-levenshtein", "commander", "express", "pino"],
    },
  ],
  ["physics", { folders: BASE, packages: [], isPure: true }],
  [
    "cycles",
    {
      folders: CYCLES,
      packages: ["zod", "luxon", "yaml", "fastest-levenshtein"],
      typesOfPackages: ["pino"],
    },
  ],
  ["backtest", { folders: [...CYCLES, "cycles"], packages: ["zod", "luxon"], typesOfPackages: ["pino"] }],
  [
    "api",
    {
      folders: [...BASE, "store", "cycles"],
      packages: ["express", "helmet", "express-rate-limit", "prom-client", "zod", "zod-openapi", "mqtt"],
      typesOfPackages: ["pino"],
    },
  ],
  ["nodes", { folders: ["contract", "fallback"], packages: ["eventsource-parser"], typesOfPackages: ["node-red"] }],
  ["ui", { folders: ["contract"], packages: ["uplot"] }],
]);

/** They compose everything, or start it. */
const COMPOSERS = new Set(["main", "cli", "launch"]);

const PACKAGES: Readonly<Record<string, string>> = {
  "@ohmstead/contract": "optimizer/contract/src/index.ts",
  "@ohmstead/fallback": "optimizer/fallback/src/index.ts",
  "@ohmstead/ui": "optimizer/ui/src/index.ts",
  "@ohmstead/nodes": "nodes/src/index.ts",
};

const ROOTS = ["optimizer/contract/src", "optimizer/fallback/src", "optimizer/ui/src", "optimizer/src", "nodes/src"];

/** The folder a file of the project belongs to, undefined outside of the sources. */
export function folderOf(path: string): string | undefined {
  const workspace = /^optimizer\/(contract|fallback|ui)\/src\//.exec(path)?.[1];
  if (workspace) return workspace;
  if (path.startsWith("nodes/src/")) return "nodes";
  if (path.startsWith("optimizer/src/simulator/physics/")) return "physics";
  return /^optimizer\/src\/([^/]+)\//.exec(path)?.[1] ?? (path === "optimizer/src/main.ts" ? "main" : undefined);
}

const isTest = (path: string): boolean => path.endsWith(".test.ts");

/** Project path or package a specifier means. */
function targetOf(from: string, specifier: string): { readonly path?: string; readonly packageName?: string } {
  const [scopeOrName = "", second] = specifier.split("/");
  const packageName = specifier.startsWith("@") ? `${scopeOrName}/${second}` : scopeOrName;
  const workspace = PACKAGES[packageName];
  if (workspace) return { path: workspace };
  if (specifier.startsWith(".")) return { path: join(dirname(from), specifier) };
  return { packageName };
}

function complaintAbout(from: string, { specifier, isType }: ImportedModule): string | undefined {
  const folder = folderOf(from);
  const { path, packageName } = targetOf(from, specifier);
  const complain = (why: string) => `${from} imports ${isType ? "types of " : ""}${specifier}: ${why}`;
  if (path !== undefined && folderOf(path) === "main") return complain("nothing imports main.ts");
  if (isTest(from) || folder === undefined) return undefined;
  if (COMPOSERS.has(folder)) return undefined;
  const rule = RULES.get(folder);
  if (!rule) return `${from}: there is no rule for ${folder}; add it to tests/support/import-rules.ts`;
  if (path !== undefined) {
    const target = folderOf(path);
    if (target === undefined) return complain("it lies outside of the sources");
    const allowed = [folder, ...rule.folders, ...(isType ? (rule.typesOf ?? []) : [])];
    return allowed.includes(target) ? undefined : complain(`${folder} may not use ${target}`);
  }
  if (isBuiltin(specifier)) {
    if (rule.isPure) return undefined; // told by impurityOf
    return specifier.startsWith("node:") ? undefined : complain(`write node:${specifier}`);
  }
  const allowed = [...rule.packages, ...(isType ? (rule.typesOfPackages ?? []) : [])];
  return allowed.includes(packageName ?? "") ? undefined : complain(`${folder} may not use this package`);
}

/** Why a file is not pure, by itself or through what it runs; undefined when it is. */
function impurityOf(path: string, facts: ReadonlyMap<string, SourceFacts>, seen: Set<string>): string | undefined {
  if (seen.has(path)) return undefined;
  seen.add(path);
  const { impurities = [], imports = [] } = facts.get(path) ?? {};
  if (impurities[0]) return `uses ${impurities[0]}`;
  for (const { specifier, isType } of imports) {
    if (isType) continue;
    if (isBuiltin(specifier)) return `imports ${specifier}`;
    const target = targetOf(path, specifier).path;
    const inside = target && impurityOf(target, facts, seen);
    if (inside) return `imports ${target}, which ${inside}`;
  }
  return undefined;
}

/** Every breach of the rules among these sources (path → text), as sentences. */
export function breaches(sources: ReadonlyMap<string, string>): string[] {
  const facts = new Map([...sources].map(([path, text]) => [path, sourceFacts(path, text)]));
  return [...facts].flatMap(([path, { imports }]) => {
    const complaints = imports.flatMap((each) => complaintAbout(path, each) ?? []);
    const mustBePure = !isTest(path) && RULES.get(folderOf(path) ?? "")?.isPure;
    const impurity = mustBePure ? impurityOf(path, facts, new Set()) : undefined;
    return [...new Set(complaints), ...(impurity ? [`${path} must be pure, but ${impurity}`] : [])];
  });
}

/** All TypeScript of the project, tests included. */
export function projectSources(root: string): ReadonlyMap<string, string> {
  const paths = ROOTS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|mts|tsx)$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}
