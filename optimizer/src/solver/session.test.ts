import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { SolverError } from "../domain/errors.ts";
import { changedProgram, changesBetween } from "./changed-program.ts";
import { createSolver } from "./solver.ts";
import { infeasibleProgram, smallProgram, storageProgram } from "./testing/programs.ts";

const LIMIT = { timeLimitMs: 10_000 };
const solver = createSolver();
afterAll(() => solver.stop());

const residentMb = () => process.memoryUsage().rss / 2 ** 20;

/** Two solves of one session in a thread of its own. */
const inFreshThread = async () => {
  const own = createSolver();
  const session = own.open(storageProgram(60));
  try {
    await session.solve(LIMIT);
    const { x } = await session.solve({ ...LIMIT, bounds: [[12, 0, 0.5]] });
    return x;
  } finally {
    session.close();
    await own.stop();
  }
};

describe("changes of a programme", () => {
  const lp = smallProgram();

  test("name columns; the others stay, and so does the programme itself", () => {
    const changed = changedProgram(lp, { bounds: [[1, 0.5, 2]], costs: [[2, 7]] });
    expect([...changed.columnLower]).toEqual([0, 0.5, 1]);
    expect([...changed.columnUpper]).toEqual([Infinity, 2, 5]);
    expect([...changed.cost]).toEqual([3, 2, 7]);
    expect([...lp.columnUpper]).toEqual([Infinity, 3, 5]);
  });

  test("of a column that there is not are refused", () => {
    expect(() => changedProgram(lp, { bounds: [[3, 0, 1]] })).toThrow(RangeError);
    expect(() => changedProgram(lp, { costs: [[-1, 0]] })).toThrow(RangeError);
  });

  test("between two programmes are those of the columns that differ", () => {
    const steps = changesBetween(
      changedProgram(lp, { bounds: [[0, 1, 2]], costs: [[1, 9]] }),
      changedProgram(lp, { bounds: [[1, 0, 2]], costs: [[1, 9]] }),
    );
    expect(steps).toEqual({
      bounds: {
        columns: Int32Array.of(0, 1),
        lower: Float64Array.of(0, 0),
        upper: Float64Array.of(Infinity, 2),
      },
      costs: { columns: new Int32Array(), values: new Float64Array() },
    });
  });
});

describe("a session", () => {
  test("solves each change against how it was opened, not against the one before", async () => {
    const session = solver.open(smallProgram());
    try {
      expect((await session.solve(LIMIT)).objective).toBeCloseTo(7.5, 7);
      const dearer = await session.solve({ ...LIMIT, bounds: [[1, 0, 1]] });
      expect([...dearer.x].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([3, 1, 5]);
      const other = await session.solve({ ...LIMIT, costs: [[0, 1]] });
      // b is at most 3 again: a alone is now the cheaper, so c has all its room.
      expect([...other.x].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([4, 0, 5]);
      expect((await session.solve(LIMIT)).objective).toBeCloseTo(7.5, 7);
    } finally {
      session.close();
    }
  });

  test("finds what a fresh programme would, whatever came before", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.array(fc.tuple(fc.nat(29), fc.integer({ min: 0, max: 3 }), fc.integer({ min: -5, max: 5 })), {
            maxLength: 6,
          }),
          { minLength: 1, maxLength: 5 },
        ),
        async (rounds) => {
          const lp = storageProgram(30);
          const session = solver.open(lp);
          try {
            for (const round of rounds) {
              // Charging of some slots is limited and priced anew.
              const bounds = round.map(([slot, kw]) => [slot * 5 + 2, 0, kw] as const);
              const costs = round.map(([slot, , cost]) => [slot * 5 + 2, cost] as const);
              const again = await session.solve({ ...LIMIT, bounds, costs });
              const fresh = await solver.solve(changedProgram(lp, { bounds, costs }), { engine: "highs", ...LIMIT });
              expect(again.objective).toBeCloseTo(fresh.objective, 5);
            }
          } finally {
            session.close();
          }
        },
      ),
      { numRuns: 20 },
    ));

  test("gives the same numbers to the last digit for the same questions in a fresh thread", async () => {
    expect(await inFreshThread()).toEqual(await inFreshThread());
  });

  test("does not mind what is solved between its own solves", async () => {
    const [one, other] = [solver.open(storageProgram(30)), solver.open(smallProgram())];
    try {
      const first = await one.solve(LIMIT);
      expect((await other.solve(LIMIT)).objective).toBeCloseTo(7.5, 7);
      expect((await solver.solve(smallProgram(1), { engine: "highs", ...LIMIT })).objective).toBeCloseTo(10.5, 7);
      expect((await one.solve(LIMIT)).objective).toBe(first.objective);
    } finally {
      one.close();
      other.close();
    }
  });

  test("says when there is no answer, and can be asked again", async () => {
    const session = solver.open(smallProgram());
    try {
      await expect(session.solve({ ...LIMIT, bounds: [[0, 0, 0]] })).rejects.toThrow("infeasible");
      await expect(session.solve({ ...LIMIT, costs: [[0, Number.NaN]] })).rejects.toThrow(SolverError);
      expect((await session.solve(LIMIT)).objective).toBeCloseTo(7.5, 7);
    } finally {
      session.close();
    }
  });

  test("has its whole time limit in every solve", async () => {
    const session = solver.open(storageProgram(400));
    try {
      const { solveMs } = await session.solve(LIMIT);
      const timeLimitMs = Math.max(50, 3 * solveMs);
      for (let i = 0; i < 8; i++) {
        const bounds = [[5 * i + 2, 0, 0] as const];
        expect((await session.solve({ timeLimitMs, bounds })).status).toBe("optimal");
      }
    } finally {
      session.close();
    }
  });

  test("goes on in a new thread when its own was ended", async () => {
    const own = createSolver({ graceMs: 20 });
    const session = own.open(smallProgram());
    try {
      await session.solve(LIMIT);
      await expect(own.solve(storageProgram(8000), { engine: "highs", timeLimitMs: 1 })).rejects.toThrow(SolverError);
      expect((await session.solve({ ...LIMIT, bounds: [[0, 2, 9]] })).objective).toBeCloseTo(8, 7);
    } finally {
      session.close();
      await own.stop();
    }
  });

  test("ends when it is closed, or its solver stopped", async () => {
    const own = createSolver();
    const closed = own.open(smallProgram());
    await closed.solve(LIMIT);
    closed.close();
    closed.close();
    await expect(closed.solve(LIMIT)).rejects.toThrow("closed");
    const stopped = own.open(smallProgram());
    const running = stopped.solve(LIMIT);
    const outcome = Promise.allSettled([running]);
    await own.stop();
    expect((await outcome)[0]?.status).toBe("rejected");
    await expect(stopped.solve(LIMIT)).rejects.toThrow("stopped");
    stopped.close();
  });

  test("leaves no memory behind, nor does one that failed", async () => {
    const lp = storageProgram(60);
    const open = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const session = solver.open(i % 10 === 0 ? infeasibleProgram() : lp);
        await session.solve(LIMIT).catch(() => undefined);
        session.close();
      }
    };
    await open(60);
    const before = residentMb();
    await open(200);
    // Not closed they would be 600 MB.
    expect(residentMb() - before).toBeLessThan(60);
  });
});
