import { expect, test } from "vitest";
import { firstSlotOf } from "./first-slot.ts";

test("series keep their first value, at any depth; names, things and plain values stay", () => {
  const part = {
    slots: [{ startMs: 0 }, { startMs: 1 }],
    baseLoadKw: [1, 2, 3],
    site: { importLimitKw: 5, importLimitPerSlotKw: [4, 5, 6], demandCharge: undefined },
    evs: [{ id: "car", connected: [false, true, true], goals: [{ soc: 0.8, atMs: 7 }], zoneIds: ["a", "b"] }],
  };
  expect(firstSlotOf(part)).toEqual({
    slots: [{ startMs: 0 }, { startMs: 1 }],
    baseLoadKw: [1],
    site: { importLimitKw: 5, importLimitPerSlotKw: [4], demandCharge: undefined },
    evs: [{ id: "car", connected: [false], goals: [{ soc: 0.8, atMs: 7 }], zoneIds: ["a", "b"] }],
  });
});
