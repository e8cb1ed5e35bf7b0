import { describe, expect, test } from "vitest";
import type { PlanningInput } from "../case-file.ts";
import { type CasePlan, noPlan, NOTHING_ASSUMED, type Unmet } from "../case-plan.ts";
import { PROPERTY_KINDS } from "../judge-case.ts";
import { after, BATTERY, CAR, complaintsAbout, inputOf, NOON_MS, planFor, ROOM, sceneOf } from "../testing/examples.ts";

type Powers = Parameters<typeof planFor>[1];

interface Example {
  readonly type: string;
  readonly fields?: object;
  readonly input?: PlanningInput;
  /** A plan that has the property, and one that has not. */
  readonly holds: Powers;
  readonly broken: Powers;
  /** What the complaint must say. */
  readonly says: RegExp;
}

const flat = (kw: number): number[] => [kw, kw, kw, kw];
const battery = (chargeKw: number[], dischargeKw: number[] = flat(0)): Powers => ({
  batteries: { battery: { chargeKw, dischargeKw } },
});
const withBattery = inputOf({ batteries: [BATTERY] });
const sunny = inputOf({ batteries: [BATTERY], columns: { pvKw: flat(3) } });
const free = inputOf({ batteries: [BATTERY], site: { pvCurtailable: true }, columns: { pvKw: flat(3) } });
const twoBatteries = inputOf({ batteries: [BATTERY, { ...BATTERY, id: "other" }] });
const heated = inputOf({ rooms: [ROOM], columns: { outdoorTempC: flat(10) } });
const washing = inputOf({
  appliances: [{ id: "washer", powerKw: 2, runHours: 2, window: { from: after(0), until: after(4) } }],
});
const run = (kw: number[]): Powers => ({ appliances: { washer: kw } });
const heat = (kw: number[]): Powers => ({ heaters: { "den.heater": kw } });
const unmet = (subject: string, amount: number): Unmet => ({ subject, amount, fromMs: NOON_MS, untilMs: NOON_MS });
const missing = inputOf({ columns: { loadKw: [1, null, 1, 1], pvKw: [0, 0, "NaN", 0] } });
const assuming = (loadKw: Record<number, number>, pvKw: Record<number, number>): Powers => ({
  assumed: { ...NOTHING_ASSUMED, slots: { loadKw, pvKw } },
});

