import { MS_PER_HOUR } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import { MIDNIGHT_MS, aBattery, aTank, aZone, flat, householdOf } from "../../../tests/support/household-of.ts";
import { hygieneSlots, isHeld, tankBand, zoneBand } from "./wishes.ts";

const HOURS = 4;
const hour = (k: number): number => MIDNIGHT_MS + k * MS_PER_HOUR;

const house = (tank: Parameters<typeof aTank>[1] = {}) =>
  householdOf(HOURS, {
    batteries: [aBattery()],
    zones: [aZone(HOURS, { comfortMinTempC: flat(HOURS, 20), comfortMaxTempC: flat(HOURS, 21) })],
    tanks: [aTank(HOURS, tank)],
    overrides: [
      { kind: "batteryHold", deviceId: "battery", untilMs: hour(1) + 1 },
      { kind: "boostHeat", deviceId: "living", untilMs: hour(2), tempC: 22 },
      { kind: "boostWater", deviceId: "water", untilMs: hour(1), tempC: 62 },
    ],
  });

const inSlots = <T>(ask: (k: number) => T): T[] => Array.from({ length: HOURS }, (_, k) => ask(k));

/** All wishes of the tank, per slot. */
function bandsOf(tank: Parameters<typeof aTank>[1]) {
  const problem = house(tank);
  return inSlots((k) => problem.tanks.map((each) => tankBand(problem, each, k))[0]);
}

describe("what people ask for, slot by slot", () => {
  test("a hold lasts through every slot that begins before its end", () => {
    expect(inSlots((k) => isHeld(house(), "battery", k))).toEqual([true, true, false, false]);
    expect(isHeld(house(), "another", 0)).toBe(false);
  });

  test("a boost raises minimum and maximum, and weighs more, until its end", () => {
    const problem = house();
    const bands = inSlots((k) => problem.zones.map((zone) => zoneBand(problem, zone, k))[0]);
    const boosted = { minTempC: 22, maxTempC: 22, shortfallFactor: 20 };
    const usual = { minTempC: 20, maxTempC: 21, shortfallFactor: 1 };
    expect(bands).toEqual([boosted, boosted, usual, usual]);
    expect(bandsOf({}).map((band) => band?.minTempC)).toEqual([62, 45, 45, 45]);
    expect(bandsOf({}).map((band) => band?.maxTempC)).toEqual([62, 60, 60, 60]);
  });
});

const hygiene = (fromMs: number, untilMs: number) => ({ hygiene: { fromMs, untilMs, tempC: 65 } });

describe("hygiene", () => {
  test.each([
    { rule: "the ends of slots within it, borders included", span: hygiene(hour(2), hour(3)), slots: [1, 2] },
    { rule: "not a slot that only begins in it", span: hygiene(hour(2) + 1, hour(3) - 1), slots: [] },
    { rule: "the last slot too", span: hygiene(hour(3.5), hour(4)), slots: [3] },
    { rule: "nothing where it reaches beyond the horizon", span: hygiene(hour(2), hour(4) + 1), slots: [] },
    { rule: "nothing where nobody asks", span: {}, slots: [] },
  ])("counts $rule", ({ span, slots }) => {
    const problem = house(span);
    expect(problem.tanks.map((tank) => hygieneSlots(problem, tank))).toEqual([slots]);
  });

  test("lets the tank be as hot as it asks while it may happen", () => {
    expect(bandsOf(hygiene(hour(2), hour(3))).map((band) => band?.maxTempC)).toEqual([62, 65, 65, 60]);
    expect(bandsOf({ ...hygiene(hour(2), hour(3)), maxTempC: 70 }).map((band) => band?.maxTempC)).toEqual(flat(4, 70));
  });
});
