import type { Settings, SettingValue } from "./case-file.ts";

// `modeOf` of a device: "charge if chargeEnabled and chargeKw > 0; hold if pauseDischarge; else selfUse".

type Condition = (settings: Settings) => boolean;
type Operand = (settings: Settings) => SettingValue;

const COMPARISONS: Readonly<Record<string, (a: SettingValue, b: SettingValue) => boolean>> = {
  ">": (a, b) => Number(a) > Number(b),
  "<": (a, b) => Number(a) < Number(b),
  ">=": (a, b) => Number(a) >= Number(b),
  "<=": (a, b) => Number(a) <= Number(b),
  "==": (a, b) => a === b,
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  is: (a, b) => a === b,
};
const LITERALS: Readonly<Record<string, SettingValue>> = { true: true, false: false, null: null };
const TOKEN = /\s*(>=|<=|==|!=|[><=()]|'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?|[A-Za-z_][\w.]*)/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(text)?.[1];
    if (found === undefined) throw new Error(`modeOf cannot be read at "${text.slice(from).trim()}"`);
    tokens.push(found);
  }
  return tokens;
}

/** or < and < not < comparison, as people read it. */
function parseCondition(text: string, known: readonly string[]): Condition {
  const tokens = tokensOf(text);
  const take = (token: string): boolean => {
    if (tokens[0] !== token) return false;
    tokens.shift();
    return true;
  };
  const operand = (): Operand => {
    const token = tokens.shift();
    if (token === undefined) throw new Error(`modeOf: "${text}" ends too early`);
    if (token in LITERALS) return () => LITERALS[token] ?? null;
    if (/^-?\d/.test(token)) return () => Number(token);
    if (/^['"]/.test(token)) return () => token.slice(1, -1);
    if (!known.includes(token))
      throw new Error(`modeOf: there is no setting "${token}"; there are: ${known.join(", ")}`);
    return (settings) => settings[token] ?? null;
  };
  const comparison = (): Condition => {
    if (take("(")) {
      const inner = either();
      if (!take(")")) throw new Error(`modeOf: a ")" is missing in "${text}"`);
      return inner;
    }
    const left = operand();
    const compare = COMPARISONS[tokens[0] ?? ""];
    if (!compare) return (settings) => Boolean(left(settings));
    tokens.shift();
    const right = operand();
    return (settings) => compare(left(settings), right(settings));
  };
  const negation = (): Condition => {
    if (!take("not")) return comparison();
    const inner = negation();
    return (settings) => !inner(settings);
  };
  const both = (): Condition => {
    const parts = [negation()];
    while (take("and")) parts.push(negation());
    return (settings) => parts.every((part) => part(settings));
  };
  const either = (): Condition => {
    const parts = [both()];
    while (take("or")) parts.push(both());
    return (settings) => parts.some((part) => part(settings));
  };
  const condition = either();
  if (tokens.length > 0) throw new Error(`modeOf: "${tokens.join(" ")}" is left over in "${text}"`);
  return condition;
}

/** Which mode the settings make the device do. Throws for a text that is not understood, and for settings and modes that are not there. */
export function parseModeOf(
  text: string,
  settings: readonly string[],
  modes: readonly string[],
): (settings: Settings) => string {
  const clauses = text.split(";").map((clause) => {
    const last = /^\s*else\s+(\S+)\s*$/.exec(clause);
    const [, mode = "", condition] = last ?? /^\s*(\S+)\s+if\s+(.+)$/.exec(clause) ?? [];
    if (!modes.includes(mode))
      throw new Error(`modeOf: "${clause.trim()}" names none of the modes ${modes.join(", ")}`);
    return { mode, holds: condition === undefined ? () => true : parseCondition(condition, settings) };
  });
  return (present) => {
    const found = clauses.find(({ holds }) => holds(present));
    if (!found) throw new Error(`modeOf says nothing of ${JSON.stringify(present)}: end it with "else <mode>"`);
    return found.mode;
  };
}
