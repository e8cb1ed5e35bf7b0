import { HouseholdProblem } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { z } from "zod";
import { anyHostileInput, anyHousehold } from "./support/any-household.ts";

const typeOf = (schema: unknown): unknown =>
  (schema as { _zod?: { def?: Record<string, unknown> } } | undefined)?._zod?.def?.["type"];

/** Every setting that a schema knows, as a path such as evs.goals.atMs. */
function settingsOf(schema: unknown, path = ""): string[] {
  const def = (schema as { _zod?: { def?: Record<string, unknown> } } | undefined)?._zod?.def;
  if (!def) return [];
  const options = def["options"];
  if (Array.isArray(options)) return options.flatMap((each) => settingsOf(each, path));
  // What is filled in before the parse is no schema.
  const piped = typeOf(def["in"]) === "transform" ? def["out"] : def["in"];
  const inner = def["innerType"] ?? def["element"] ?? piped;
  if (inner) return settingsOf(inner, path);
  const shape = def["shape"] as Record<string, z.ZodType> | undefined;
  if (!shape) return [path];
  return Object.entries(shape).flatMap(([key, part]) => settingsOf(part, path ? `${path}.${key}` : key));
}

const used = (value: unknown, path: readonly string[]): boolean => {
  if (value === undefined) return false;
  if (Array.isArray(value)) return path.length === 0 ? value.length > 0 : value.some((each) => used(each, path));
  const [head, ...rest] = path;
  return head === undefined || used((value as Record<string, unknown>)[head], rest);
};

test("households use every setting there is", () => {
  const households = fc.sample(anyHousehold, { seed: 7, numRuns: 600 });
  // A plan before is a schedule of its own.
  const settings = settingsOf(HouseholdProblem).filter((each) => !each.startsWith("previous."));
  expect(settings.length).toBeGreaterThan(120);
  expect(settings.filter((each) => !households.some((household) => used(household, each.split("."))))).toEqual([]);
  expect(households.some(({ previous }) => previous?.schedule.heatPumps.length)).toBe(true);
});

test("of hostile inputs most are invalid, and some are not", () => {
  const valid = fc
    .sample(anyHostileInput, { seed: 7, numRuns: 600 })
    .filter((input) => HouseholdProblem.safeParse(input).success);
  expect(valid.length).toBeGreaterThan(30);
  expect(valid.length).toBeLessThan(400);
});