const examples: readonly Example[] = [
  {
    type: "planReturned",
    fields: { status: ["complete"] },
    holds: {},
    broken: { status: "bestEffort", unmet: [unmet("battery.goal", 0.1)] },
    says: /bestEffort, wanted complete; battery.goal 0.1/,
  },
  {
    type: "noMessageAboutKeys",
    holds: { messages: ["a note"] },
    broken: { messages: ['x is not a known key; did you mean "y"?'] },
    says: /known key/,
  },
  {
    type: "explanationNamesLimit",
    fields: { subject: "battery.goal" },
    holds: { unmet: [unmet("battery.goal", 0.3)] },
    broken: { unmet: [unmet("battery.minSoc", 0.3)] },
    says: /battery.goal is not named; battery.minSoc/,
  },
  {
    type: "explanationNamesLimit",
    fields: { subject: "battery.goal", amount: 0.3, tolerance: 0.01 },
    holds: { unmet: [unmet("battery.goal", 0.309)] },
    broken: { unmet: [unmet("battery.goal", 0.32)] },
    says: /named with 0.32, wanted 0.3/,
  },
  {
    type: "assumedStartSoc",
    fields: { of: "battery", min: 0.4, max: 0.5 },
    holds: { assumed: { ...NOTHING_ASSUMED, startSoc: { battery: 0.45 } } },
    broken: { assumed: { ...NOTHING_ASSUMED, startSoc: { battery: 0.39 } } },
    says: /0.39 is assumed/,
  },
  {
    type: "assumedStartSoc",
    fields: { of: "battery", min: 0.4, max: 0.5 },
    holds: { assumed: { ...NOTHING_ASSUMED, startSoc: { battery: 0.4 } } },
    broken: {},
    says: /no start content is stated/,
  },
  {
    type: "assumedPvNow",
    fields: { min: 2, max: 3 },
    holds: { assumed: { ...NOTHING_ASSUMED, pvNowKw: 2.5 } },
    broken: { assumed: { ...NOTHING_ASSUMED, pvNowKw: 1.5 } },
    says: /1.5 kW is assumed/,
  },
  {
    type: "solveSecondsAtMost",
    fields: { seconds: 2 },
    holds: { solveSeconds: 2 },
    broken: { solveSeconds: 2.1 },
    says: /took 2.1 s/,
  },
  {
    type: "allFinite",
    holds: {},
    broken: { importKw: [1, Number.NaN, 1, 1] },
    says: /importKw.1 is NaN/,
  },
  {
    type: "loadServed",
    holds: {},
    broken: { importKw: [1, 1, 0.9, 1] },
    says: /slot 2 .*0.9 kW given, 1 kW taken/,
  },
  {
    type: "loadServed",
    input: sunny,
    holds: { pvUsedKw: flat(3) },
    broken: { pvUsedKw: [3, 3, 3, 2.9] },
    says: /cannot be curtailed/,
  },
  {
    type: "loadServed",
    input: free,
    holds: { pvUsedKw: [3, 1, 0, 2] },
    broken: { pvUsedKw: [3.1, 3, 3, 3] },
    says: /3.1 kW of sun used, 3 offered/,
  },
  {
    type: "loadServed",
    input: missing,
    holds: assuming({ 1: 1.1 }, { 2: 0 }),
    broken: assuming({}, { 2: 0 }),
    says: /slot 1 .*the load is not known/,
  },
  {
    type: "loadServed",
    input: missing,
    holds: assuming({ 1: 1.9 }, { 2: 0 }),
    broken: assuming({ 1: 2.1 }, { 2: 0 }),
    says: /an assumed load of 2.1 kW is not plausible/,
  },
  {
    type: "loadServed",
    input: missing,
    holds: { ...assuming({ 0: 1.2, 1: 1 }, { 2: 0 }), importKw: [1.2, 1, 1, 1], unmet: [unmet("slots.loadKw", 2)] },
    broken: { ...assuming({ 0: 1.2, 1: 1 }, { 2: 0 }), importKw: [1.2, 1, 1, 1] },
    says: /1.2 is assumed in place of 1, and slots.loadKw is not named/,
  },
  {
    type: "powersWithinRatings",
    input: withBattery,
    holds: battery(flat(4)),
    broken: battery([4, 4.1, 4, 4]),
    says: /battery.charge 4.1 kW, at most 4/,
  },
  {
    type: "powersWithinRatings",
    input: withBattery,
    holds: battery(flat(4)),
    broken: battery(flat(0), [0, 0, -0.1, 0]),
    says: /battery.discharge -0.1 kW/,
  },
  {
    type: "powersWithinRatings",
    input: inputOf({ site: { exportLimitKw: 2 }, columns: { pvKw: flat(3) } }),
    holds: {},
    broken: { exportKw: [2.5, 2, 2, 2] },
    says: /site.export 2.5 kW, at most 2/,
  },
  {
    type: "powersWithinRatings",
    input: heated,
    holds: heat(flat(2)),
    broken: heat([2.1, 0, 0, 0]),
    says: /den.heater 2.1 kW/,
  },
  {
    type: "powersWithinRatings",
    input: washing,
    holds: run([2, 2, 0, 0]),
    broken: run([2.1, 2, 0, 0]),
    says: /washer 2.1 kW/,
  },
  {
    type: "powerAtMost",
    fields: { of: "battery.charge", kw: 1, from: after(1), until: after(3) },
    input: withBattery,
    holds: battery([4, 1, 1, 4]),
    broken: battery([4, 1, 1.2, 4]),
    says: /slot 2 .*1.2 kW, at most 1/,
  },
  {
    type: "powerAtLeast",
    fields: { of: "den.heater", kw: 1.5, from: after(0), until: after(2) },
    input: heated,
    holds: heat([2, 1.5, 0, 0]),
    broken: heat([2, 1.4, 0, 0]),
    says: /slot 1 .*1.4 kW, at least 1.5/,
  },
  {
    type: "energyBetween",
    fields: { of: "battery.charge", atLeastKwh: 2, atMostKwh: 3, from: after(1), until: after(3) },
    input: withBattery,
    holds: battery([4, 1, 1, 4]),
    broken: battery([4, 1, 0.5, 4]),
    says: /battery.charge is 1.5 kWh/,
  },
  {
    type: "energyBetween",
    fields: { of: "site.import", atMostKwh: 4 },
    holds: {},
    broken: { importKw: [1, 1, 1, 1.1] },
    says: /site.import is 4.1 kWh/,
  },
  {
    type: "noActionBelowKw",
    fields: { of: "battery.discharge", kw: 0.2 },
    input: withBattery,
    holds: battery(flat(0), [0, 0.2, 0.3, 0]),
    broken: battery(flat(0), [0, 0.06, 0.3, 0]),
    says: /0.06 kW, wanted none or at least 0.2/,
  },
  {
    type: "noGridChargeBelowKw",
    fields: { of: "battery", kw: 2.5 },
    input: sunny,
    holds: battery([2, 1, 2.5, 0]),
    broken: battery([2.2, 0, 0, 0]),
    says: /2.2 kW with a surplus of 2, wanted at least 2.5/,
  },
  {
    type: "onOffOnly",
    fields: { of: "den.heater", kw: 2 },
    input: heated,
    holds: heat([0, 2, 2, 0]),
    broken: heat([0, 2, 1, 0]),
    says: /slot 2 .*1 kW, wanted none or 2/,
  },
  {
    type: "chargesOnlyFromSurplus",
    fields: { of: "battery" },
    input: sunny,
    holds: battery(flat(2)),
    broken: battery([2, 2.2, 2, 2]),
    says: /charges with 2.2 kW, the surplus is 2/,
  },
  {
    type: "chargesOnlyFromSurplus",
    fields: { of: "car", from: after(2), until: after(4) },
    input: inputOf({ evs: [CAR] }),
    holds: { evs: { car: { chargeKw: [8, 8, 0, 0] } } },
    broken: { evs: { car: { chargeKw: [0, 0, 1, 0] } } },
    says: /slot 2 .*charges with 1 kW, the surplus is 0/,
  },
  {
    type: "exportsOnlySurplus",
    input: sunny,
    holds: battery([2, 1, 0, 0]),
    broken: { ...battery(flat(0), [1, 0, 0, 0]) },
    says: /sells 3 kW, of the sun 2 are left/,
  },
  {
    type: "noSimultaneousImportExport",
    holds: { importKw: [1, 0, 1, 1], exportKw: [0, 1, 0, 0] },
    broken: { importKw: flat(1), exportKw: [0.5, 0, 0, 0] },
    says: /buys and sells 0.5 kW/,
  },
  {
    type: "noSimultaneousChargeDischarge",
    fields: { of: "battery" },
    input: withBattery,
    holds: battery([1, 0, 0, 0], [0, 1, 0, 0]),
    broken: battery([1, 0, 0, 0], [0.5, 1, 0, 0]),
    says: /charges and discharges with 0.5 kW/,
  },
  {
    type: "noCrossCharge",
    fields: { of: ["battery", "other"] },
    input: twoBatteries,
    holds: {
      batteries: {
        battery: { chargeKw: [1, 0, 0, 0], dischargeKw: [0, 1, 0, 0] },
        other: { chargeKw: [1, 0, 0, 0], dischargeKw: [0, 1, 0, 0] },
      },
    },
    broken: {
      batteries: {
        battery: { chargeKw: [1, 0, 0, 0], dischargeKw: flat(0) },
        other: { chargeKw: flat(0), dischargeKw: [1, 0, 0, 0] },
      },
    },
    says: /other discharges while battery charges/,
  },
  {
    type: "switchesAtMost",
    fields: { of: "battery.charge", count: 2 },
    input: withBattery,
    holds: battery([0, 1, 1, 0.04]),
    broken: battery([0, 1, 0, 1]),
    says: /switches 3 times/,
  },
  {
    type: "runsOnce",
    fields: { of: "washer", kw: 2, hours: 2 },
    input: washing,
    holds: run([0, 2, 2, 0]),
    broken: run([2, 0, 2, 0]),
    says: /runs in pieces/,
  },
  {
    type: "runsOnce",
    fields: { of: "washer", kw: 2, hours: 2 },
    input: washing,
    holds: run([0, 2, 2, 0]),
    broken: run([0, 0, 2, 0]),
    says: /runs 1 h, wanted 2/,
  },
  {
    type: "runsOnce",
    fields: { of: "washer", kw: 2, hours: 2 },
    input: washing,
    holds: run([0, 2, 2, 0]),
    broken: run([0, 2, 1, 0]),
    says: /1 kW, wanted 2/,
  },
  {
    type: "pvUsedShareAtLeast",
    fields: { share: 0.75 },
    input: free,
    holds: { pvUsedKw: [3, 3, 3, 0] },
    broken: { pvUsedKw: [3, 3, 2.9, 0] },
    says: /0.7417 of the sun is used/,
  },
  {
    // 5 kWh; 2 kW for an hour put 1.6 into it.
    type: "socWithinBounds",
    fields: { of: "battery", min: 0.1, max: 0.66 },
    input: withBattery,
    holds: battery([2, 0, 0, 0]),
    broken: battery([2, 0.1, 0, 0]),
    says: /0.668 at the end of slot 1/,
  },
  {
    // 2 kW given take 2.5 out of it.
    type: "socAtLeast",
    fields: { of: "battery", soc: 0.375, at: after(0.5) },
    input: withBattery,
    holds: battery(flat(0), [2, 0, 0, 0]),
    broken: battery(flat(0), [2.2, 0, 0, 0]),
    says: /0.3625 at/,
  },
  {
    type: "endSocAtLeast",
    fields: { of: "battery", soc: 0.58 },
    input: withBattery,
    holds: battery([0, 0, 0, 1]),
    broken: battery([0, 0, 0, 0.9]),
    says: /ends with 0.572/,
  },
  {
    type: "endSocAtMost",
    fields: { of: "battery", soc: 0.58 },
    input: withBattery,
    holds: battery([0, 0, 0, 1]),
    broken: battery([0, 0, 0, 1.1]),
    says: /ends with 0.588/,
  },
  {
    type: "noActionAwayFromBand",
    fields: { of: "battery" },
    input: inputOf({ batteries: [{ ...BATTERY, startSoc: 0.05 }] }),
    holds: battery([1, 0, 0, 0], [0, 1, 0, 0]),
    broken: battery(flat(0), [0.3, 0, 0, 0]),
    says: /discharges with 0.3 kW at 0.05/,
  },
  {
    type: "noActionAwayFromBand",
    fields: { of: "battery" },
    input: inputOf({ batteries: [{ ...BATTERY, startSoc: 0.95 }] }),
    holds: battery(flat(0), [1, 0, 0, 0]),
    broken: battery([0.3, 0, 0, 0]),
    says: /charges with 0.3 kW at 0.95/,
  },
  {
    type: "cyclesAtMost",
    fields: { of: "battery", count: 0.25 },
    input: withBattery,
    holds: battery(flat(0), [2, 0, 0, 0]),
    broken: battery(flat(0), [2, 0.1, 0, 0]),
    says: /0.2625 cycles/,
  },
  {
    // Without heat 20 °C falls by (20 − 10)·0.1/2 = 0.5 K in the first hour, then 0.475, 0.4512, 0.4287: below 19 from the third.
    type: "comfortViolationAtMost",
    fields: { of: "den", kelvinHours: 0.01 },
    input: heated,
    holds: heat([0, 0, 0.4, 0.4]),
    broken: heat(flat(0)),
    says: /K·h missed/,
  },
  {
    type: "temperatureWithin",
    fields: { of: "den", min: 19.5, max: 22, until: after(1) },
    input: heated,
    holds: heat(flat(0)),
    broken: heat([2, 0, 0, 0]),
    says: /22.5 °C at the end of slot 0/,
  },
  {
    type: "predictedTempFollowsPhysics",
    fields: { of: "den", toleranceC: 0.1 },
    input: heated,
    holds: { ...heat(flat(0)), tempC: { den: [20, 19.5, 19.025, 18.574, 18.1] } },
    broken: { ...heat(flat(0)), tempC: { den: [20, 19.5, 19.2, 18.574, 18.1] } },
    says: /border 2: the plan says 19.2 °C, its powers give 19.025/,
  },
  {
    type: "neverWarmerWithoutHeat",
    fields: { of: "den" },
    input: heated,
    holds: { ...heat([0, 2, 0, 0]), tempC: { den: [20, 19.5, 22, 21.5, 21] } },
    broken: { ...heat([0, 2, 0, 0]), tempC: { den: [20, 19.5, 22, 22.2, 21] } },
    says: /from 22 to 22.2 °C without heat/,
  },
  {
    // 4 kWh at 0.30. Giving 1 kWh saves 0.30, wears 0.05, and takes 1.25 kWh at 0.20: nothing gained. Taking 1 kWh keeps 0.8 of it.
    type: "costAtMost",
    fields: { measure: "netCost", limit: 1.2 },
    input: withBattery,
    holds: battery(flat(0), [1, 0, 0, 0]),
    broken: battery([1, 0, 0, 0]),
    says: /netCost 1.34, wanted at most 1.2/,
  },
  {
    type: "costAtMost",
    fields: { measure: "bill", limit: 1.2 },
    holds: {},
    broken: { importKw: [1, 1, 1, 1.1] },
    says: /bill 1.23, wanted at most 1.2/,
  },
];

