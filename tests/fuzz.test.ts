import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { createSolver } from "../optimizer/src/solver/solver.ts";
import { judgeInput } from "./fuzz/judge-input.ts";
import { anyHostileInput, anyHousehold } from "./support/any-household.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const HOUSEHOLDS = 2000;

test(`of ${HOUSEHOLDS} hostile households each gets a checked plan or a refusal that names the field`, async () => {
  const arbitrary = fc.oneof({ weight: 4, arbitrary: anyHousehold }, { weight: 1, arbitrary: anyHostileInput });
  const outcomes = new Set<string>();
  for (const input of fc.sample(arbitrary, { seed: 20_240_105, numRuns: HOUSEHOLDS })) {
    const { outcome, faults } = await judgeInput(input, solver);
    outcomes.add(outcome);
    expect({ faults, input }).toEqual({ faults: [], input });
  }
  expect(outcomes).toContain("full");
  expect(outcomes).toContain("refused");
}, 300_000);
