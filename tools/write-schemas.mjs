// Writes the contract's JSON Schemas, for editors and for other programs.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { root } from "./run.mjs";

const contract = await import(join(root, "optimizer/contract/dist/index.js"));
const schemas = {
  "household-problem": [contract.HouseholdProblem, "input"],
  plan: [contract.Plan, "output"],
  "home-config": [contract.HomeConfig, "input"],
};
const folder = join(root, "optimizer/contract/schema");
mkdirSync(folder, { recursive: true });
for (const [name, [schema, io]] of Object.entries(schemas))
  writeFileSync(
    join(folder, `${name}.schema.json`),
    `${JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: "any" }), undefined, 2)}\n`,
  );
