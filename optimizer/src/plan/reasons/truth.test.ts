import type { HouseholdProblem, IntentSegment, Schedule } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  aBattery,
  aCar,
  aHeatPump,
  anAppliance,
  aZone,
  householdOf,
  MIDNIGHT_MS,
  scheduleOf,
} from "../../../../tests/support/household-of.ts";
import { intentsOf } from "../intents.ts";

/** Quarter-hours from midnight, in UTC: a time of day is a slot. */
const COUNT = 8;
const SLOT_MS = 900_000;
const series = (min: number, max: number, step: number) =>
  fc.array(
    fc.integer({ min: Math.round(min / step), max: Math.round(max / step) }).map((count) => count * step),
    { minLength: COUNT, maxLength: COUNT },
  );
/** Often nothing, so that there are stretches; what is left is a power that counts. */
const powers = (maxKw: number) =>
  series(-maxKw, maxKw, 0.25).map((all) => all.map((kw) => (Math.abs(kw) < maxKw / 3 ? 0 : kw)));

/** A night without sun in a house with everything, in which the devices do anything at all: sentences must be true even of bad plans. */
const anyNight = fc
  .record({
    prices: series(0.05, 0.6, 0.01),
    feedIn: series(-0.05, 0.5, 0.01),
    batteryKw: powers(4),
    carKw: powers(8).map((all) => all.map((kw) => Math.max(0, kw))),
    boilerKw: powers(6).map((all) => all.map((kw) => Math.max(0, kw))),
    pumpKw: powers(3).map((all) => all.map((kw) => Math.max(0, kw))),
    efficiency: fc.constantFrom(0.8, 0.9, 0.95, 1),
    goalSoc: fc.integer({ min: 30, max: 100 }).map((percent) => percent / 100),
    goalSlot: fc.integer({ min: 1, max: COUNT }),
    away: series(0, 3, 1).map((all) => all.map((each) => each > 0)),
    start: fc.integer({ min: 0, max: COUNT - 2 }),
    fuelPrice: fc.integer({ min: 2, max: 30 }).map((cents) => cents / 100),
  })
  .map((night) => {
    const problem = householdOf(COUNT, {
      slots: night.prices.map((_, k) => ({ startMs: MIDNIGHT_MS + k * SLOT_MS, hours: 0.25 })),
      importPricePerKwh: night.prices,
      exportPricePerKwh: night.feedIn,
      batteries: [
        aBattery({
          capacityKwh: 20,
          chargeEfficiency: night.efficiency,
          dischargeEfficiency: night.efficiency,
          maxChargeKw: 4,
          maxDischargeKw: 4,
        }),
      ],
      evs: [
        aCar(COUNT, {
          capacityKwh: 15,
          connected: night.away,
          goals: [{ soc: night.goalSoc, atMs: MIDNIGHT_MS + night.goalSlot * SLOT_MS }],
        }),
      ],
      zones: [aZone(COUNT)],
      heatPumps: [aHeatPump(COUNT, { tankId: undefined })],
      appliances: [
        anAppliance(COUNT, {
          runHours: 0.375,
          window: { fromMs: MIDNIGHT_MS, untilMs: MIDNIGHT_MS + COUNT * SLOT_MS },
        }),
      ],
      boilers: [
        {
          id: "boiler",
          zoneIds: ["living"],
          maxHeatKw: Array.from({ length: COUNT }, () => 8),
          fuelPricePerKwh: night.prices.map(() => night.fuelPrice),
        },
      ],
    });
    const schedule = scheduleOf(problem, {
      chargeKw: night.batteryKw.map((kw) => Math.max(0, kw)),
      dischargeKw: night.batteryKw.map((kw) => Math.max(0, -kw)),
      carChargeKw: night.carKw.map((kw, k) => (night.away[k] ? kw : 0)),
      boilerSpaceKw: night.boilerKw,
      spaceKw: night.pumpKw,
      applianceKw: problem.slots.map((_, k) => (k === night.start ? 1.2 : k === night.start + 1 ? 0.6 : 0)),
    });
    return { problem, schedule };
  });

interface Told {
  readonly problem: HouseholdProblem;
  readonly schedule: Schedule;
  readonly deviceId: string;
  readonly first: number;
  readonly last: number;
  readonly segment: IntentSegment;
}

