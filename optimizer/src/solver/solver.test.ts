import { afterEach, describe, expect, test } from "vitest";
import { SolverError } from "../domain/errors.ts";
import type { LinearProgram } from "../model/linear-program.ts";
import type { EngineName } from "./protocol.ts";
import { type Solver, createSolver } from "./solver.ts";
import { infeasibleProgram, knapsack, smallProgram, storageProgram, unboundedProgram } from "./testing/programs.ts";

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

/** What takes either engine far longer than the limits below. */
const largeProgram = (): LinearProgram => storageProgram(6000);

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

  test("E38 is ended in the middle of its work at the hard limit, and the next job finds a new thread", async () => {
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

test("E38 HiGHS stops by itself at its time limit", async () => {
  const solver = solverForTest({ graceMs: LIMIT_MS });
  await expect(solver.solve(largeProgram(), { engine: "highs", timeLimitMs: 2 })).rejects.toThrow("timeLimit");
});

test("HiGHS gives the same answer without presolve, in a fresh thread, and from an earlier basis", async () => {
  const solver = solverForTest();
  const lp = storageProgram(48);
  const first = await solver.solve(lp, { engine: "highs", timeLimitMs: LIMIT_MS });
  const options = [{ presolve: false }, { freshWorker: true }, { basis: first.basis }];
  for (const each of options) {
    const answer = await solver.solve(lp, { engine: "highs", timeLimitMs: LIMIT_MS, ...each });
    expect(answer.objective).toBeCloseTo(first.objective, 7);
  }
});

describe("a programme with whole numbers", () => {
  test("is solved to its optimum, with the bound that proves it and no duals", async () => {
    const answer = await solverForTest().solve(knapsack(), { engine: "highs", timeLimitMs: LIMIT_MS, gap: 0 });
    expect(answer).toMatchObject({ status: "optimal", objective: -22, bound: -22, rowDuals: undefined });
    expect([...answer.x].map(Math.round)).toEqual([0, 1, 1]);
  });

  test("the same without integrality is an LP", async () => {
    const { integrality: _, ...relaxed } = knapsack();
    const answer = await solverForTest().solve(relaxed, { engine: "highs", timeLimitMs: LIMIT_MS });
    expect(answer.objective).toBeCloseTo(-23, 7);
    expect(answer.bound).toBeUndefined();
  });

  test("may begin from values of some columns, even from bad ones", async () => {
    const start = { columns: Int32Array.of(0), values: Float64Array.of(1) };
    const answer = await solverForTest().solve(knapsack(), { engine: "highs", timeLimitMs: LIMIT_MS, gap: 0, start });
    expect(answer.objective).toBeCloseTo(-22, 7);
  });

  test("stopped at its limit it gives what it has, not below its bound, or nothing", async () => {
    const lp = storageProgram(400, { whole: true });
    const start = { columns: Int32Array.from(lp.cost, (_, j) => j), values: lp.columnLower.slice() };
    const stopped = await solverForTest()
      .solve(lp, { engine: "highs", timeLimitMs: 60, gap: 0, start })
      .catch((error: unknown) => {
        expect(error).toBeInstanceOf(SolverError);
      });
    if (!stopped) return;
    expect(stopped.status).toBe("feasible");
    expect(stopped.objective).toBeGreaterThanOrEqual(stopped.bound ?? Infinity);
  });
});

test("E38 a thread that runs out of memory is an error with a reason, and the next job finds a new thread", async () => {
  const solver = solverForTest({ heapMb: 24 });
  const job = solver.solve(largeProgram(), { engine: "javascript-lp-solver", timeLimitMs: LIMIT_MS });
  await expect(job).rejects.toThrow("memory limit");
  const answer = await solver.solve(smallProgram(), { engine: "highs", timeLimitMs: LIMIT_MS });
  expect(answer.objective).toBeCloseTo(7.5, 7);
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
