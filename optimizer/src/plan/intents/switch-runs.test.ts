import { describe, expect, test } from "vitest";
import {
  aBoiler,
  anAppliance,
  aTank,
  aZone,
  flat,
  householdOf,
  scheduleOf,
} from "../../../../tests/support/household-of.ts";
import { joinEqual, runsOf, timesOf, toStep } from "./runs.ts";
import { applianceRuns, boilerRuns, immersionRuns, pvRuns } from "./switch-runs.ts";

const immersionModes = (powerKw: number, planned: readonly number[]) => {
  const problem = householdOf(planned.length, {
    tanks: [aTank(planned.length)],
    immersionHeaters: [{ id: "immersion", tankId: "water", powerKw }],
  });
  const heater = problem.immersionHeaters[0];
  const runs = heater && immersionRuns(scheduleOf(problem, { immersionKw: planned }), heater);
  return runs?.map(({ intent, first, last }) => `${intent.kind} [${first}-${last}]`);
};

describe("an immersion heater", () => {
  test("is on from half of its power upwards", () => {
    expect(immersionModes(2, [2, 1, 0.9, 0])).toEqual(["on [0-1]", "off [2-3]"]);
  });
  test("without power is off", () => {
    expect(immersionModes(0, [0])).toEqual(["off [0-0]"]);
  });
});

test("a boiler is on where the plan wants heat of it, for rooms or water, and not for a crumb", () => {
  const problem = householdOf(4, { zones: [aZone(4)], tanks: [aTank(4)], boilers: [aBoiler(4)] });
  const [boiler] = problem.boilers;
  const wanted = { boilerSpaceKw: [3, 0, 0.5, 0], boilerWaterKw: [0, 4, 0, 0] };
  const runs = boiler && boilerRuns(scheduleOf(problem, wanted), boiler);
  expect(runs?.map(({ intent, first, last }) => `${intent.kind} [${first}-${last}]`)).toEqual([
    "on [0-1]",
    "off [2-3]",
  ]);
});

const applianceKinds = (applianceKw: readonly number[], parts: Parameters<typeof anAppliance>[1] = {}) => {
  const problem = householdOf(4, { appliances: [anAppliance(4, parts)] });
  const [appliance] = problem.appliances;
  const runs = appliance && applianceRuns(scheduleOf(problem, { applianceKw }), appliance);
  return runs?.map(({ intent, first, last }) => `${intent.kind} [${first}-${last}]`);
};

describe("an appliance", () => {
  test("that runs in one block is on to its very end", () => {
    expect(applianceKinds([0, 1.2, 0.3, 0])).toEqual(["off [0-0]", "on [1-2]", "off [3-3]"]);
  });
  test("that has started is on as long as it runs", () => {
    expect(applianceKinds([0.3, 0, 0, 0], { singleBlock: false, startedMs: 0 })).toEqual(["on [0-0]", "off [1-3]"]);
  });
  test("that may be interrupted is on from half of its power upwards", () => {
    expect(applianceKinds([0.6, 0.5, 1.2, 0], { singleBlock: false })).toEqual([
      "on [0-0]",
      "off [1-1]",
      "on [2-2]",
      "off [3-3]",
    ]);
  });
});

const modes = (forecastKw: readonly number[], usedKw: readonly number[], curtailable = true) => {
  const count = forecastKw.length;
  const problem = householdOf(count, {
    baseLoadKw: flat(count, 0),
    pvArrays: [{ id: "roof", forecastKw: [...forecastKw], curtailable }],
  });
  const pv = problem.pvArrays[0];
  const runs = pv && pvRuns(problem, scheduleOf(problem, { usedKw }), pv);
  return runs?.map(({ intent, first, last }) =>
    intent.kind === "limit" ? `limit ${intent.kw} [${first}-${last}]` : `${intent.kind} [${first}-${last}]`,
  );
};

describe("the sun", () => {
  test("is limited where clearly less is used than there is", () => {
    expect(modes([4, 4, 4, 0], [4, 1.04, 1.2, 0])).toEqual(["free [0-0]", "limit 1.1 [1-2]", "free [3-3]"]);
    expect(modes([4, 4], [1, 3])).toEqual(["limit 1 [0-0]", "limit 3 [1-1]"]);
  });
  test("is free where the difference is small, in kilowatts or by share", () => {
    expect(modes([0.3, 8], [0.21, 7.65])).toEqual(["free [0-1]"]);
  });
  test("is free where it cannot be limited", () => {
    expect(modes([4], [1], false)).toEqual(["free [0-0]"]);
  });
});

describe("runs", () => {
  test("are neighbours that belong together by the values of the run so far", () => {
    expect(runsOf([1, 1, 2, 2, 1], (run, next) => run[0] === next)).toEqual([
      { first: 0, last: 1 },
      { first: 2, last: 3 },
      { first: 4, last: 4 },
    ]);
    expect(runsOf([], () => true)).toEqual([]);
  });
  test("of the same intent become one", () => {
    const hold = { kind: "hold" } as const;
    expect(
      joinEqual([
        { first: 0, last: 1, intent: hold },
        { first: 2, last: 2, intent: hold },
        { first: 3, last: 3, intent: { kind: "selfUse" } },
      ]),
    ).toEqual([
      { first: 0, last: 2, intent: hold },
      { first: 3, last: 3, intent: { kind: "selfUse" } },
    ]);
  });
  test("have times, and none outside of the grid", () => {
    const problem = householdOf(2);
    const [a, b] = problem.slots;
    expect(timesOf(problem, { first: 0, last: 1 })).toEqual({
      startMs: a?.startMs,
      endMs: (b?.startMs ?? 0) + 3_600_000,
    });
    expect(() => timesOf(problem, { first: 1, last: 2 })).toThrow("no slots 1 to 2");
  });
});

test.each([
  { value: 0.30000000000000004, step: 0.1, round: Math.ceil, stepped: 0.3 },
  { value: 0.31, step: 0.1, round: Math.ceil, stepped: 0.4 },
  { value: 0.86, step: 0.01, round: Math.floor, stepped: 0.86 },
  { value: 20.74, step: 0.5, round: Math.round, stepped: 20.5 },
])("$value in steps of $step is $stepped", ({ value, step, round, stepped }) => {
  expect(toStep(value, step, round)).toBe(stepped);
});