const at = (values: readonly number[] | undefined, k: number): number => values?.[k] ?? Number.NaN;
const range = (from: number, until: number): number[] =>
  Array.from({ length: Math.max(0, until - from) }, (_, i) => from + i);
const figure = (text: string | undefined): number => Number((text ?? "").replace("−", "-"));
const slotOf = (time: string | undefined): number => Number(time?.slice(0, 2)) * 4 + Number(time?.slice(3)) / 15;
/** Two decimals are shown. */
const isShownAs = (value: number, shown: string | undefined): void =>
  expect(Math.abs(value - figure(shown)), `${value} is told as ${shown}`).toBeLessThan(0.00501);

const meanBy = (weights: readonly (readonly [value: number, weight: number])[]): number => {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return weights.reduce((sum, [value, weight]) => sum + value * weight, 0) / total;
};

const flowOf = ({ schedule, deviceId }: Told) =>
  [...schedule.batteries, ...schedule.evs].find(({ id }) => id === deviceId) ?? schedule.evs[0];

/** What a run of a slot and a half that begins in a slot would pay to the grid, per kWh. */
const runPrice = ({ problem }: Told, start: number): number =>
  (at(problem.importPricePerKwh, start) + at(problem.importPricePerKwh, start + 1) / 2) / 1.5;

