import { expect, test } from "vitest";
import { createHousePair } from "../house-pair.ts";
import { demoHouse } from "../physics/house-setup.ts";
import { steadyDays } from "../steady-days.ts";
import { createSimulatedHome } from "./simulated-home.ts";

const START_MS = Date.UTC(2024, 0, 5, 8);

test("a call acts at its own moment, between two ticks, not at the last one", () => {
  let nowMs = START_MS;
  const pair = createHousePair(demoHouse, steadyDays(START_MS), 1, START_MS);
  const home = createSimulatedHome(demoHouse, pair, { nowMs: () => nowMs });
  nowMs += 90_000;
  home.callService({
    domain: "switch",
    service: "turn_on",
    target: { entity_id: "switch.immersion_lower" },
    data: {},
  });
  expect(home.calls()[0]?.atMs).toBe(START_MS + 90_000);
  expect(home.states.get("switch.immersion_lower")).toMatchObject({ state: "on", changedMs: START_MS + 90_000 });
  expect(pair.controlled.meters().immersionKwh).toBe(0); // nothing before the call
  nowMs += 60_000;
  expect(home.live(10)).toBe(true);
  expect(pair.controlled.meters().immersionKwh).toBeCloseTo(3 / 60, 6);
});