describe("each property of a plan holds, and is broken, where it should", () => {
  test.each(examples.map((example, n) => ({ ...example, n })))("$type ($n)", async (example) => {
    const { type, fields = {}, input = inputOf(), holds, broken } = example;
    const judge = (powers: Powers) =>
      complaintsAbout({ type, ...fields }, [sceneOf("base", { input, plans: [planFor(input, powers)] })]);
    expect(await judge(holds)).toEqual([]);
    const complaints = await judge(broken);
    expect(complaints[0]).toMatch(/^base: /);
    expect(complaints.join("\n")).toMatch(example.says);
  });
});

describe("a slot grid", () => {
  const input = inputOf({ hours: 0.25, columns: { loadKw: flat(1) } });
  const whole = planFor(input);
  const judge = (plan: CasePlan) =>
    complaintsAbout({ type: "slotGrid", count: 4, totalHours: 1 }, [sceneOf("base", { input, plans: [plan] })]);

  test("is complete", async () => expect(await judge(whole)).toEqual([]));

  test("lacks a slot", async () =>
    expect((await judge({ ...whole, slots: whole.slots.slice(1) })).join()).toMatch(/3 slots, wanted 4.*0.75 hours/));

  test("counts an instant twice", async () => {
    const slots = whole.slots.map((slot, k) => (k === 2 ? { ...slot, startMs: slot.startMs - 900_000 } : slot));
    expect((await judge({ ...whole, slots })).join()).toMatch(/slot 2 does not begin where slot 1 ends/);
  });
});

