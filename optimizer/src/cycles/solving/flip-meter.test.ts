import { afterAll, expect, test } from "vitest";
import { household } from "../../../../tests/bench/household.ts";
import { planningGrid } from "../../domain/slots.ts";
import { checkSchedule } from "../../plan/check-schedule.ts";
import { createSolver } from "../../solver/solver.ts";
import { flipMeter, openedAt } from "./flip-meter.ts";
import { openHouse } from "./open-house.ts";
import { costOf, settle } from "./settle.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const SLOTS = planningGrid(Date.UTC(2024, 0, 5, 10, 2), 48);

test.each([4, 14, 24])(
  "feed-in above the import price, house %i: a slot the other way saves money, as lived",
  async (seed) => {
    const problem = household(seed, SLOTS, { tariff: "dearFeedIn" });
    const house = openHouse(problem, solver, { timeLimitMs: 20_000 });
    try {
      const settled = await settle(house, {});
      const better = await flipMeter(house, settled);
      expect(costOf(problem, better)).toBeLessThan(costOf(problem, settled) - 0.001);
      expect(checkSchedule(problem, better.model.schedule(better.answer.x), costOf(problem, better))).toEqual([]);
    } finally {
      house.close();
    }
  },
);

test("where no direction was fixed nothing is solved", async () => {
  const problem = household(0, SLOTS, { tariff: "spot" });
  const house = openHouse(problem, solver, { timeLimitMs: 20_000 });
  try {
    const settled = await settle(house, {});
    expect(await flipMeter(house, settled)).toBe(settled);
  } finally {
    house.close();
  }
});

test("slots can be opened again, of the meter and of everything behind it", () => {
  const fixed = {
    grid: ["import", "export", undefined] as const,
    storages: new Map([["battery", ["charge", "discharge", "charge"] as const]]),
  };
  expect(openedAt(fixed, [1, 2])).toEqual({
    grid: ["import", undefined, undefined],
    storages: new Map([["battery", ["charge", undefined, undefined]]]),
  });
});
