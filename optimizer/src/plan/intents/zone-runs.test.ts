import type { HouseholdProblemInput, ZoneProblem } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import { aHeatPump, aZone, householdOf, scheduleOf } from "../../../../tests/support/household-of.ts";
import { intentsOf } from "../intents.ts";
import type { ZoneSlot } from "./heat-runs.ts";
import { leadingStretch, plainTempC, type ZonePast, zonePast, zoneRuns } from "./zone-runs.ts";

const zoneOf = (parts: Partial<NonNullable<HouseholdProblemInput["zones"]>[number]>): ZoneProblem => {
  const [zone] = householdOf(2, { zones: [aZone(2, parts)] }).zones;
  if (!zone) throw new Error("no zone");
  return zone;
};
const slot = (parts: Partial<ZoneSlot> = {}): ZoneSlot => ({
  slot: 0,
  hours: 1,
  startTempC: 21,
  endTempC: 21,
  minTempC: 20.5,
  maxTempC: 23,
  isBoosted: false,
  pumpKw: 2,
  boilerKw: 0,
  heatKw: 6,
  share: 0.5,
  isHeating: true,
  holdShare: 0.5,
  pumpsRest: false,
  isFree: false,
  ...parts,
});
const rest = (parts: Partial<ZoneSlot> = {}) =>
  slot({ share: 0, pumpKw: 0, heatKw: 0, isHeating: false, pumpsRest: true, ...parts });
/** A heat pump that has been running. */
const RUNNING: ZonePast = { restedHours: 0 };

describe("a heating curve is told how far its set-point lies from the day's comfort", () => {
  const zone = zoneOf({ toldAs: "offset", comfortMinTempC: [20.5, 19] });
  const offsets = (slots: readonly ZoneSlot[]) =>
    zoneRuns(zone, slots, RUNNING).map(({ intent, first, last }) => [
      intent.kind === "offset" && intent.offsetK,
      first,
      last,
    ]);

  test("which the curve holds by itself", () => {
    expect(plainTempC(zone)).toBe(20.5);
    expect(offsets([slot({ endTempC: 20.5 })])).toEqual([[0, 0, 0]]);
  });
  test("a vacation is an offset from it, though nobody wishes for it meanwhile", () => {
    const away = zoneOf({ toldAs: "offset", comfortMinTempC: [15, 15], plainTempC: 20.5 });
    const [run] = zoneRuns(away, [rest({ endTempC: 18, minTempC: 15 })], RUNNING);
    expect(run?.intent).toEqual({ kind: "offset", offsetK: -3 });
  });
  test("more heat is an offset upwards, in tenths", () => {
    expect(offsets([slot({ startTempC: 20.5, endTempC: 21, share: 0.7 })])).toEqual([[0.7, 0, 0]]);
  });
  test("rest is one downwards, a night a deeper one", () => {
    expect(offsets([rest({ endTempC: 20.8 }), rest({ endTempC: 19.5, minTempC: 19 })])).toEqual([
      [-0.5, 0, 0],
      [-1.5, 1, 1],
    ]);
  });
});

const blocked = (restedHours: number): ZonePast => ({ inForce: { kind: "level", level: "min" }, restedHours });

describe("E21 a heat pump with levels", () => {
  const zone = zoneOf({ toldAs: "level" });
  const levels = (slots: readonly ZoneSlot[], past = RUNNING) =>
    zoneRuns(zone, slots, past).flatMap(({ intent, first, last }) =>
      Array.from({ length: last - first + 1 }, () => (intent.kind === "level" ? intent.level : intent.kind)),
    );

  test.each([
    { rule: "holds a room by its own curve", planned: slot(), level: "low" },
    { rule: "is recommended to heat more", planned: slot({ share: 0.7 }), level: "mid" },
    { rule: "is not for a trifle", planned: slot({ share: 0.6 }), level: "low" },
    { rule: "is forced where power costs nothing", planned: slot({ share: 0.9, isFree: true }), level: "max" },
    { rule: "is forced where a person asked", planned: slot({ isBoosted: true }), level: "max" },
    {
      rule: "a person's wish that is fulfilled forces nothing",
      planned: rest({ isBoosted: true, holdShare: 0 }),
      level: "low",
    },
    { rule: "a curve that asks for nothing needs no block", planned: rest({ holdShare: 0 }), level: "low" },
    { rule: "the room rests, the water does not", planned: rest({ pumpsRest: false }), level: "low" },
  ])("$rule: $level", ({ planned, level }) => {
    expect(levels([planned])).toEqual([level]);
  });

  test("is blocked where a rest begins, for two hours at most", () => {
    expect(levels([slot(), rest(), rest(), rest(), rest()])).toEqual(["low", "min", "min", "low", "low"]);
    const quarters = Array.from({ length: 12 }, () => rest({ hours: 0.25 }));
    expect(levels(quarters).filter((level) => level === "min")).toHaveLength(8);
    expect(levels([rest({ hours: 1.5 }), rest({ hours: 1 }), rest({ hours: 0.25 })])).toEqual(["min", "low", "low"]);
  });

  test("may be blocked again when it has worked", () => {
    expect(levels([rest(), rest(), rest(), slot(), rest()])).toEqual(["min", "min", "low", "low", "min"]);
  });

  test("the hours of a block that is in force count, whatever plan began it", () => {
    expect(levels([rest(), rest()], blocked(0.5))).toEqual(["min", "low"]);
    expect(levels([rest(), rest()], blocked(1.5))).toEqual(["low", "low"]);
    expect(levels([rest({ hours: 0.25 }), rest()], blocked(24))).toEqual(["low", "low"]);
  });

  test("one that rests by itself is left alone", () => {
    expect(levels([rest(), rest()], { inForce: { kind: "level", level: "low" }, restedHours: 0.5 })).toEqual([
      "low",
      "low",
    ]);
  });
});

const pastOf = (...pumps: NonNullable<HouseholdProblemInput["heatPumps"]>) =>
  zonePast(householdOf(1, { zones: [aZone(1)], heatPumps: pumps }), "living", undefined);

test("what was before is read from the heat pumps: one that runs has not rested", () => {
  const [long, short] = [3, 1].map((previousHours) =>
    aHeatPump(1, { id: `rests-${previousHours}`, tankId: undefined, previousHours }),
  );
  if (!long || !short) throw new Error("two heat pumps");
  expect(pastOf(long, short).restedHours).toBe(1);
  expect(pastOf(long, { ...short, previousKw: 2 }).restedHours).toBe(0);
});

test("a run of heating and rest in one word gives its reason for its beginning", () => {
  expect(leadingStretch([slot(), slot(), rest()], { first: 0, last: 2 })).toEqual({ first: 0, last: 1 });
  expect(leadingStretch([rest(), rest()], { first: 0, last: 1 })).toEqual({ first: 0, last: 1 });
});

test.each(["setpoint", "offset", "level"] as const)("E21 a zone told as %s is told so in a whole plan", (toldAs) => {
  const problem = householdOf(4, { zones: [aZone(4, { toldAs })], heatPumps: [aHeatPump(4, { tankId: undefined })] });
  const [zone] = intentsOf(problem, scheduleOf(problem, { spaceKw: [2, 0, 0, 0] }), [0.2, 0.2, 0.2, 0.2]);
  expect(new Set(zone?.segments.map(({ intent }) => intent.kind))).toEqual(new Set([toldAs]));
  for (const { reason } of zone?.segments ?? []) expect(reason).toMatch(/^[A-Z].*\.$/);
});