describe("a refusal", () => {
  const input = inputOf();
  const spoiled = { typedKey: "minSok", nearestKnownKey: "minSoc", placeInConfig: "batteries[0]" };
  const refusal = (message: string) =>
    sceneOf("wrong", { input, plans: [noPlan("refused", [message], 0)], spoiled, hasCurrentPlan: false });
  const asked = { type: "refused", names: ["typedKey", "nearestKnownKey", "placeInConfig", "config"] };

  test("names what was typed, what is known and where", async () =>
    expect(
      await complaintsAbout(asked, [refusal('config: batteries[0].minSok is not known; did you mean "minSoc"?')]),
    ).toEqual([]));

  test.each([
    ['config: batteries[0].minSok; "minSo"', /nearestKnownKey "minSoc"/],
    ['config: batteries[1].minSok "minSoc"', /placeInConfig "batteries\[0\]"/],
    ['config: batteries[0]: "minSoc"', /typedKey "minSok"/],
    ['batteries[0].minSok "minSoc"', /no message names config/],
  ])("%s", async (message, says) => expect((await complaintsAbout(asked, [refusal(message)])).join()).toMatch(says));

  test("is no plan", async () => {
    const planned = sceneOf("wrong", { input, plans: [planFor(input)], spoiled });
    expect((await complaintsAbout(asked, [planned])).join()).toMatch(/status complete/);
    expect(await complaintsAbout({ type: "noPlanStored" }, [refusal("")])).toEqual([]);
    expect(await complaintsAbout({ type: "noPlanStored" }, [planned])).toEqual(["wrong: a plan became current"]);
  });

  test("breaks every property of a plan", async () => {
    for (const type of ["loadServed", "allFinite", "noSimultaneousImportExport"])
      expect((await complaintsAbout({ type }, [refusal("no")])).join()).toMatch(/wrong: no plan \(refused: no\)/);
  });
});

