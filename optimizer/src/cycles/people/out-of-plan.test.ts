import { HomeConfig } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { buildProblem } from "../build-problem.ts";
import { configWithout } from "./config-without.ts";
import { outOfPlan } from "./out-of-plan.ts";
import { demoHome, demoInputs, demoYaml, NOW_MS, wishOf } from "./testing/demo-day.ts";

const out = (deviceId: string, config = demoHome, excluded?: ReadonlyMap<string, string>) =>
  outOfPlan({ config, overrides: [wishOf("deviceOff", 5, { deviceId })], excluded, nowMs: NOW_MS });
const idsOf = (config: HomeConfig) =>
  (["batteries", "zones", "tanks", "heatPumps", "immersionHeaters", "pvArrays"] as const).flatMap((group) =>
    config[group].map(({ id }) => id),
  );

test("says by whom and until when; only these two kinds take a device out, and only while they hold", () => {
  const overrides = [
    wishOf("manual", 2, { deviceId: "battery" }),
    wishOf("manual", 2, { id: "2", deviceId: "roof", origin: "detected" }),
    wishOf("deviceOff", 24, { id: "3", deviceId: "immersion_upper" }),
    wishOf("boostWater", 2, { id: "4", deviceId: "hot_water" }),
    wishOf("manual", 0, { id: "5", deviceId: "immersion_lower" }),
    wishOf("vacation", 9, { id: "6" }),
  ];
  expect(outOfPlan({ config: demoHome, overrides, nowMs: NOW_MS })).toEqual(
    new Map([
      ["battery", "driven by hand until Fri 12:00"],
      ["roof", "changed by hand at Fri 10:00, respected until Fri 12:00"],
      ["immersion_upper", "taken out of service until 6 Jan, 10:00"],
    ]),
  );
});

test("what cannot be reached is out as well, with its reason", () => {
  const excluded = new Map([["battery", "does not answer since 09:40"]]);
  expect(outOfPlan({ config: demoHome, overrides: [], excluded, nowMs: NOW_MS })).toEqual(excluded);
});

test("a tank takes its immersion heaters along, and leaves the heat pump to the rooms", () => {
  const gone = out("hot_water");
  expect([...gone.keys()]).toEqual(["hot_water", "immersion_upper", "immersion_lower"]);
  const left = configWithout(demoHome, new Set(gone.keys()));
  expect(left.heatPumps[0]).toMatchObject({ zoneIds: ["living_room"], tankId: undefined });
  expect(idsOf(left)).toEqual(["battery", "living_room", "heat_pump", "roof"]);
});

test("a heat pump takes the rooms along that nothing else heats; the tank has its immersion heaters", () => {
  expect(out("heat_pump").get("living_room")).toBe("heat_pump, which heats it, is out");
  expect([...out("heat_pump").keys()]).toEqual(["heat_pump", "living_room"]);
});

test("a heat pump whose only room is out goes on for the tank; without a tank it is out, too", () => {
  expect([...out("living_room").keys()]).toEqual(["living_room"]);
  const [pump] = demoHome.heatPumps;
  const noTank: HomeConfig = {
    ...demoHome,
    tanks: [],
    immersionHeaters: [],
    heatPumps: pump ? [{ ...pump, tankId: undefined }] : [],
  };
  expect([...out("living_room", noTank).keys()]).toEqual(["living_room", "heat_pump"]);
});

test("a battery leaves its inverter; an array only loses its limit, for the sun shines all the same", () => {
  const home = HomeConfig.parse({
    ...demoYaml,
    inverters: [{ id: "hybrid", pvArrayIds: ["roof"], batteryIds: ["battery"], maxToHouseKw: 5 }],
  });
  expect(configWithout(home, new Set(["battery"])).inverters[0]).toMatchObject({
    batteryIds: [],
    pvArrayIds: ["roof"],
  });
  expect(configWithout(home, new Set(["roof"])).pvArrays).toMatchObject([{ id: "roof", control: undefined }]);
});

test("without anything to leave out the home is the very same", () =>
  expect(configWithout(demoHome, new Set())).toBe(demoHome));

test("E27 the plan is made without a device that its owner took out of service, and says so", () => {
  const overrides = [wishOf("deviceOff", 24, { deviceId: "battery" })];
  const { problem, notes, leftAlone } = buildProblem(demoInputs({ overrides }));
  expect(problem?.batteries).toEqual([]);
  expect([...leftAlone.keys()]).toEqual(["battery"]);
  expect(notes).toContain("battery is left alone: taken out of service until 6 Jan, 10:00");
});

test("E16 a device out of reach is left out of the plan, and its reason is said", () => {
  const excluded = new Map([["battery", "it has not answered since Fri 09:40"]]);
  const { problem, notes } = buildProblem(demoInputs({ excluded }));
  expect(problem?.batteries).toEqual([]);
  expect(notes).toContain("battery is left alone: it has not answered since Fri 09:40");
});

test("what a battery is made to do by hand goes on for an hour, and is not the house's own load", () => {
  const states = new Map([...demoInputs().states, ["battery.powerKw", { value: 3, atMs: NOW_MS, isStale: false }]]);
  const overrides = [wishOf("manual", 2, { deviceId: "battery" })];
  const { problem, notes } = buildProblem(demoInputs({ overrides, states }));
  const at = (hours: number) =>
    problem?.baseLoadKw[problem.slots.findIndex(({ startMs }) => startMs >= NOW_MS + hours * 3_600_000)] ?? 0;
  expect(at(0.5)).toBeCloseTo(3.7, 1);
  expect(at(1.5)).toBeCloseTo(0.7, 1);
  expect(notes).toContain("battery is expected to go on with 3.0 kW");
});

test("rooms left alone keep their warmth from the heat pump that is planned for the tank", () => {
  const overrides = [wishOf("manual", 2, { deviceId: "living_room" })];
  const { problem } = buildProblem(demoInputs({ overrides }));
  expect(problem?.zones).toEqual([]);
  expect(problem?.heatPumps).toMatchObject([{ zoneIds: [], tankId: "hot_water" }]);
  // (0.16 kW/K · 26 K − 0.3 kW) / COP of 2.6 or so
  expect(problem?.baseLoadKw[0]).toBeGreaterThan(0.7 + 1.2);
  expect(problem?.baseLoadKw[0]).toBeLessThan(0.7 + 1.7);
});
