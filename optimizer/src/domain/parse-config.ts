import { closest } from "fastest-levenshtein";
import type { z } from "zod";
import { ConfigError, InputError } from "./errors.ts";

type Issue = z.core.$ZodIssue;

/** The object schema at a path, through arrays, unions, defaults and pipes: what keys would have been known there? */
function knownKeysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const inner = (schema as { _zod?: { def?: Record<string, unknown> } } | undefined)?._zod?.def;
  if (!inner) return [];
  if (inner["innerType"]) return knownKeysAt(inner["innerType"], path);
  if (inner["type"] === "pipe") return [...knownKeysAt(inner["in"], path), ...knownKeysAt(inner["out"], path)];
  if (Array.isArray(inner["options"])) return inner["options"].flatMap((option) => knownKeysAt(option, path));
  const shape = inner["shape"] as Record<string, unknown> | undefined;
  const [head, ...rest] = path;
  if (head === undefined) return shape ? Object.keys(shape) : [];
  if (inner["element"]) return knownKeysAt(inner["element"], rest);
  return shape ? knownKeysAt(shape[String(head)], rest) : [];
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part)),
    "",
  );
}

function complaintsOf(schema: z.ZodType, issue: Issue): { field: string; message: string }[] {
  if (issue.code === "unrecognized_keys") {
    const known = knownKeysAt(schema, issue.path);
    return issue.keys.map((key) => ({
      field: fieldOf([...issue.path, key]),
      message: known.length > 0 ? `is not a known key; did you mean "${closest(key, known)}"?` : "is not a known key",
    }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    // The branch that got furthest is the one the writer meant.
    const best = issue.errors.reduce((a, b) =>
      b.length < a.length || Math.max(...b.map((e) => e.path.length)) > Math.max(...a.map((e) => e.path.length))
        ? b
        : a,
    );
    return best.flatMap((each) => complaintsOf(schema, { ...each, path: [...issue.path, ...each.path] }));
  }
  return [{ field: fieldOf(issue.path) || "(everything)", message: issue.message }];
}

/** What is wrong with a value that failed its schema, each complaint with the field it is about. */
export const complaintsAbout = (schema: z.ZodType, error: z.ZodError): { field: string; message: string }[] =>
  error.issues.flatMap((issue) => complaintsOf(schema, issue));

const WHAT_IS_NEEDED: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  array: "a list",
  object: "a section",
};

/** What is left away is told as such; all else in the schema's own words. */
const inWords = {
  error: ({
    code,
    input,
    expected,
  }: {
    readonly code?: string;
    readonly input?: unknown;
    readonly expected?: unknown;
  }) => {
    if (code !== "invalid_type" || input !== undefined) return undefined;
    const what = WHAT_IS_NEEDED[String(expected)];
    return what === undefined ? "is needed" : `is needed: ${what}`;
  },
};

/** Throws ConfigError that names each wrong field, and the nearest match of a misspelt key. */
export function parseConfig<S extends z.ZodType>(schema: S, raw: unknown, where: string): z.output<S> {
  const result = schema.safeParse(raw, inWords);
  if (result.success) return result.data;
  const lines = complaintsAbout(schema, result.error).map(({ field, message }) => `  ${field}: ${message}`);
  throw new ConfigError(`${where} cannot be used:\n${lines.join("\n")}\nCompare config/home.example.yaml.`);
}

/** Fifty thousand readings may all be wrong in the same way. */
const MOST_COMPLAINTS = 100;

/** The same for data that came over the wire or in a file: throws InputError. */
export function parseInput<S extends z.ZodType>(schema: S, raw: unknown, what: string): z.output<S> {
  const result = schema.safeParse(raw, inWords);
  if (result.success) return result.data;
  const errors = complaintsAbout(schema, result.error).slice(0, MOST_COMPLAINTS);
  throw new InputError(
    `${what} cannot be used: ${errors.map(({ field, message }) => `${field} ${message}`).join("; ")}`,
    errors,
  );
}
