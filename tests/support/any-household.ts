import { HouseholdProblem, type HouseholdProblemInput, MS_PER_HOUR } from "@ohmstead/contract";
import fc from "fast-check";
import { completeEndValues } from "../../optimizer/src/domain/end-values.ts";

/** Figures with few digits, so that a counterexample can be read. */
const decimal = (min: number, max: number, step = 0.01): fc.Arbitrary<number> =>
  fc
    .integer({ min: Math.round(min / step), max: Math.round(max / step) })
    .map((count) => Math.round(count * step * 1e6) / 1e6);

const each = (count: number, value: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(value, { minLength: count, maxLength: count });

/**
 * Prices as people know them: a day-ahead market, plunges below zero, a feed-in tariff above the import price, a flat
 * tariff.
 */
const anyPrices = (count: number): fc.Arbitrary<{ importPricePerKwh: number[]; exportPricePerKwh: number[] }> =>
  fc.oneof(
    each(count, decimal(-0.1, 0.6)).map((prices) => ({
      importPricePerKwh: prices,
      exportPricePerKwh: prices.map((price) => Math.round((price - 0.08) * 100) / 100),
    })),
    fc.record({
      importPricePerKwh: each(count, decimal(-0.4, 0.5)),
      exportPricePerKwh: each(count, decimal(-0.2, 0.3)),
    }),
    decimal(0.05, 0.4).chain((price) =>
      fc.constant({
        importPricePerKwh: Array.from({ length: count }, () => price),
        exportPricePerKwh: Array.from({ length: count }, () => 0.08),
      }),
    ),
  );

const anyBattery = (id: string) =>
  fc.record({
    id: fc.constant(id),
    capacityKwh: decimal(2, 15, 0.5),
    soc: decimal(0, 1),
    minSoc: decimal(0, 0.3, 0.05),
    maxSoc: decimal(0.7, 1, 0.05),
    maxChargeKw: decimal(0, 6, 0.5),
    maxDischargeKw: decimal(0, 6, 0.5),
    chargeEfficiency: decimal(0.8, 1),
    dischargeEfficiency: decimal(0.8, 1),
    wearPricePerKwh: decimal(0, 0.05),
  });

const anyPvArray = (id: string, count: number) =>
  fc.record({ id: fc.constant(id), forecastKw: each(count, decimal(0, 8, 0.1)), curtailable: fc.boolean() });

const anyZone = (id: string, count: number) =>
  fc
    .record({ min: decimal(18, 21, 0.5), width: decimal(1, 4, 0.5), night: each(count, decimal(0, 1, 0.5)) })
    .chain(({ min, width, night }) =>
      fc.record({
        id: fc.constant(id),
        tempC: decimal(15, 25, 0.1),
        heatCapacityKwhPerK: decimal(2, 15, 0.5),
        heatLossKwPerK: decimal(0.05, 0.4),
        gainsKw: each(count, decimal(0, 2, 0.1)),
        comfortMinTempC: fc.constant(night.map((drop) => min - drop)),
        comfortMaxTempC: fc.constant(night.map(() => min + width)),
        discomfortPricePerKelvinHour: decimal(0.1, 1, 0.1),
      }),
    );

const anyTank = (id: string, count: number) =>
  fc.record({
    id: fc.constant(id),
    tempC: decimal(30, 70, 0.5),
    heatCapacityKwhPerK: decimal(0.1, 0.6),
    heatLossKwPerK: fc.oneof(fc.constant(0), decimal(0.001, 0.005, 0.001)),
    ambientTempC: decimal(5, 25, 1),
    drawKw: each(count, fc.oneof(fc.constant(0), decimal(0, 3, 0.1))),
    minTempC: each(count, fc.constantFrom(42, 45, 48)),
    maxTempC: fc.constantFrom(55, 60, 65),
    hardMaxTempC: fc.constantFrom(65, 75, 80),
  });

const anyHeatPump = (id: string, count: number, zoneIds: readonly string[], tankIds: readonly string[]) =>
  fc.record(
    {
      id: fc.constant(id),
      zoneId: fc.constantFrom(...zoneIds),
      maxPowerKw: each(count, decimal(0, 5, 0.5)),
      copSpace: each(count, decimal(1.5, 5, 0.1)),
      copWater: each(count, decimal(1.2, 3.5, 0.1)),
      changePricePerKw: decimal(0, 0.02, 0.005),
      previousKw: decimal(0, 4, 0.5),
      ...(tankIds.length > 0 ? { tankId: fc.constantFrom(...tankIds) } : {}),
    },
    { requiredKeys: ["id", "zoneId", "maxPowerKw", "copSpace", "copWater", "changePricePerKw", "previousKw"] },
  );

const anyImmersionHeater = (id: string, tankIds: readonly string[]) =>
  fc.record({ id: fc.constant(id), tankId: fc.constantFrom(...tankIds), powerKw: decimal(0, 3, 0.5) });

/** One device of a kind for each id, from none to all. */
const some = <T>(ids: readonly string[], device: (id: string) => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.integer({ min: 0, max: ids.length }).chain((count) => fc.tuple(...ids.slice(0, count).map(device)));

const anyOverrides = (ids: { batteries: string[]; zones: string[]; tanks: string[] }, startMs: number) => {
  const untilMs = fc.integer({ min: 0, max: 48 }).map((count) => startMs + count * 300_000);
  const kinds: fc.Arbitrary<NonNullable<HouseholdProblemInput["overrides"]>[number]>[] = [
    ...ids.batteries.map((deviceId) =>
      fc.record({ kind: fc.constant("batteryHold" as const), deviceId: fc.constant(deviceId), untilMs }),
    ),
    ...ids.zones.map((deviceId) =>
      fc.record({
        kind: fc.constant("boostHeat" as const),
        deviceId: fc.constant(deviceId),
        untilMs,
        tempC: fc.constantFrom(22, 23.5),
      }),
    ),
    ...ids.tanks.map((deviceId) =>
      fc.record({
        kind: fc.constant("boostWater" as const),
        deviceId: fc.constant(deviceId),
        untilMs,
        tempC: fc.constantFrom(55, 62),
      }),
    ),
  ];
  return kinds.length > 0 ? fc.array(fc.oneof(...kinds), { maxLength: 2 }) : fc.constant([]);
};

/** Slots of mixed lengths, one to eight of them, that begin on some 5 minutes of a day. */
const anySlots = fc
  .tuple(
    fc.integer({ min: 0, max: 24 * 12 }),
    fc.array(fc.constantFrom(1 / 12, 0.25, 0.5, 1), { minLength: 1, maxLength: 8 }),
  )
  .map(([first, lengths]) => {
    let startMs = Date.UTC(2024, 0, 5) + first * 300_000;
    return lengths.map((hours) => {
      const slot = { startMs, hours };
      startMs += Math.round(hours * MS_PER_HOUR);
      return slot;
    });
  });

/**
 * Small random households, valid by the contract and with every `endValuePerKwh` filled in: zero to two devices of each
 * kind, states inside and outside their limits, tariffs with negative prices and with export above import, site limits,
 * overrides.
 */
export const anyHousehold: fc.Arbitrary<HouseholdProblem> = anySlots
  .chain((slots) =>
    fc
      .record({
        zones: some(["living", "attic"], (id) => anyZone(id, slots.length)),
        tanks: some(["water", "buffer"], (id) => anyTank(id, slots.length)),
        batteries: some(["battery", "garage"], anyBattery),
        pvArrays: some(["roof", "shed"], (id) => anyPvArray(id, slots.length)),
      })
      .chain(({ zones, tanks, batteries, pvArrays }) => {
        const zoneIds = zones.map(({ id }) => id);
        const tankIds = tanks.map(({ id }) => id);
        return fc.record({
          currency: fc.constant("EUR"),
          timeZone: fc.constantFrom("UTC", "Europe/Helsinki"),
          slots: fc.constant(slots),
          prices: anyPrices(slots.length),
          site: fc.record(
            { importLimitKw: decimal(2, 17, 0.5), exportLimitKw: decimal(0, 6, 0.5) },
            { requiredKeys: [] },
          ),
          baseLoadKw: each(slots.length, decimal(0, 4, 0.1)),
          outdoorTempC: each(slots.length, decimal(-20, 25, 0.5)),
          pvArrays: fc.constant(pvArrays),
          batteries: fc.constant(batteries),
          zones: fc.constant(zones),
          tanks: fc.constant(tanks),
          heatPumps: zoneIds.length
            ? some(["pump", "annex"], (id) => anyHeatPump(id, slots.length, zoneIds, tankIds))
            : fc.constant([]),
          immersionHeaters: tankIds.length
            ? some(["upper", "lower"], (id) => anyImmersionHeater(id, tankIds))
            : fc.constant([]),
          overrides: anyOverrides(
            { batteries: batteries.map(({ id }) => id), zones: zoneIds, tanks: tankIds },
            slots[0]?.startMs ?? 0,
          ),
        });
      }),
  )
  .map(({ prices, ...rest }) => completeEndValues(HouseholdProblem.parse({ ...rest, ...prices })));
