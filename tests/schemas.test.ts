import { readFileSync } from "node:fs";
import { HomeConfig, HouseholdProblem, Plan } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { z } from "zod";

test.each([
  ["household-problem", HouseholdProblem, "input"],
  ["plan", Plan, "output"],
  ["home-config", HomeConfig, "input"],
] as const)("the published JSON Schema of %s is the contract's", (name, schema, io) => {
  const published: unknown = JSON.parse(
    readFileSync(new URL(`../optimizer/contract/schema/${name}.schema.json`, import.meta.url), "utf8"),
  );
  expect(published).toEqual(z.toJSONSchema(schema, { io, unrepresentable: "any" }));
});