/** Sentences with figures, and what each figure must be. Whatever is said in one of these forms is checked. */
const CLAIMS: readonly (readonly [RegExp, (told: Told, words: RegExpMatchArray) => void])[] = [
  [
    /^Charging (?:.*, )?at ([−\d.]+) €/,
    (told, [, price]) => {
      const flow = flowOf(told);
      const paid = range(told.first, told.last + 1).map(
        (k) => [at(told.problem.importPricePerKwh, k), at(flow?.chargeKw, k)] as const,
      );
      isShownAs(meanBy(paid), price);
    },
  ],
  [
    /^Charging .*: (?:after (\d+) % loss )?it (replaces power|is sold) at ([−\d.]+) €\/kWh from ([\d:]+)/,
    (told, [, loss, verb, price, time]) => {
      const { problem, schedule, last } = told;
      const flow = flowOf(told);
      const later = range(last + 1, COUNT);
      const from = later.find((k) => at(flow?.dischargeKw, k) > 0) ?? COUNT;
      const until = later.find((k) => k > from && at(flow?.chargeKw, k) > 0) ?? COUNT;
      expect(slotOf(time)).toBe(from);
      const sold = (k: number) => Math.min(at(flow?.dischargeKw, k), at(schedule.exportKw, k));
      const parts = range(from, until).map((k) =>
        verb === "is sold"
          ? ([at(problem.exportPricePerKwh, k), sold(k)] as const)
          : ([at(problem.importPricePerKwh, k), at(flow?.dischargeKw, k) - sold(k)] as const),
      );
      isShownAs(meanBy(parts), price);
      const efficiency = problem.batteries[0]?.chargeEfficiency ?? 1;
      expect(Number(loss ?? 0)).toBe(Math.round((1 - efficiency * efficiency) * 100));
    },
  ],
  [
    /it will be (\d+) % short of that/,
    ({ problem, schedule }, [, percent]) => {
      const [goal] = problem.evs[0]?.goals ?? [];
      const missing = (goal?.soc ?? 0) - at(schedule.evs[0]?.soc, ((goal?.atMs ?? 0) - MIDNIGHT_MS) / SLOT_MS);
      expect(Math.abs(100 * missing - Number(percent))).toBeLessThanOrEqual(0.5001);
    },
  ],
  [
    /for ([\d:]+), when (\d+) % are wanted/,
    ({ problem, schedule, first, last }, [, time, percent]) => {
      const [goal] = problem.evs[0]?.goals ?? [];
      expect(MIDNIGHT_MS + slotOf(time) * SLOT_MS).toBe(goal?.atMs);
      expect(Number(percent)).toBe(Math.round((goal?.soc ?? 0) * 100));
      const end = Math.min(last + 1, slotOf(time));
      const gained = at(schedule.evs[0]?.soc, end) - at(schedule.evs[0]?.soc, first);
      expect(at(schedule.evs[0]?.soc, slotOf(time)) - gained).toBeLessThan(goal?.soc ?? 0);
    },
  ],
  [
    /for ([\d:]+), .*these are the cheapest hours/,
    ({ problem, schedule, first }, [, time]) => {
      const chargeKw = schedule.evs[0]?.chargeKw;
      const before = range(first, slotOf(time));
      const left = before.filter((k) => problem.evs[0]?.connected[k] && at(chargeKw, k) === 0);
      const used = before.filter((k) => at(chargeKw, k) > 0);
      expect(left.length).toBeGreaterThan(0);
      const prices = (slots: readonly number[]) => slots.map((k) => at(problem.importPricePerKwh, k));
      expect(Math.max(...prices(used))).toBeLessThanOrEqual(Math.min(...prices(left)) + 0.0051);
    },
  ],
  [
    /^Waiting until ([\d:]+): power costs ([−\d.]+) €\/kWh now, charging then costs ([−\d.]+) €/,
    (told, [, time, , price]) => {
      const flow = flowOf(told);
      const next = range(told.last + 1, COUNT).find((k) => at(flow?.chargeKw, k) > 0) ?? COUNT;
      expect(slotOf(time)).toBe(next);
      const end = range(next, COUNT).find((k) => at(flow?.chargeKw, k) === 0) ?? COUNT;
      const paid = range(next, end).map((k) => [at(told.problem.importPricePerKwh, k), at(flow?.chargeKw, k)] as const);
      isShownAs(meanBy(paid), price);
    },
  ],
  [
    /(?:Waiting|Running) until ([\d:]+).* a start at ([\d:]+) would cost ([−\d.]+) €\/kWh/,
    (told, [, , start, price]) => isShownAs(runPrice(told, slotOf(start)), price),
  ],
  [
    /a start at ([\d:]+) would cost .*, the dearest/,
    (told, [, start]) => {
      for (const other of range(0, COUNT - 1))
        expect(runPrice(told, other)).toBeLessThanOrEqual(runPrice(told, slotOf(start)) + 1e-9);
    },
  ],
  [
    /^Heating at ([−\d.]+) €\/kWh of heat/,
    ({ problem }, [, price]) =>
      isShownAs(at(problem.boilers[0]?.fuelPricePerKwh, 0) / (problem.boilers[0]?.efficiency ?? 1), price),
  ],
  [
    /^Heating at ([−\d.]+) €\/kWh of heat: with the heat pump it would cost ([−\d.]+) €/,
    (_, [, own, pump]) => expect(figure(pump)).toBeGreaterThan(figure(own)),
  ],
  [
    /^Off: its heat would cost ([−\d.]+) €\/kWh, that of the heat pump costs ([−\d.]+) €/,
    (_, [, own, pump]) => expect(figure(own)).toBeGreaterThan(figure(pump)),
  ],
  [
    /^Heating from ([\d.]+) °C to ([\d.]+) °C/,
    ({ schedule, first, last }, [, from, to]) => {
      expect(Math.abs(at(schedule.zones[0]?.tempC, first) - figure(from))).toBeLessThan(0.0501);
      expect(Math.abs(at(schedule.zones[0]?.tempC, last + 1) - figure(to))).toBeLessThan(0.0501);
    },
  ],
];

const seen = new Set<RegExp>();

test("what a sentence says in figures follows from the plan, whatever the plan", () => {
  fc.assert(
    fc.property(anyNight, ({ problem, schedule }) => {
      const intents = intentsOf(problem, schedule, problem.importPricePerKwh);
      for (const { deviceId, segments } of intents)
        for (const segment of segments) {
          const slot = (ms: number) => Math.round((ms - MIDNIGHT_MS) / SLOT_MS);
          const [first, last] = [slot(segment.startMs), slot(segment.endMs) - 1];
          for (const [form, check] of CLAIMS) {
            const words = segment.reason.match(form);
            if (!words) continue;
            seen.add(form);
            check({ problem, schedule, deviceId, first, last, segment }, words);
          }
        }
    }),
    { numRuns: 200 },
  );
  // A form that no plan brings out would prove nothing.
  expect(CLAIMS.map(([form]) => form).filter((form) => !seen.has(form))).toEqual([]);
}, 30_000);