test("a type of property that nobody knows does not hold, nor does a field, an input or a device", async () => {
  const scene = sceneOf("base", { input: inputOf(), plans: [planFor(inputOf())] });
  const judge = (property: { type: string; [field: string]: unknown }) => complaintsAbout(property, [scene]);
  expect(await judge({ type: "isLovely" })).toEqual(['nobody here knows the property "isLovely"']);
  expect((await judge({ type: "loadServed", strictly: true })).join()).toMatch(/cannot be read.*strictly/);
  expect((await judge({ type: "loadServed", in: ["other"] })).join()).toMatch(/other, which the case does not have/);
  expect((await judge({ type: "powerAtMost", of: "boiler.run", kw: 1 })).join()).toMatch(/there is no "boiler.run"/);
  expect((await judge({ type: "socWithinBounds", of: "car", min: 0, max: 1 })).join()).toMatch(/no battery and no car/);
});

test("the format's properties are all known", () => {
  expect([...PROPERTY_KINDS.keys()].toSorted((a, b) => a.localeCompare(b))).toEqual(
    `allFinite assumedPvNow assumedStartSoc chargesOnlyFromSurplus comfortViolationAtMost costAtMost costFallsOver currentActionIs
    currentActionUnchanged cyclesAtMost endSocAtLeast endSocAtMost energyBetween explanationNamesLimit exportsOnlySurplus loadServed
    neverWarmerWithoutHeat noActionAwayFromBand noActionBelowKw noCrossCharge noGridChargeBelowKw noMessageAboutKeys noPlanStored
    noSimultaneousChargeDischarge noSimultaneousImportExport onOffOnly planEqualOnRepeat planEqualToFresh planEqualToVariant planReturned
    powerAtLeast powerAtMost powersWithinRatings predictedTempFollowsPhysics pvLimitUnchanged pvUsedShareAtLeast refused runsOnce slotGrid
    socAtLeast socWithinBounds solveSecondsAtMost startMovesAtMost startUnchangedOverReplans switchesAtMost temperatureWithin`.split(
      /\s+/,
    ),
  );
});
