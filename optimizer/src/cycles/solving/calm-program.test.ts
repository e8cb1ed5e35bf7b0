import { afterAll, expect, test } from "vitest";
import { ProgramBuilder } from "../../model/linear-program.ts";
import { createSolver } from "../../solver/solver.ts";
import { calmProgram } from "./calm-program.ts";

const LIMIT = { timeLimitMs: 10_000 };
const solver = createSolver();
afterAll(() => solver.stop());

/** 4 kWh in four hours at the same price but the last, which costs a tenth more; at most 2 kW. */
const builder = new ProgramBuilder();
const powers = [1, 1, 1, 1.1].map((cost) => builder.column({ upper: 2, cost }));
builder.row(
  4,
  4,
  powers.map((column) => [column, 1]),
);
const { lp } = builder.build();

async function calmed(wished: readonly number[], { costLimit = 4, early = 0 } = {}) {
  const { x, basis } = await solver.solve(lp, { engine: "highs", ...LIMIT });
  if (!basis) throw new Error("no basis");
  const calm = calmProgram(
    lp,
    { x, basis },
    {
      near: powers.map((column, k) => ({ terms: [[column, 1]], kw: wished[k] ?? 0, weight: 1 })),
      little: powers.map((column, k) => [column, early * k] as const),
      costLimit,
    },
  );
  const answer = await solver.solve(calm.lp, { engine: "highs", ...LIMIT, basis: calm.basis, algorithm: "primal" });
  return [...answer.x].slice(0, 4).map((value) => Math.round(value * 1e6) / 1e6 + 0);
}

test.each([
  { rule: "of equal answers the wished one", wished: [0.5, 1.5, 2, 0], expected: [0.5, 1.5, 2, 0] },
  // Two answers are equally near: earliness decides.
  { rule: "no wish is worth any money", wished: [0, 0, 2, 2], early: 1e-3, expected: [2, 0, 2, 0] },
  { rule: "money up to the limit is spent on it", wished: [0, 0, 2, 2], costLimit: 4.2, expected: [0, 0, 2, 2] },
  { rule: "what is left open comes early", wished: [0, 0, 0, 0], early: 1e-3, expected: [2, 2, 0, 0] },
])("$rule", async ({ wished, expected, ...rest }) => {
  expect(await calmed(wished, rest)).toEqual(expected);
});
