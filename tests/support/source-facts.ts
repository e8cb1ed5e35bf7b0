import { parseAst } from "vite";

export interface ImportedModule {
  readonly specifier: string;
  /** Nothing of it is there when the program runs. */
  readonly isType: boolean;
}

export interface SourceFacts {
  readonly imports: readonly ImportedModule[];
  /** What it takes from the world around it: the clock, chance, the console, the network. */
  readonly impurities: readonly string[];
}

interface Syntax {
  readonly type: string;
  readonly [field: string]: unknown;
}

const isSyntax = (value: unknown): value is Syntax =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

const IMPURE_NAMES = new Set([
  "console",
  "process",
  "fetch",
  "performance",
  "crypto",
  "globalThis",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "require",
]);
const IMPURE_MEMBERS = new Set(["Date.now", "Math.random", "DateTime.now"]);
/** Without an argument they mean now. */
const IMPURE_WITHOUT_ARGUMENTS = new Set(["Date", "DateTime.local", "DateTime.utc"]);

function nameOf(node: unknown): string {
  if (!isSyntax(node)) return "";
  if (node.type === "Identifier") return String(node["name"]);
  if (node.type !== "MemberExpression") return "";
  const key = node["property"];
  const property = isSyntax(key) && key.type === "Literal" ? String(key["value"]) : nameOf(key);
  return `${nameOf(node["object"])}.${property}`;
}

/** Children that are expressions or declarations; names of fields and members are neither. */
function childrenOf(node: Syntax): Syntax[] {
  const isNamed = node["computed"] !== true;
  return Object.entries(node).flatMap(([field, value]) => {
    const isName = isNamed && ((field === "property" && node.type === "MemberExpression") || field === "key");
    return isName ? [] : [value].flat().filter(isSyntax);
  });
}

function importIn(node: Syntax): ImportedModule | undefined {
  const source = node["source"];
  if (!isSyntax(source) || typeof source["value"] !== "string") return undefined;
  const specifiers = [node["specifiers"]].flat().filter(isSyntax);
  const isTypeOnly = (each: Syntax) => each["importKind"] === "type" || each["exportKind"] === "type";
  const isType =
    node.type === "TSImportType" || isTypeOnly(node) || (specifiers.length > 0 && specifiers.every(isTypeOnly));
  return { specifier: source["value"], isType };
}

function impurityIn(node: Syntax): string | undefined {
  const name = nameOf(node);
  if (IMPURE_NAMES.has(name) || IMPURE_MEMBERS.has(name)) return name;
  if (node.type !== "NewExpression" && node.type !== "CallExpression") return undefined;
  const callee = nameOf(node["callee"]);
  const hasArguments = [node["arguments"]].flat().length > 0;
  return IMPURE_WITHOUT_ARGUMENTS.has(callee) && !hasArguments ? `${callee}()` : undefined;
}

/** Reads one TypeScript file without running it. */
export function sourceFacts(path: string, text: string): SourceFacts {
  const imports: ImportedModule[] = [];
  const impurities: string[] = [];
  const visit = (node: Syntax): void => {
    const imported = importIn(node);
    if (imported) imports.push(imported);
    const impurity = impurityIn(node);
    if (impurity) impurities.push(impurity);
    for (const child of childrenOf(node)) visit(child);
  };
  const program: unknown = parseAst(text, { lang: path.endsWith("x") ? "tsx" : "ts" }, path);
  if (isSyntax(program)) visit(program);
  return { imports, impurities };
}
