import { HouseholdProblem, type Schedule, type Slot } from "@ohmstead/contract";
import fc from "fast-check";
import { completeEndValues } from "../../optimizer/src/domain/end-values.ts";
import { rulesSchedule } from "../../optimizer/src/plan/rules-schedule.ts";
import { anySlots, decimal, each, some } from "./any-household/figures.ts";
import { anyBoiler, anyHeatPump, anyImmersionHeater, anyTank, anyZone } from "./any-household/heat.ts";
import { hostileFrom } from "./any-household/hostile.ts";
import { anyAppliance, anyInverters, anyOverrides, anyPrices, anyPvArray, anySite } from "./any-household/site.ts";
import { anyBattery, anyCar } from "./any-household/storages.ts";

const anyInput = anySlots.chain((slots) =>
  fc
    .record({
      zones: some(["living", "attic"], (id) => anyZone(id, slots.length)),
      tanks: some(["water", "buffer"], (id) => anyTank(id, slots)),
      batteries: some(["battery", "garage"], (id) => anyBattery(id, slots)),
      pvArrays: some(["roof", "shed"], (id) => anyPvArray(id, slots.length)),
    })
    .chain(({ zones, tanks, batteries, pvArrays }) => {
      const count = slots.length;
      const zoneIds = zones.map(({ id }) => id);
      const tankIds = tanks.map(({ id }) => id);
      const batteryIds = batteries.map(({ id }) => id);
      const canHeat = zoneIds.length + tankIds.length > 0;
      return fc.record({
        currency: fc.constant("EUR"),
        timeZone: fc.constantFrom("UTC", "Europe/Helsinki"),
        slots: fc.constant(slots),
        prices: anyPrices(count),
        site: anySite(count),
        baseLoadKw: each(count, decimal(0, 4, 0.1)),
        outdoorTempC: each(count, decimal(-20, 25, 0.5)),
        sun: anyInverters(pvArrays, batteryIds),
        batteries: fc.constant(batteries),
        evs: some(["car", "van"], (id) => anyCar(id, slots)),
        zones: fc.constant(zones),
        tanks: fc.constant(tanks),
        heatPumps: canHeat
          ? some(["pump", "annex"], (id) => anyHeatPump(id, count, zoneIds, tankIds))
          : fc.constant([]),
        boilers: some(["boiler", "stove"], (id) => anyBoiler(id, count, zoneIds, tankIds)),
        immersionHeaters: tankIds.length
          ? some(["upper", "lower"], (id) => anyImmersionHeater(id, tankIds))
          : fc.constant([]),
        appliances: some(["dishwasher", "pool"], (id) => anyAppliance(id, slots)),
        overrides: anyOverrides({ batteries: batteryIds, zones: zoneIds, tanks: tankIds }, slots[0]?.startMs ?? 0),
        keepUnlessGain: fc.constantFrom(0, 0.02, 1),
      });
    })
    .map(({ prices, sun, ...rest }) => ({ ...rest, ...prices, ...sun })),
);

/** What was in force before: this house's own rules as they would have been a slot ago, or the plan of a house that had no devices yet. */
function previousOf(problem: HouseholdProblem, kind: "rules" | "empty"): { slots: Slot[]; schedule: Schedule } {
  const earlierMs = Math.round((problem.slots[0]?.hours ?? 0) * 3_600_000);
  const slots = problem.slots.map(({ startMs, hours }) => ({ startMs: startMs - earlierMs, hours }));
  if (kind === "rules") return { slots, schedule: rulesSchedule(problem) };
  const nothing = { pvArrays: [], batteries: [], evs: [], zones: [], tanks: [], heatPumps: [], boilers: [] };
  return {
    slots,
    schedule: {
      importKw: [...problem.baseLoadKw],
      exportKw: slots.map(() => 0),
      ...nothing,
      immersionHeaters: [],
      appliances: [],
    },
  };
}

/**
 * Small random households, valid by the contract and with every end value filled in: zero to two devices of each kind with few or many of their
 * settings, states inside and outside their limits, tariffs with negative prices and with export above import, slots of mixed lengths, site
 * limits and demand charges, overrides, and now and then a plan before.
 */
export const anyHousehold: fc.Arbitrary<HouseholdProblem> = fc
  .tuple(
    anyInput,
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom("rules" as const, "empty" as const) },
    ),
  )
  .map(([input, before]) => {
    const problem = completeEndValues(HouseholdProblem.parse(input));
    return before ? { ...problem, previous: previousOf(problem, before) } : problem;
  });

/** Inputs as they may come over the wire: households spoilt in one to three places, most of them invalid, some at the edge of what can be. */
export const anyHostileInput: fc.Arbitrary<unknown> = hostileFrom(
  fc.tuple(anyInput, fc.constantFrom("EUR", "HUF", "JPY", "CZK")).map(([input, currency]) => ({ ...input, currency })),
);
