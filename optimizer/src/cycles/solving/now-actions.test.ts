import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { expect, test } from "vitest";
import {
  aBattery,
  aCar,
  aHeatPump,
  aTank,
  aZone,
  anAppliance,
  flat,
  hourSlots,
  householdOf,
  scheduleOf,
} from "../../../../tests/support/household-of.ts";
import { planningGrid } from "../../domain/slots.ts";
import { changedActions, slotsOfNow } from "./now-actions.ts";

const COUNT = 4;
const problem: HouseholdProblem = householdOf(COUNT, {
  baseLoadKw: flat(COUNT, 0.6),
  batteries: [aBattery({ soc: 0.5 })],
  zones: [aZone(COUNT)],
  tanks: [aTank(COUNT)],
  heatPumps: [aHeatPump(COUNT)],
  appliances: [anAppliance(COUNT)],
});

const first = (kw: number): number[] => [kw, 0, 0, 0];
const changed = (now: Schedule, then: Schedule, of = problem): string[] =>
  changedActions(of, now, { slots: of.slots, schedule: then }).map(({ deviceId }) => deviceId);
const schedule = (wanted: Parameters<typeof scheduleOf>[1]): Schedule => scheduleOf(problem, wanted);

test("now are the slots that begin within a quarter of an hour", () => {
  expect(slotsOfNow(hourSlots(4))).toEqual([0]);
  expect(slotsOfNow(planningGrid(Date.UTC(2024, 0, 5, 10, 2), 48))).toEqual([0, 1, 2, 3]);
});

test.each<[string, Parameters<typeof scheduleOf>[1], Parameters<typeof scheduleOf>[1], readonly string[]]>([
  ["nothing runs in either", {}, {}, []],
  ["charges as before", { chargeKw: first(2) }, { chargeKw: first(2.15) }, []],
  ["charges at another power", { chargeKw: first(2) }, { chargeKw: first(3) }, ["battery"]],
  ["charges instead of resting", { chargeKw: first(2) }, {}, ["battery"]],
  ["discharges instead of charging", { dischargeKw: first(2) }, { chargeKw: first(2) }, ["battery"]],
  ["only later is different", { chargeKw: [0, 0, 3, 0] }, {}, []],
  ["the heat pump runs instead of resting", { spaceKw: first(1) }, {}, ["pump"]],
  ["the heat pump makes water instead of room heat", { waterKw: first(1) }, { spaceKw: first(1) }, ["pump"]],
])("%s", (_, now, then, expected) => {
  expect(changed(schedule(now), schedule(then))).toEqual(expected);
});

test("a battery that follows the house goes on doing so, whatever the load", () => {
  const more: HouseholdProblem = { ...problem, baseLoadKw: flat(COUNT, 1.1) };
  const now = scheduleOf(more, { dischargeKw: first(1.1) });
  expect(changed(now, schedule({ dischargeKw: first(0.6) }), more)).toEqual([]);
  // Not one that feeds in.
  expect(changed(scheduleOf(more, { dischargeKw: first(3) }), schedule({ dischargeKw: first(0.6) }), more)).toEqual([
    "battery",
  ]);
});

test("an appliance has changed when its start has, however far off", () => {
  const now = schedule({});
  const runsIn = (slots: readonly number[]): Schedule => ({
    ...now,
    appliances: now.appliances.map(({ id }) => ({
      id,
      powerKw: problem.slots.map((_, k) => (slots.includes(k) ? 1.2 : 0)),
    })),
  });
  expect(changed(runsIn([2, 3]), runsIn([2, 3]))).toEqual([]);
  expect(changed(runsIn([1, 2]), runsIn([2, 3]))).toEqual(["dishwasher"]);
});

test("a device that the previous plan did not know has not changed, nor has any when that plan is over", () => {
  const withCar = householdOf(COUNT, { batteries: [aBattery({ soc: 0.5 })], evs: [aCar(COUNT)] });
  const without = householdOf(COUNT, { batteries: [aBattery({ soc: 0.5 })] });
  const now = scheduleOf(withCar, { chargeKw: first(2) });
  expect(
    changed(
      { ...now, evs: now.evs.map((ev) => ({ ...ev, chargeKw: first(3) })) },
      scheduleOf(without, { chargeKw: first(2) }),
      withCar,
    ),
  ).toEqual([]);
  const over = problem.slots.map((slot) => ({ ...slot, startMs: slot.startMs - 100 * 3_600_000 }));
  expect(changedActions(problem, schedule({ chargeKw: first(2) }), { slots: over, schedule: schedule({}) })).toEqual(
    [],
  );
});
