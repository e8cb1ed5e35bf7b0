import { expect, test } from "vitest";
import {
  copOf,
  type HeatPumpInput,
  type HeatPumpState,
  idleHeatPump,
  spaceHeat,
  stepHeatPump,
  waterHeat,
} from "./heat-pump.ts";
import { demoHouse } from "./house-setup.ts";

const setup = demoHouse.heatPump;
const MINUTE = 1 / 60;
const resting: HeatPumpInput = {
  outdoorTempC: 0,
  roomTempC: 21,
  tankTempC: 55,
  radiatorTempC: 32,
  coilTempC: 53,
  heatingOn: true,
  roomSetpointC: 21,
  waterOn: true,
  tankTargetC: 50,
};

/** Minute by minute with fixed temperatures. */
function run(minutes: number, input: Partial<HeatPumpInput>, start: HeatPumpState = idleHeatPump) {
  let state = start;
  const steps = Array.from({ length: minutes }, () => {
    const step = stepHeatPump(setup, demoHouse.tank, state, { ...resting, ...input }, MINUTE);
    state = step.state;
    return step;
  });
  return { steps, activities: steps.map((step) => step.state.activity), state };
}

test.each([
  { outdoorTempC: -20, radiatorTempC: 46, believed: 1.9 },
  { outdoorTempC: -7, radiatorTempC: 38, believed: 2.5 },
  { outdoorTempC: 2, radiatorTempC: 33, believed: 3.2 },
  { outdoorTempC: 7, radiatorTempC: 30, believed: 3.9 },
])(
  "at $outdoorTempC °C the COP is near what the config believes, $believed",
  ({ outdoorTempC, radiatorTempC, believed }) => {
    const { cop } = spaceHeat(setup, 2.5, outdoorTempC, radiatorTempC);
    expect(Math.abs(cop / believed - 1)).toBeLessThan(0.15);
  },
);

test("the COP falls with a warmer flow, with colder air, and for hot water", () => {
  expect(copOf(setup, 0.45, 0, 35)).toBeGreaterThan(copOf(setup, 0.45, 0, 45));
  expect(copOf(setup, 0.45, 0, 35)).toBeGreaterThan(copOf(setup, 0.45, -10, 35));
  expect(spaceHeat(setup, 3, 0, 33).cop).toBeGreaterThan(waterHeat(setup, 3, 0, 48).cop);
  expect(copOf(setup, 0.45, 30, 25)).toBeLessThanOrEqual(setup.maxCop);
});

test("it runs at the power that the curve and the room ask for, between a quarter and all of it", () => {
  const cold = run(1, { outdoorTempC: -10 }).steps[0];
  const colder = run(1, { outdoorTempC: -10, roomTempC: 20.7 }).steps[0];
  expect(cold?.powerKw).toBeGreaterThan(setup.minShare * setup.maxPowerKw);
  expect(colder?.powerKw).toBeGreaterThan((cold?.powerKw ?? 9) + 0.5);
  expect(run(1, { roomTempC: 15 }).steps[0]?.powerKw).toBe(setup.maxPowerKw);
});

test("in mild weather it switches with a hysteresis instead of going below minimum modulation", () => {
  expect(run(1, { outdoorTempC: 10, roomTempC: 20.95 }).activities).toEqual(["off"]);
  const called = run(30, { outdoorTempC: 10, roomTempC: 20.6 });
  expect(called.activities.at(-1)).toBe("space");
  const nearly = run(30, { outdoorTempC: 10, roomTempC: 21.05 }, called.state);
  expect(nearly.activities.at(-1)).toBe("space");
  expect(nearly.steps.at(-1)?.powerKw).toBeCloseTo(setup.minShare * setup.maxPowerKw, 6);
  expect(run(30, { outdoorTempC: 10, roomTempC: 21.5 }, nearly.state).activities.at(-1)).toBe("off");
});

