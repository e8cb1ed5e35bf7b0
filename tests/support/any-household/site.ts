import { MS_PER_HOUR, type Slot } from "@ohmstead/contract";
import fc from "fast-check";
import { anyMoment, anySpan, decimal, device, each, sometimes } from "./figures.ts";

export interface Prices {
  readonly importPricePerKwh: number[];
  readonly exportPricePerKwh: number[];
}

/**
 * Prices as people know them: a day-ahead market, plunges below zero, a feed-in tariff above the import price, a flat tariff; and once in a while
 * what nobody has seen yet.
 */
export const anyPrices = (count: number): fc.Arbitrary<Prices> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: each(count, decimal(-0.1, 0.6)).map((prices) => ({
        importPricePerKwh: prices,
        exportPricePerKwh: prices.map((price) => Math.round((price - 0.08) * 100) / 100),
      })),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        importPricePerKwh: each(count, decimal(-0.4, 0.5)),
        exportPricePerKwh: each(count, decimal(-0.2, 0.3)),
      }),
    },
    {
      weight: 2,
      arbitrary: decimal(0.05, 0.4).map((price) => ({
        importPricePerKwh: Array.from({ length: count }, () => price),
        exportPricePerKwh: Array.from({ length: count }, () => 0.08),
      })),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        importPricePerKwh: each(count, fc.constantFrom(-50, -3, 0, 0.2, 4.1, 50)),
        exportPricePerKwh: each(count, fc.constantFrom(-50, -1, 0, 0.1, 5, 50)),
      }),
    },
  );

export const anySite = (count: number) =>
  device({
    importLimitKw: sometimes(decimal(0, 17, 0.5)),
    exportLimitKw: sometimes(decimal(0, 6, 0.5)),
    importLimitPerSlotKw: sometimes(each(count, decimal(0, 12, 0.5))),
    exportLimitPerSlotKw: sometimes(each(count, decimal(0, 6, 0.5))),
    demandCharge: sometimes(
      device({
        pricePerKw: decimal(0, 6, 0.5),
        aboveKw: sometimes(decimal(0, 4, 0.5)),
        meteringHours: sometimes(fc.constantFrom(1 / 12, 0.25, 0.5, 1)),
      }),
    ),
  });

export const anyPvArray = (id: string, count: number) =>
  fc.record({ id: fc.constant(id), forecastKw: each(count, decimal(0, 8, 0.1)), curtailable: fc.boolean() });

type Arrays = readonly { readonly id: string; readonly forecastKw: number[]; readonly curtailable: boolean }[];

/** Arrays and batteries behind one of two inverters, or none; arrays behind one can be curtailed. */
export const anyInverters = (pvArrays: Arrays, batteryIds: readonly string[]) => {
  const places = fc.array(fc.constantFrom(undefined, "hybrid", "second"), { minLength: 4, maxLength: 4 });
  const power = fc.oneof(fc.constant(0), decimal(0, 8, 0.5));
  return fc.tuple(places, each(2, power), each(2, power)).map(([place, toHouse, fromHouse]) => {
    const isUsed = (id: "hybrid" | "second") => place.includes(id);
    return {
      inverters: (["hybrid", "second"] as const).filter(isUsed).map((id, i) => ({
        id,
        pvArrayIds: pvArrays.filter((_, n) => place[n] === id).map((array) => array.id),
        batteryIds: batteryIds.filter((_, n) => place[2 + n] === id),
        maxToHouseKw: toHouse[i] ?? 0,
        maxFromHouseKw: fromHouse[i] ?? 0,
      })),
      pvArrays: pvArrays.map((array, n) => (place[n] ? { ...array, curtailable: true } : array)),
    };
  });
};

export const anyAppliance = (id: string, slots: readonly Slot[]) =>
  fc
    .tuple(anySpan(slots), fc.constantFrom(0.01, 0.25, 0.5, 0.8, 1, 3), anyMoment(slots), fc.nat({ max: 5 }))
    .chain(([window, runHours, momentMs, dice]) =>
      device({
        id: fc.constant(id),
        powerKw: decimal(0.1, 3, 0.1),
        runHours: fc.constant(runHours),
        singleBlock: sometimes(fc.boolean()),
        window: fc.constant(window),
        // It is running: it began before the first slot.
        startedMs: fc.constant(
          dice === 0
            ? Math.min(momentMs, slots[0]?.startMs ?? 0) - Math.round(runHours * 0.4 * MS_PER_HOUR)
            : undefined,
        ),
      }),
    );

export const anyOverrides = (
  ids: { readonly batteries: readonly string[]; readonly zones: readonly string[]; readonly tanks: readonly string[] },
  startMs: number,
) => {
  const untilMs = fc.integer({ min: 0, max: 48 }).map((count) => startMs + count * 300_000);
  const hold = ids.batteries.map((deviceId) =>
    fc.record({ kind: fc.constant("batteryHold" as const), deviceId: fc.constant(deviceId), untilMs }),
  );
  const boost = (kind: "boostHeat" | "boostWater", deviceIds: readonly string[], temps: readonly number[]) =>
    deviceIds.map((deviceId) =>
      fc.record({
        kind: fc.constant(kind),
        deviceId: fc.constant(deviceId),
        untilMs,
        tempC: fc.constantFrom(...temps),
      }),
    );
  const kinds = [
    ...hold,
    ...boost("boostHeat", ids.zones, [22, 23.5, 30]),
    ...boost("boostWater", ids.tanks, [55, 62, 90]),
  ];
  return kinds.length > 0 ? fc.array(fc.oneof(...kinds), { maxLength: 2 }) : fc.constant([]);
};
