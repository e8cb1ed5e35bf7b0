import type { Slot } from "@ohmstead/contract";
import fc from "fast-check";
import { anySpan, decimal, device, each, sometimes } from "./figures.ts";

const TOLD_AS = ["setpoint", "offset", "level"] as const;

export const anyZone = (id: string, count: number) =>
  fc
    .record({ min: decimal(18, 21, 0.5), width: decimal(0, 4, 0.5), night: each(count, decimal(0, 1, 0.5)) })
    .chain(({ min, width, night }) =>
      device({
        id: fc.constant(id),
        tempC: fc.oneof({ weight: 6, arbitrary: decimal(15, 25, 0.1) }, { weight: 1, arbitrary: decimal(-5, 45, 1) }),
        heatCapacityKwhPerK: fc.oneof(
          { weight: 8, arbitrary: decimal(2, 15, 0.5) },
          { weight: 1, arbitrary: fc.constantFrom(0.1, 0.5, 100) },
        ),
        heatLossKwPerK: fc.oneof(
          { weight: 8, arbitrary: decimal(0.05, 0.4) },
          { weight: 1, arbitrary: fc.constantFrom(0, 2) },
        ),
        mass: sometimes(
          device({
            tempC: decimal(15, 25, 0.1),
            heatCapacityKwhPerK: fc.constantFrom(0.5, 8, 40),
            heatLossKwPerK: sometimes(fc.constantFrom(0, 0.05)),
            couplingKwPerK: fc.constantFrom(0.05, 0.8, 5),
            gainShare: sometimes(fc.constantFrom(0, 0.3, 1)),
          }),
        ),
        gainsKw: each(count, decimal(0, 2, 0.1)),
        comfortMinTempC: fc.constant(night.map((drop) => min - drop)),
        comfortMaxTempC: fc.constant(night.map(() => min + width)),
        discomfortPricePerKelvinHour: decimal(0, 1, 0.1),
        discomfortFactorBeyond: sometimes(fc.constantFrom(1, 2, 10)),
        overheatPricePerKelvinHour: sometimes(decimal(0, 1, 0.1)),
        overheatFactorBeyond: sometimes(fc.constantFrom(1, 3)),
        endValuePerKwh: sometimes(decimal(-0.02, 0.1)),
        endReferenceTempC: sometimes(decimal(15, 25, 0.5)),
        toldAs: fc.constant(TOLD_AS[Math.round(min) % TOLD_AS.length]),
        plainTempC: fc.constant(min),
      }),
    );

export const anyTank = (id: string, slots: readonly Slot[]) =>
  fc.constantFrom(65, 75, 80).chain((hardMaxTempC) =>
    device({
      id: fc.constant(id),
      tempC: fc.oneof({ weight: 8, arbitrary: decimal(30, 70, 0.5) }, { weight: 1, arbitrary: decimal(5, 95, 1) }),
      heatCapacityKwhPerK: decimal(0.1, 0.6),
      heatLossKwPerK: fc.oneof(fc.constant(0), decimal(0.001, 0.005, 0.001)),
      ambientTempC: fc.oneof({ weight: 8, arbitrary: decimal(5, 25, 1) }, { weight: 1, arbitrary: fc.constant(90) }),
      drawKw: each(slots.length, fc.oneof(fc.constant(0), decimal(0, 3, 0.1))),
      minTempC: each(slots.length, fc.constantFrom(42, 45, 48)),
      maxTempC: fc.constantFrom(40, 55, 60, 65),
      hardMaxTempC: fc.constant(hardMaxTempC),
      hygiene: sometimes(
        fc
          .tuple(anySpan(slots), fc.constantFrom(55, 60, hardMaxTempC), sometimes(decimal(0, 2, 0.5)))
          .map(([span, tempC, pricePerKelvin]) =>
            pricePerKelvin === undefined ? { ...span, tempC } : { ...span, tempC, pricePerKelvin },
          ),
      ),
      endReferenceTempC: sometimes(decimal(40, 65, 5)),
    }),
  );

/** At least one room or the tank; rooms in any order. */
const anyRooms = (zoneIds: readonly string[], tankIds: readonly string[]) =>
  fc
    .record({
      zoneIds: fc.shuffledSubarray([...zoneIds]),
      tankId: tankIds.length > 0 ? sometimes(fc.constantFrom(...tankIds)) : fc.constant(undefined),
    })
    .map((heated) => {
      if (heated.zoneIds.length > 0 || heated.tankId !== undefined) return heated;
      return zoneIds.length > 0 ? { ...heated, zoneIds: [...zoneIds] } : { ...heated, tankId: tankIds[0] };
    });

export const anyHeatPump = (id: string, count: number, zoneIds: readonly string[], tankIds: readonly string[]) =>
  fc.tuple(anyRooms(zoneIds, tankIds), each(count, decimal(0, 5, 0.5))).chain(([heated, maxPowerKw]) =>
    device({
      id: fc.constant(id),
      zoneIds: fc.constant(heated.zoneIds),
      tankId: fc.constant(heated.tankId),
      maxPowerKw: fc.constant(maxPowerKw),
      minPowerKw: sometimes(decimal(0, 1, 0.1).map((share) => share * Math.max(...maxPowerKw))),
      copSpace: each(count, decimal(1.5, 5, 0.1)),
      copWater: each(count, decimal(1.2, 3.5, 0.1)),
      heatingLimitTempC: sometimes(decimal(-5, 20, 1)),
      lagHours: sometimes(fc.constantFrom(0.05, 0.25, 0.6, 3)),
      minRunHours: sometimes(fc.constantFrom(0.1, 0.25, 0.5, 1, 4)),
      minPauseHours: sometimes(fc.constantFrom(0.1, 0.25, 0.5, 1, 4)),
      startPrice: sometimes(decimal(0, 0.5, 0.1)),
      changePricePerKw: decimal(0, 0.02, 0.005),
      previousKw: decimal(0, 4, 0.5),
      previousHours: sometimes(fc.constantFrom(0, 0.1, 0.5, 3)),
    }),
  );

export const anyBoiler = (id: string, count: number, zoneIds: readonly string[], tankIds: readonly string[]) =>
  device({
    id: fc.constant(id),
    zoneIds: fc.shuffledSubarray([...zoneIds]),
    tankId: tankIds.length > 0 ? sometimes(fc.constantFrom(...tankIds)) : fc.constant(undefined),
    maxHeatKw: each(count, fc.constantFrom(0, 2, 12, 20)),
    fuelPricePerKwh: each(count, decimal(-0.05, 0.3)),
    efficiency: sometimes(decimal(0.6, 1.1)),
  });

export const anyImmersionHeater = (id: string, tankIds: readonly string[]) =>
  device({
    id: fc.constant(id),
    tankId: fc.constantFrom(...tankIds),
    powerKw: decimal(0, 3, 0.5),
    onOff: sometimes(fc.boolean()),
  });
