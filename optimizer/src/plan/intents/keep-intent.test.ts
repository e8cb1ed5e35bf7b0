import type { Intent } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { aBattery, aCar, aZone, householdOf } from "../../../../tests/support/household-of.ts";
import type { BatterySlot } from "./battery-runs.ts";
import type { EvSlot } from "./ev-runs.ts";
import type { ZoneSlot } from "./heat-runs.ts";
import {
  batteryStillDoes,
  evStillDoes,
  keepOrder,
  pvStillDoes,
  relayStillDoes,
  tankStillDoes,
  zoneStillDoes,
} from "./keep-intent.ts";

const house = householdOf(1, {
  batteries: [aBattery({ capacityKwh: 10 })],
  evs: [aCar(1)],
  zones: [aZone(1)],
  pvArrays: [{ id: "roof", forecastKw: [5], curtailable: true }],
});
const first = <T>([device]: readonly T[]): T => {
  if (device === undefined) throw new RangeError("the house has none");
  return device;
};
const battery = first(house.batteries);
const car = first(house.evs);
const room = first(house.zones);

const slot = (changes: Partial<BatterySlot> = {}): BatterySlot => ({
  slot: 0,
  hours: 0.25,
  importPricePerKwh: 0.3,
  exportPricePerKwh: 0.1,
  netKw: 1,
  surplusSunKw: 0,
  chargeKw: 0,
  dischargeKw: 0,
  roomKw: 5,
  startSoc: 0.5,
  endSoc: 0.5,
  wouldChargeKw: 0,
  wouldDischargeKw: 1,
  wouldMove: true,
  isHeld: false,
  keepsLimit: false,
  takesSunOnly: false,
  servesHouseOnly: false,
  ...changes,
});

const charge = (kw: number, untilSoc: number): Intent => ({ kind: "charge", kw, untilSoc });
const hold: Intent = { kind: "hold" };
const selfUse: Intent = { kind: "selfUse" };

test.each<[rule: string, before: Intent, now: Intent, slot: BatterySlot, still: boolean]>([
  ["the same charge with a target further ahead", charge(3, 0.7), charge(3, 0.9), slot({ chargeKw: 3 }), true],
  ["a charge that is too quick", charge(5, 0.9), charge(1, 0.9), slot({ chargeKw: 1 }), false],
  ["a charge that reaches its target too early", charge(3, 0.51), charge(3, 0.9), slot({ chargeKw: 3 }), false],
  ["a charge whose end is a trifle away", charge(5, 0.505), hold, slot(), true],
  [
    "a charge beyond the room at the connection",
    charge(3, 0.9),
    charge(2.9, 0.9),
    slot({ chargeKw: 2.9, roomKw: 2.9 }),
    false,
  ],
  ["rest where self-use would rest as well", hold, selfUse, slot({ wouldDischargeKw: 0, wouldMove: false }), true],
  ["rest where a kilowatt is to be given", hold, selfUse, slot({ dischargeKw: 1 }), false],
  ["self-use where it rests", selfUse, hold, slot({ wouldDischargeKw: 0.1 }), true],
  ["self-use where the charge is kept for later", selfUse, hold, slot({ wouldDischargeKw: 1 }), false],
  ["anything but rest against a person's word", selfUse, hold, slot({ isHeld: true, wouldDischargeKw: 0 }), false],
  ["a charge for one that takes only sun", charge(1, 0.9), selfUse, slot({ chargeKw: 1, takesSunOnly: true }), false],
  ["another word at a limit of the connection", hold, selfUse, slot({ keepsLimit: true }), false],
])("a battery keeps %s: or not", (_rule, before, now, planned, still) => {
  expect(batteryStillDoes(battery)(before, now, [planned])).toBe(still);
});

test("many small differences of one sign add up", () => {
  const slots = Array.from({ length: 3 }, () => slot({ hours: 1 / 12, dischargeKw: 0.35 }));
  expect(batteryStillDoes(battery)(hold, selfUse, slots.slice(0, 1))).toBe(true);
  expect(batteryStillDoes({ ...battery, capacityKwh: 2 })(hold, selfUse, slots)).toBe(false);
});

test("a car that is away is only ever stopped", () => {
  const away: EvSlot = { ...slot(), isConnected: false };
  expect(evStillDoes(car)({ kind: "stop" }, { kind: "stop" }, [away])).toBe(true);
  expect(evStillDoes(car)(charge(0.1, 0.9), { kind: "stop" }, [away])).toBe(false);
});

const heat = (changes: Partial<ZoneSlot>): ZoneSlot => ({
  slot: 0,
  hours: 0.25,
  startTempC: 20,
  endTempC: 20,
  minTempC: 19,
  maxTempC: 23,
  isBoosted: false,
  pumpKw: 1,
  boilerKw: 0,
  heatKw: 3,
  share: 0.5,
  isHeating: true,
  holdShare: 0.5,
  pumpsRest: false,
  isFree: false,
  ...changes,
});
const setpoint = (tempC: number): Intent => ({ kind: "setpoint", tempC });
const heatTo = (tempC: number): Intent => ({ kind: "heatTo", tempC });