test("a run lasts ten minutes at least, a pause six", () => {
  const started = run(1, { roomTempC: 20 });
  const stopping = run(20, { roomTempC: 23 }, started.state);
  expect(stopping.activities.filter((activity) => activity === "space")).toHaveLength(9);
  const stopped = run(1, { roomTempC: 23 }, { ...started.state, sinceMinutes: 30 });
  expect(stopped.activities).toEqual(["off"]);
  expect(run(20, { roomTempC: 20 }, stopped.state).activities.indexOf("space")).toBe(5);
});

test("hot water goes first, and the room waits", () => {
  const { steps } = run(5, { roomTempC: 19, tankTempC: 44, coilTempC: 40, tankTargetC: 50 });
  expect(steps.every((step) => step.waterHeatKw > 5 && step.spaceHeatKw === 0)).toBe(true);
});

test.each([
  { rule: "a new target starts it at once", tankTempC: 48, tankTargetC: 50, seenTankTargetC: 45, isWater: true },
  { rule: "the same target waits for its band", tankTempC: 48, tankTargetC: 50, seenTankTargetC: 50, isWater: false },
  { rule: "below the band it starts", tankTempC: 44.9, tankTargetC: 50, seenTankTargetC: 50, isWater: true },
  {
    rule: "a target that is almost reached does not",
    tankTempC: 49.7,
    tankTargetC: 50,
    seenTankTargetC: 45,
    isWater: false,
  },
  { rule: "a lower target stops it", tankTempC: 48, tankTargetC: 40, seenTankTargetC: 50, isWater: false },
])("the tank's thermostat: $rule", ({ tankTempC, tankTargetC, seenTankTargetC, isWater }) => {
  const start = { ...idleHeatPump, seenTankTargetC };
  const { activities } = run(1, { roomTempC: 23, tankTempC, tankTargetC }, start);
  expect(activities[0] === "water").toBe(isWater);
});

test("once begun, hot water is made until the target is nearly reached", () => {
  const begun = run(1, { tankTempC: 44, tankTargetC: 50 });
  expect(run(1, { tankTempC: 49.7, tankTargetC: 50 }, begun.state).activities).toEqual(["water"]);
  expect(run(15, { tankTempC: 49.9, tankTargetC: 50, roomTempC: 23 }, begun.state).activities.at(-1)).toBe("off");
});

test.each([
  { rule: "goes into the room", roomTempC: 21.2, activity: "space" },
  { rule: "goes on gently into the tank when the room is warm", roomTempC: 23, activity: "water" },
])("what is left of the shortest run $rule", ({ roomTempC, activity }) => {
  const begun = run(1, { tankTempC: 49, tankTargetC: 50, roomTempC });
  const rest = run(1, { tankTempC: 50, tankTargetC: 50, roomTempC }, begun.state).steps[0];
  expect(rest?.state.activity).toBe(activity);
  expect(rest?.powerKw).toBeLessThan(2);
});

test("in damp frost it thaws about once an hour and gives no heat meanwhile; in dry cold it does not", () => {
  const damp = run(24 * 60, { outdoorTempC: -2, roomTempC: 20.5 });
  const thawing = damp.steps.filter((step) => step.state.activity === "defrost");
  expect(thawing.length).toBeGreaterThan(30);
  expect(thawing.length).toBeLessThan(120); // four minutes each time, then it heats again
  expect(thawing.every((step) => step.spaceHeatKw === 0 && step.powerKw > 1)).toBe(true);
  expect(run(24 * 60, { outdoorTempC: -15, roomTempC: 20.5 }).activities).not.toContain("defrost");
});

test("switched off it takes its standby watts and nothing else", () => {
  const { steps } = run(60, { heatingOn: false, waterOn: false, roomTempC: 10, tankTempC: 10 });
  expect(new Set(steps.map((step) => step.powerKw))).toEqual(new Set([setup.standbyKw]));
});
