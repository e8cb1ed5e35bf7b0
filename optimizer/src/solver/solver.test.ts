import { afterEach, describe, expect, test } from "vitest";
import { household } from "../../../tests/bench/household.ts";
import { SolverError } from "../domain/errors.ts";
import { evenSlots } from "../domain/slots.ts";
import { buildModel } from "../model/build-model.ts";
import { type LinearProgram, ProgramBuilder } from "../model/linear-program.ts";
import type { EngineName } from "./protocol.ts";
import { type Solver, createSolver } from "./solver.ts";

const ENGINES: readonly EngineName[] = ["highs", "javascript-lp-solver"];
const LIMIT_MS = 10_000;

let open: Solver[] = [];
afterEach(async () => {
  await Promise.all(open.map((solver) => solver.stop()));
  open = [];
});

function solverForTest(options: Parameters<typeof createSolver>[0] = {}): Solver {
  const solver = createSolver(options);
  open.push(solver);
  return solver;
}

/** minimise 3a + 2b − c/2 with a + b = 4 + shift, b ≤ 3, 1 ≤ c ≤ 5, b + c ≤ 6: a = 1 + shift, b = 3, c = 3, cost 7.5 + 3·shift. */
function smallProgram(shift = 0): LinearProgram {
  const builder = new ProgramBuilder();
  const a = builder.column({ cost: 3 });
  const b = builder.column({ upper: 3, cost: 2 });
  const c = builder.column({ lower: 1, upper: 5, cost: -0.5 });
  builder.row(4 + shift, 4 + shift, [
    [a, 1],
    [b, 1],
  ]);
  builder.row(-Infinity, 6, [
    [b, 1],
    [c, 1],
  ]);
  return builder.build().lp;
}

function infeasibleProgram(): LinearProgram {
  const builder = new ProgramBuilder();
  const a = builder.column({ upper: 1, cost: 1 });
  builder.row(2, Infinity, [[a, 1]]);
  return builder.build().lp;
}

function unboundedProgram(): LinearProgram {
  const builder = new ProgramBuilder();
  const a = builder.column({ cost: -1 });
  builder.row(0, Infinity, [[a, 1]]);
  return builder.build().lp;
}

/** What takes either engine far longer than the limits below: two days of a whole household in five-minute slots. */
const largeProgram = (): LinearProgram => {
  const { lp } = buildModel(household(3, evenSlots(Date.UTC(2024, 0, 5), 1 / 12, 576)));
  // The dense engine wants a finite lower bound to shift from.
  return { ...lp, columnLower: lp.columnLower.map((lower) => Math.max(lower, -100)) };
};

describe.each(ENGINES)("%s", (engine) => {
  test("finds the optimum of a programme with every kind of bound", async () => {
    const answer = await solverForTest().solve(smallProgram(), { engine, timeLimitMs: LIMIT_MS });
    expect(answer.status).toBe("optimal");
    expect(answer.engine).toBe(engine);
    expect(answer.objective).toBeCloseTo(7.5, 7);
    [1, 3, 3].forEach((value, j) => expect(answer.x[j]).toBeCloseTo(value, 6));
  });

  test.each([
    ["has no solution", infeasibleProgram()],
    ["has no end", unboundedProgram()],
    ["holds NaN", { ...smallProgram(), rowUpper: Float64Array.of(4, Number.NaN) }],
  ])("rejects a programme that %s, and works on", async (_, lp) => {
    const solver = solverForTest();
    await expect(solver.solve(lp, { engine, timeLimitMs: LIMIT_MS })).rejects.toThrow(SolverError);
    const answer = await solver.solve(smallProgram(), { engine, timeLimitMs: LIMIT_MS });
    expect(answer.objective).toBeCloseTo(7.5, 7);
  });

  test("is ended in the middle of its work at the hard limit, and the next job finds a new thread", async () => {
    const solver = solverForTest({ graceMs: 20 });
    const lp = largeProgram();
    await solver.solve(smallProgram(), { engine, timeLimitMs: LIMIT_MS });
    const beganMs = performance.now();
    await expect(solver.solve(lp, { engine, timeLimitMs: 1 })).rejects.toThrow(SolverError);
    expect(performance.now() - beganMs).toBeLessThan(3000);
    const answer = await solver.solve(smallProgram(), { engine, timeLimitMs: LIMIT_MS });
    expect(answer.objective).toBeCloseTo(7.5, 7);
  });
});

test("HiGHS says what one more unit of each row costs", async () => {
  const { rowDuals } = await solverForTest().solve(smallProgram(), { engine: "highs", timeLimitMs: LIMIT_MS });
  // One more to cover costs one more a; one more room lets c earn.
  expect([...(rowDuals ?? [])].map((dual) => Math.round(dual * 1e6) / 1e6)).toEqual([3, -0.5]);
});

test("HiGHS stops by itself at its time limit", async () => {
  const solver = solverForTest({ graceMs: LIMIT_MS });
  await expect(solver.solve(largeProgram(), { engine: "highs", timeLimitMs: 2 })).rejects.toThrow("timeLimit");
});

test("HiGHS gives the same answer without presolve, in a fresh thread, and from an earlier basis", async () => {
  const solver = solverForTest();
  const { lp } = buildModel(household(5, evenSlots(Date.UTC(2024, 0, 5), 1, 24)));
  const first = await solver.solve(lp, { engine: "highs", timeLimitMs: LIMIT_MS });
  const options = [{ presolve: false }, { freshWorker: true }, { basis: first.basis }];
  for (const each of options) {
    const answer = await solver.solve(lp, { engine: "highs", timeLimitMs: LIMIT_MS, ...each });
    expect(answer.objective).toBeCloseTo(first.objective, 5);
  }
});

test("jobs are done one after the other, each with its own answer", async () => {
  const solver = solverForTest();
  const shifts = [0, 1, 2, 3];
  const answers = await Promise.all(
    shifts.map((shift, i) =>
      solver.solve(smallProgram(shift), { engine: ENGINES[i % 2] ?? "highs", timeLimitMs: LIMIT_MS }),
    ),
  );
  answers.forEach((answer, i) => expect(answer.objective).toBeCloseTo(7.5 + 3 * i, 6));
});

test("stop may come at any moment and twice: what waits is rejected, and nothing begins after it", async () => {
  const solver = solverForTest();
  const running = solver.solve(largeProgram(), { engine: "highs", timeLimitMs: LIMIT_MS });
  const waiting = solver.solve(smallProgram(), { engine: "highs", timeLimitMs: LIMIT_MS });
  const outcomes = Promise.allSettled([running, waiting]);
  await Promise.all([solver.stop(), solver.stop()]);
  await solver.stop();
  expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  // And it can be started again.
  solver.start();
  expect((await solver.solve(smallProgram(), { engine: "highs", timeLimitMs: LIMIT_MS })).objective).toBeCloseTo(
    7.5,
    7,
  );
});

test("a solver that was never started stops, and one that was only started as well", async () => {
  await expect(createSolver().stop()).resolves.toBeUndefined();
  const solver = createSolver();
  solver.start();
  await expect(solver.stop()).resolves.toBeUndefined();
});
