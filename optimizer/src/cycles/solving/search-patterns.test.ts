import { afterAll, describe, expect, test } from "vitest";
import { household } from "../../../../tests/bench/household.ts";
import { evenSlots } from "../../domain/slots.ts";
import type { Pattern } from "../../model/switches.ts";
import { createSolver } from "../../solver/solver.ts";
import { type Cut, boundAt, cutMaker } from "./cut.ts";
import { type OpenHouse, openHouse } from "./open-house.ts";
import { type SwitchBoard, searchPatterns } from "./search-patterns.ts";
import { rulesOf } from "./series-rules.ts";
import { settle } from "./settle.ts";
import { roundedPatterns } from "./start-patterns.ts";

const solver = createSolver();
const houses: OpenHouse[] = [];
afterAll(async () => {
  for (const house of houses) house.close();
  await solver.stop();
});

const SLOT_COUNT = 8;
const RUN = "heat_pump.run";
const broken = () => Promise.reject(new Error("no answer"));
const AMPLE = { maxPrograms: 1000, isInTime: () => true };

/** A winter evening of eight hours with a heat pump that runs for at least two and pauses for at least one. */
async function smallHouse(seed: number) {
  const slots = evenSlots(Date.UTC(2024, 0, 5, 16), 1, SLOT_COUNT);
  const house = household(seed, slots, { tariff: "spot", isSwitched: true });
  const problem = {
    ...house,
    heatPumps: house.heatPumps.map((pump) => ({ ...pump, minRunHours: 2, minPauseHours: 1, startPrice: 0.05 })),
  };
  const open = openHouse(problem, solver, { timeLimitMs: 60_000 });
  houses.push(open);
  const relaxed = await settle(open, {});
  const { model, answer } = relaxed;
  const rules = new Map(
    model.switches.flatMap((each) => (each.kind === "series" ? [[each.id, rulesOf(slots, each)] as const] : [])),
  );
  const board: SwitchBoard = { slots, switches: model.switches, rules, cutting: cutMaker(problem, model) };
  const solve = (pattern: Pattern) => open.solve({ pattern });
  return { board, relaxed, solve, starts: roundedPatterns(slots, { model, x: answer.x }, rules) };
}

const legalPatterns = ({ rules }: SwitchBoard): Pattern[] =>
  Array.from({ length: 2 ** SLOT_COUNT }, (_, code) =>
    Array.from({ length: SLOT_COUNT }, (_, k) => (code & (1 << k)) !== 0),
  )
    .filter((on) => rules.get(RUN)?.isLegal(on))
    .map((on) => new Map([[RUN, on]]));

describe.each([0, 5, 10])("house %i", (seed) => {
  test("no pattern costs less than any cut says, and less than the relaxed answer", async () => {
    const { board, relaxed, solve } = await smallHouse(seed);
    const patterns = legalPatterns(board);
    const cuts: Cut[] = [relaxed].flatMap((each) => board.cutting.cutOf(each) ?? []);
    const costs: number[] = [];
    for (const pattern of patterns) {
      const solved = await solve(pattern);
      costs.push(solved.answer.objective);
      const cut = board.cutting.cutOf(solved);
      if (!cut) throw new Error("HiGHS gives duals");
      // Each is exact where it was made.
      expect(boundAt(cut, pattern) + board.cutting.startCost(RUN, pattern.get(RUN) ?? 0)).toBeCloseTo(
        solved.answer.objective,
        4,
      );
      cuts.push(cut);
    }
    patterns.forEach((pattern, i) => {
      const starts = board.cutting.startCost(RUN, pattern.get(RUN) ?? 0);
      for (const cut of cuts) expect(boundAt(cut, pattern) + starts).toBeLessThanOrEqual((costs[i] ?? 0) + 1e-4);
    });
    expect(Math.min(...costs)).toBeGreaterThanOrEqual(relaxed.answer.objective - 1e-4);
  });

  test("the search finds the best of all legal patterns, and solves fewer than there are", async () => {
    const { board, relaxed, solve, starts } = await smallHouse(seed);
    let count = 0;
    const found = await searchPatterns(
      board,
      starts,
      relaxed,
      (pattern) => {
        count += 1;
        return solve(pattern);
      },
      AMPLE,
    );
    const patterns = legalPatterns(board);
    const all: number[] = [];
    for (const pattern of patterns) all.push((await solve(pattern)).answer.objective);
    expect(found?.solved.answer.objective).toBeCloseTo(Math.min(...all), 3);
    expect(count).toBeLessThan(patterns.length);
  });
});

test("the budget counts programmes; more of them never make it worse", async () => {
  const { board, relaxed, solve, starts } = await smallHouse(0);
  const costs: number[] = [];
  for (const maxPrograms of [1, 3, 10, 30]) {
    let count = 0;
    const counted = (pattern: Pattern) => {
      count += 1;
      return solve(pattern);
    };
    const found = await searchPatterns(board, starts, relaxed, counted, { maxPrograms, isInTime: () => true });
    expect(count).toBeLessThanOrEqual(maxPrograms);
    costs.push(Math.round((found?.solved.answer.objective ?? Infinity) * 1e6) / 1e6);
  }
  expect(costs).toEqual(costs.toSorted((a, b) => b - a));
});

test("out of time there is the first start at least", async () => {
  const { board, relaxed, solve, starts } = await smallHouse(0);
  const found = await searchPatterns(board, starts, relaxed, solve, { maxPrograms: 100, isInTime: () => false });
  expect(found?.pattern).toEqual(starts[0]);
});

test("patterns that the engine cannot solve are passed over; when it can solve none there is none", async () => {
  const { board, relaxed, solve, starts } = await smallHouse(0);
  let count = 0;
  const flaky = (pattern: Pattern) => {
    count += 1;
    return count % 2 === 1 ? Promise.reject(new Error("no answer")) : solve(pattern);
  };
  expect(await searchPatterns(board, starts, relaxed, flaky, AMPLE)).toBeDefined();
  expect(await searchPatterns(board, starts, relaxed, broken, AMPLE)).toBeUndefined();
});