test.each<[rule: string, before: Intent, now: Intent, slot: ZoneSlot, still: boolean]>([
  ["a set-point nearby", setpoint(20.6), setpoint(21), heat({}), true],
  ["one that asks for another power", setpoint(20), setpoint(21), heat({}), false],
  ["a resting thermostat that sleeps", setpoint(18.5), setpoint(19.5), heat({ isHeating: false }), true],
  ["one that would wake", setpoint(19.8), setpoint(19), heat({ isHeating: false }), false],
  ["a figure beside a person's wish", setpoint(22.2), setpoint(22.5), heat({ isBoosted: true }), false],
])("a thermostat keeps %s: or not", (_rule, before, now, planned, still) => {
  expect(zoneStillDoes(room)(before, now, [planned])).toBe(still);
});

const offset = (offsetK: number): Intent => ({ kind: "offset", offsetK });
test.each<[rule: string, before: Intent, now: Intent, slot: ZoneSlot, still: boolean]>([
  ["an offset nearby", offset(0.2), offset(0.8), heat({}), true],
  ["one that asks for another power", offset(-1), offset(0), heat({}), false],
  ["one that lets it rest", offset(-2), offset(-1), heat({ isHeating: false }), true],
  ["a set-point where an offset is asked for", setpoint(20.5), offset(0), heat({}), false],
])("a heating curve keeps %s: or not", (_rule, before, now, planned, still) => {
  expect(zoneStillDoes(room)(before, now, [planned])).toBe(still);
});

const level = (each: "min" | "low" | "mid" | "max"): Intent => ({ kind: "level", level: each });
test.each<[rule: string, before: Intent, now: Intent, slot: ZoneSlot, still: boolean]>([
  ["normal where a little more is wanted", level("low"), level("mid"), heat({ share: 0.7 }), true],
  ["normal where much more is wanted", level("low"), level("mid"), heat({ share: 0.9 }), false],
  ["recommended where a little more is wanted", level("mid"), level("low"), heat({ share: 0.6 }), true],
  ["a block where it may work again", level("min"), level("low"), heat({ isHeating: false }), false],
  ["normal where it is to be blocked", level("low"), level("min"), heat({ isHeating: false }), false],
  ["what a person has forced", level("max"), level("mid"), heat({ share: 0.7 }), false],
])("a heat pump with levels keeps %s: or not", (_rule, before, now, planned, still) => {
  expect(zoneStillDoes(room)(before, now, [planned])).toBe(still);
});

test.each<[rule: string, before: Intent, now: Intent, endTempC: number, still: boolean]>([
  ["a target far ahead, whichever", heatTo(56), heatTo(60), 50, true],
  ["one that is about to be reached", heatTo(52), heatTo(60), 51, false],
  ["one beyond a new target that is about to be reached", heatTo(60), heatTo(52), 51, false],
  ["a degree more or less", heatTo(60), heatTo(61), 60, true],
  ["heating where it is to rest", heatTo(60), { kind: "idle" }, 50, false],
])("a tank keeps %s: or not", (_rule, before, now, endTempC, still) => {
  expect(tankStillDoes(before, now, [heat({ endTempC, startTempC: endTempC - 1 })])).toBe(still);
});

test("a relay whose duty lies in the middle stays as it is", () => {
  const [on, off]: Intent[] = [{ kind: "on" }, { kind: "off" }];
  if (!on || !off) throw new Error("two orders");
  expect(relayStillDoes(off, on, [{ hours: 1, duty: 0.55 }])).toBe(true);
  expect(relayStillDoes(off, on, [{ hours: 1, duty: 0.8 }])).toBe(false);
  expect(relayStillDoes(on, off, [{ hours: 1, duty: 0.1 }])).toBe(false);
});

test("sun that is cut by a trifle is no new limit; sun that cannot be cut is free", () => {
  const pv = first(house.pvArrays);
  const limit: Intent = { kind: "limit", kw: 3 };
  expect(pvStillDoes(pv)(limit, limit, [{ hours: 1, forecastKw: 5, usedKw: 3.2 }])).toBe(true);
  expect(pvStillDoes(pv)(limit, { kind: "free" }, [{ hours: 1, forecastKw: 5, usedKw: 5 }])).toBe(false);
  const fixed = pvStillDoes({ ...pv, curtailable: false });
  expect(fixed(limit, { kind: "free" }, [{ hours: 1, forecastKw: 2, usedKw: 2 }])).toBe(false);
});

test("only the first order is kept, and only what it does in the next quarter of an hour counts", () => {
  const later = slot({ chargeKw: 5, hours: 1 });
  const slots = [slot(), later];
  const runs = [
    { first: 0, last: 1, intent: selfUse },
    { first: 2, last: 2, intent: hold },
  ];
  expect(keepOrder(runs, slots, hold, batteryStillDoes(battery))).toEqual([
    { first: 0, last: 1, intent: hold },
    runs[1],
  ]);
  expect(keepOrder(runs, [slot({ dischargeKw: 3 }), later], hold, batteryStillDoes(battery))).toEqual(runs);
  expect(keepOrder(runs, slots, undefined, batteryStillDoes(battery))).toEqual(runs);
});
