import { type HouseholdProblemInput, Intent } from "@ohmstead/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyHousehold } from "../../../../tests/support/any-household.ts";
import {
  aBattery,
  flat,
  householdOf,
  MIDNIGHT_MS,
  scheduleOf,
  type WantedPowers,
} from "../../../../tests/support/household-of.ts";
import { rulesSchedule } from "../rules-schedule.ts";
import { batteryRuns, batterySlots } from "./battery-runs.ts";

/** The intents of a battery in a house with this load and sun, as text: "charge 3 → 0.8 [0-1]". */
function modes(
  loadKw: readonly number[],
  sunKw: readonly number[],
  wanted: WantedPowers,
  parts: Partial<NonNullable<HouseholdProblemInput["batteries"]>[number]> = {},
  house: Partial<HouseholdProblemInput> = {},
): string[] {
  const problem = householdOf(loadKw.length, {
    baseLoadKw: [...loadKw],
    // Prices differ from hour to hour unless a test says otherwise: then a pause means something.
    importPricePerKwh: loadKw.map((_, k) => 0.2 + 0.01 * k),
    pvArrays: [{ id: "roof", forecastKw: [...sunKw] }],
    batteries: [aBattery(parts)],
    ...house,
  });
  const battery = problem.batteries[0];
  if (!battery) throw new Error("no battery");
  const runs = batteryRuns(battery, batterySlots(problem, scheduleOf(problem, wanted), battery));
  return runs.map(({ intent, first, last }) => {
    const figures = "untilSoc" in intent ? ` ${intent.kw} → ${intent.untilSoc}` : "";
    return `${intent.kind}${figures} [${first}-${last}]`;
  });
}

describe("giving", () => {
  test.each<{ rule: string; loadKw: number; sunKw?: number; giveKw: number; soc?: number; mode: string }>([
    { rule: "what the house needs", loadKw: 2, giveKw: 2, mode: "selfUse" },
    { rule: "what it needs beyond its sun", loadKw: 2, sunKw: 1.5, giveKw: 0.5, mode: "selfUse" },
    { rule: "a little less or more than it needs", loadKw: 2, giveKw: 2.05, mode: "selfUse" },
    { rule: "all it can into a larger load", loadKw: 8, giveKw: 5, soc: 0.9, mode: "selfUse" },
    { rule: "the last it has", loadKw: 2, giveKw: 1, soc: 0.2, mode: "selfUse" },
    { rule: "more than the house needs: it sells", loadKw: 2, giveKw: 4, mode: "discharge 4 → 0.1" },
    { rule: "while the sun covers the house: it sells", loadKw: 1, sunKw: 3, giveKw: 2, mode: "discharge 2 → 0.3" },
    { rule: "far less than the house needs: it saves", loadKw: 3, giveKw: 1, mode: "discharge 1 → 0.4" },
    { rule: "most of what the house needs", loadKw: 3, giveKw: 2.2, mode: "selfUse" },
  ])("$rule", ({ loadKw, sunKw = 0, giveKw, soc = 0.5, mode }) => {
    expect(modes([loadKw], [sunKw], { dischargeKw: [giveKw] }, { soc })).toEqual([`${mode} [0-0]`]);
  });
});

describe("taking", () => {
  test.each<{ rule: string; loadKw: number; sunKw: number; takeKw: number; soc?: number; mode: string }>([
    { rule: "the surplus of the sun", loadKw: 1, sunKw: 4, takeKw: 3, mode: "selfUse" },
    { rule: "all it can of a larger surplus", loadKw: 1, sunKw: 8, takeKw: 5, soc: 0.2, mode: "selfUse" },
    { rule: "what still fits of a surplus", loadKw: 1, sunKw: 4, takeKw: 1, soc: 0.9, mode: "selfUse" },
    { rule: "from the grid at night, as fast as it can", loadKw: 1, sunKw: 0, takeKw: 3, mode: "charge 5 → 0.8" },
    { rule: "clearly more than the surplus", loadKw: 1, sunKw: 2, takeKw: 3, mode: "charge 3 → 0.8" },
    { rule: "a crumb more than the surplus", loadKw: 1, sunKw: 4, takeKw: 3.05, mode: "selfUse" },
    { rule: "a small part of a surplus that is sold", loadKw: 1, sunKw: 5, takeKw: 1, mode: "charge 1 → 0.6" },
  ])("$rule", ({ loadKw, sunKw, takeKw, soc = 0.5, mode }) => {
    expect(modes([loadKw], [sunKw], { chargeKw: [takeKw] }, { soc })).toEqual([`${mode} [0-0]`]);
  });
});

describe("resting", () => {
  test.each<{ rule: string; loadKw: number; sunKw: number; soc?: number; mode: string }>([
    { rule: "though the house needs power", loadKw: 1, sunKw: 0, mode: "hold" },
    { rule: "though there is surplus", loadKw: 1, sunKw: 3, mode: "hold" },
    { rule: "because there is neither need nor surplus", loadKw: 1, sunKw: 1, mode: "selfUse" },
    { rule: "because it is at its reserve", loadKw: 1, sunKw: 0, soc: 0.1, mode: "selfUse" },
    { rule: "but for the last hundredth", loadKw: 1, sunKw: 0, soc: 0.105, mode: "selfUse" },
    { rule: "below its reserve", loadKw: 1, sunKw: 0, soc: 0.05, mode: "selfUse" },
    { rule: "because it is full", loadKw: 1, sunKw: 3, soc: 1, mode: "selfUse" },
    { rule: "full, though the house needs power", loadKw: 1, sunKw: 0, soc: 1, mode: "hold" },
  ])("$rule", ({ loadKw, sunKw, soc = 0.5, mode }) => {
    expect(modes([loadKw], [sunKw], {}, { soc })).toEqual([`${mode} [0-0]`]);
  });

  test("at its last hundredth, even in a slot so short that this is much power", () => {
    const slots = [{ startMs: MIDNIGHT_MS, hours: 1 / 12 }];
    expect(modes([1], [0], {}, { soc: 0.108 }, { slots })).toEqual(["selfUse [0-0]"]);
    expect(modes([1], [0], {}, { soc: 0.115 }, { slots })).toEqual(["hold [0-0]"]);
    expect(modes([0], [1], {}, { soc: 0.992 }, { slots })).toEqual(["selfUse [0-0]"]);
    expect(modes([0], [1], {}, { soc: 0.985 }, { slots })).toEqual(["hold [0-0]"]);
  });

  test("because a person asked for it, even where self-use would rest as well", () => {
    const overrides = [{ kind: "batteryHold" as const, deviceId: "battery", untilMs: MIDNIGHT_MS + 1 }];
    expect(modes([1, 1], [1, 1], {}, {}, { overrides })).toEqual(["hold [0-0]", "selfUse [1-1]"]);
  });
});

describe("segments", () => {
  const night = [1, 1, 1, 1];
  const dark = flat(4, 0);
  test("of about the same power are one, with the mean by time, until the soc at the end", () => {
    expect(modes(night, dark, { dischargeKw: [2, 2.4, 0, 0] }, { soc: 0.9 })).toEqual([
      "discharge 2.2 → 0.46 [0-1]",
      "hold [2-3]",
    ]);
    expect(modes(night, dark, { chargeKw: [1, 1.4, 1.2, 3] }, { soc: 0.2 })).toEqual([
      "charge 1.2 → 0.86 [0-2]",
      "charge 5 → 0.86 [3-3]",
    ]);
    const uneven = { slots: [0.25, 1].map((hours, k) => ({ startMs: MIDNIGHT_MS + k * 900_000, hours })) };
    expect(modes([1, 1], [0, 0], { dischargeKw: [2, 2.4] }, {}, uneven)).toEqual(["discharge 2.3 → 0.21 [0-1]"]);
  });

  test("of another power are apart, but go for the same soc", () => {
    expect(modes(night, dark, { chargeKw: [1, 2, 0, 1] }, { soc: 0.2 })).toEqual([
      "charge 1 → 0.5 [0-0]",
      "charge 5 → 0.5 [1-1]",
      "hold [2-2]",
      "charge 5 → 0.6 [3-3]",
    ]);
  });

  test("say a soc that leaves room for the planned energy, within the battery's limits", () => {
    expect(modes([1], [0], { chargeKw: [0.333] })).toEqual(["charge 5 → 0.54 [0-0]"]);
    expect(modes([1], [0], { dischargeKw: [2.333] })).toEqual(["discharge 2.3 → 0.26 [0-0]"]);
    expect(modes([1], [0], { chargeKw: [3.95] }, { maxSoc: 0.895 })).toEqual(["charge 5 → 0.895 [0-0]"]);
    expect(modes([1], [0], { dischargeKw: [3.85] }, { minSoc: 0.115 })).toEqual(["discharge 3.9 → 0.115 [0-0]"]);
  });

  test("a pause before giving at the same price is none; at another price it is", () => {
    const wanted = { dischargeKw: [0, 0, 1, 1] };
    const prices = (importPricePerKwh: number[]) => modes(night, dark, wanted, {}, { importPricePerKwh });
    expect(prices([0.3, 0.3, 0.3, 0.3])).toEqual(["selfUse [0-3]"]);
    expect(prices([0.2, 0.3, 0.3, 0.3])).toEqual(["hold [0-0]", "selfUse [1-3]"]);
    expect(prices([0.2, 0.2, 0.3, 0.3])).toEqual(["hold [0-1]", "selfUse [2-3]"]);
  });

  test("a pause after giving stays: the rest is kept", () => {
    const importPricePerKwh = flat(4, 0.3);
    expect(modes(night, dark, { dischargeKw: [1, 1, 0, 0] }, {}, { importPricePerKwh })).toEqual([
      "selfUse [0-1]",
      "hold [2-3]",
    ]);
  });

  test("a wait is not broken to give a trifle, nor self-use to keep one", () => {
    const waits = (loadKw: number) => modes([1, loadKw, 1, 1], dark, { dischargeKw: [0, loadKw, 0, 1] });
    expect(waits(0.15)).toEqual(["hold [0-2]", "selfUse [3-3]"]);
    expect(waits(0.5)).toEqual(["hold [0-0]", "selfUse [1-1]", "hold [2-2]", "selfUse [3-3]"]);
    const serves = (loadKw: number) => modes([1, loadKw, 1, 1], dark, { dischargeKw: [1, 0, 1, 0] });
    expect(serves(0.15)).toEqual(["selfUse [0-2]", "hold [3-3]"]);
    expect(serves(0.5)).toEqual(["selfUse [0-0]", "hold [1-1]", "selfUse [2-2]", "hold [3-3]"]);
    // Little is left of it: there is nothing worth keeping, however large the load.
    expect(modes([2, 2, 2, 2], dark, { dischargeKw: [2, 0.05, 0.05, 0] }, { soc: 0.318 })).toEqual(["selfUse [0-3]"]);
  });

  test("two batteries: each sees what the other leaves", () => {
    const problem = householdOf(1, {
      baseLoadKw: [3],
      batteries: [aBattery(), aBattery({ id: "garage" })],
    });
    const schedule = scheduleOf(problem, { dischargeKw: [3] });
    const kinds = problem.batteries.map(
      (battery) => batteryRuns(battery, batterySlots(problem, schedule, battery))[0]?.intent.kind,
    );
    expect(kinds).toEqual(["selfUse", "selfUse"]);
  });
});

describe("the end of a charge", () => {
  const night = [1, 1, 1, 1];
  const dark = flat(4, 0);
  test("keeps the power of the charge where less would do, and ends by its soc", () => {
    expect(modes(night, dark, { chargeKw: [3, 3, 1.7, 0] }, { soc: 0.1, maxChargeKw: 3 })).toEqual([
      "charge 3 → 0.87 [0-2]",
      "hold [3-3]",
    ]);
    // However little is left when the plan is made anew: the order stays the same.
    expect(modes([1], [0], { chargeKw: [0.4] }, { soc: 0.83, maxChargeKw: 3 })).toEqual(["charge 3 → 0.87 [0-0]"]);
  });

  test("begins where the price stays the same: there what is planned slower may be taken at once, but not before the sun", () => {
    const wanted = { chargeKw: [1.5, 3, 0, 0] };
    const at = (importPricePerKwh: number[], sunKw = dark) =>
      modes(night, sunKw, wanted, { soc: 0.1 }, { importPricePerKwh });
    expect(at(flat(4, 0.2))).toEqual(["charge 5 → 0.55 [0-1]", "hold [2-3]"]);
    expect(at([0.21, 0.2, 0.2, 0.2])).toEqual(["charge 1.5 → 0.55 [0-0]", "charge 5 → 0.55 [1-1]", "hold [2-3]"]);
    expect(at(flat(4, 0.2), [0, 3, 0, 0])).toEqual(["charge 1.5 → 0.55 [0-0]", "charge 3 → 0.55 [1-1]", "hold [2-3]"]);
  });

  test("goes no faster than the connection leaves room for beside the house, in any of its slots", () => {
    const site = { importLimitKw: 4.57 };
    expect(modes([1], [0], { chargeKw: [2] }, {}, { site })).toEqual(["charge 3.5 → 0.7 [0-0]"]);
    expect(modes([1, 2], [0, 0], { chargeKw: [2, 1.8] }, {}, { site })).toEqual(["charge 2.5 → 0.88 [0-1]"]);
    // The mean of 2.2 kW would be too much beside the larger load.
    expect(modes([2, 2.6, 1], [0, 0, 0], { chargeKw: [2.4, 1.97, 3] }, { soc: 0.1 }, { site })).toEqual([
      "charge 1.9 → 0.84 [0-1]",
      "charge 3.5 → 0.84 [2-2]",
    ]);
    // A plan that is over the limit anyway is not made worse.
    expect(modes([4], [0], { chargeKw: [2] }, {}, { site })).toEqual(["charge 2 → 0.7 [0-0]"]);
  });

  test("beside surplus sun keeps to the plan: it buys no more, and what may not be fed in finds room all the time", () => {
    expect(modes([1], [5], { chargeKw: [1] }, {}, { site: { exportLimitKw: 3 } })).toEqual(["charge 1 → 0.6 [0-0]"]);
    expect(modes([1, 1], [2, 0], { chargeKw: [3, 2.7] }, { soc: 0.2 })).toEqual(["charge 2.9 → 0.77 [0-1]"]);
  });

  const anyNight = fc.integer({ min: 1, max: 6 }).chain((count) => {
    const each = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: count, maxLength: count });
    const share = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
    return fc.record({ importLimitKw: fc.integer({ min: 3, max: 12 }), loadKw: each(share), shares: each(share) });
  });
  test("never takes the house over its import limit, whatever is planned; nor do two batteries together", () => {
    fc.assert(
      fc.property(anyNight, fc.integer({ min: 1, max: 2 }), ({ importLimitKw, loadKw, shares }, count) => {
        const batteries = ["battery", "garage"]
          .slice(0, count)
          .map((id) => aBattery({ id, soc: 0.1, capacityKwh: 40 }));
        const problem = householdOf(loadKw.length, { baseLoadKw: loadKw, site: { importLimitKw }, batteries });
        const chargeKw = loadKw.map((kw, k) => Math.min(5, ((importLimitKw - kw) * (shares[k] ?? 0)) / count));
        const alone = scheduleOf(problem, { chargeKw });
        const [first] = alone.batteries;
        const schedule = {
          ...alone,
          importKw: loadKw.map((kw, k) => kw + count * (chargeKw[k] ?? 0)),
          batteries: alone.batteries.map(({ id, soc }) => ({
            dischargeKw: flat(loadKw.length, 0),
            chargeKw,
            soc: first?.soc ?? soc,
            id,
          })),
        };
        const takenKw = [...loadKw];
        for (const battery of problem.batteries)
          for (const { intent, first: from, last } of batteryRuns(battery, batterySlots(problem, schedule, battery)))
            if (intent.kind === "charge") for (let k = from; k <= last; k++) takenKw[k] = (takenKw[k] ?? 0) + intent.kw;
        for (const kw of takenKw) expect(kw).toBeLessThanOrEqual(importLimitKw + 1e-6);
      }),
    );
  });
});

describe("a battery that may not do everything", () => {
  test("takes nothing but sun: what is planned is left to self-use, or to rest, whichever comes nearer", () => {
    const sunOnly = { mayChargeFromGrid: false };
    expect(modes([1], [5], { chargeKw: [1] }, sunOnly)).toEqual(["hold [0-0]"]);
    expect(modes([1], [5], { chargeKw: [2.5] }, sunOnly)).toEqual(["selfUse [0-0]"]);
    expect(modes([1], [5], { chargeKw: [1] }, sunOnly, { site: { exportLimitKw: 3 } })).toEqual(["selfUse [0-0]"]);
    expect(modes([1], [5], { dischargeKw: [3] }, sunOnly)).toEqual(["discharge 3 → 0.2 [0-0]"]);
  });
  test("gives nothing to the grid: the same", () => {
    const houseOnly = { mayExport: false };
    expect(modes([4], [0], { dischargeKw: [1] }, houseOnly)).toEqual(["hold [0-0]"]);
    expect(modes([4], [0], { dischargeKw: [2.5] }, houseOnly)).toEqual(["selfUse [0-0]"]);
    expect(modes([1], [0], { chargeKw: [3] }, houseOnly)).toEqual(["charge 5 → 0.8 [0-0]"]);
  });
  test("runs with its least power or not at all", () => {
    const stages = {
      chargeStages: [
        { kw: 1.24, efficiency: 0.9 },
        { kw: 5, efficiency: 0.9 },
      ],
    };
    expect(modes([1], [3], { chargeKw: [1.24] }, stages)).toEqual(["charge 1.3 → 0.63 [0-0]"]);
    expect(modes([5], [0], { dischargeKw: [1.24] }, { minDischargeKw: 1.24 })).toEqual(["discharge 1.3 → 0.37 [0-0]"]);
  });
  test("sees limits that change from slot to slot", () => {
    const site = { importLimitPerSlotKw: [4, 6] };
    expect(modes([1, 1], [0, 0], { chargeKw: [1, 1] }, { soc: 0.2 }, { site })).toEqual(["charge 3 → 0.4 [0-1]"]);
    const charged = modes([1, 1], [0, 0], { chargeKw: [1, 0] }, { chargeLimitKw: [2, 2] });
    expect(charged).toEqual(["charge 2 → 0.6 [0-0]", "hold [1-1]"]);
  });
});

test("a battery behind an inverter that is full cannot do what self-use would: there is nothing to hold", () => {
  const hybrid = { id: "hybrid", pvArrayIds: ["roof"], batteryIds: ["battery"], maxToHouseKw: 3, maxFromHouseKw: 5 };
  const pvArrays = [{ id: "roof", forecastKw: [3], curtailable: true }];
  const inverters = (maxToHouseKw: number) => [{ ...hybrid, maxToHouseKw }];
  expect(modes([5], [3], {}, {}, { pvArrays, inverters: inverters(3) })).toEqual(["selfUse [0-0]"]);
  expect(modes([5], [3], {}, {}, { pvArrays, inverters: inverters(5) })).toEqual(["hold [0-0]"]);
});

describe("a move of less than 2 % of the battery", () => {
  const quarter = { slots: [{ startMs: MIDNIGHT_MS, hours: 0.25 }] };
  test.each<{ rule: string; loadKw: number; sunKw: number; chargeKw?: number; dischargeKw?: number; soc?: number }>([
    { rule: "buys while the house needs power: it rests", loadKw: 1, sunKw: 0, chargeKw: 0.7 },
    { rule: "stores a crumb of the sun: it rests", loadKw: 1, sunKw: 4, chargeKw: 0.7 },
    { rule: "gives a crumb of what the house needs: it rests", loadKw: 4, sunKw: 0, dischargeKw: 0.7 },
    { rule: "sells while there is surplus: it rests", loadKw: 1, sunKw: 2, dischargeKw: 0.7 },
  ])("that $rule", ({ loadKw, sunKw, soc = 0.5, ...powers }) => {
    const wanted = { chargeKw: [powers.chargeKw ?? 0], dischargeKw: [powers.dischargeKw ?? 0] };
    expect(modes([loadKw], [sunKw], wanted, { soc }, quarter)).toEqual(["hold [0-0]"]);
  });

  test("is left to self-use where that comes nearer to the plan than rest", () => {
    expect(modes([0], [0.5], { chargeKw: [0.7] }, {}, quarter)).toEqual(["selfUse [0-0]"]);
    expect(modes([0.4], [0], { dischargeKw: [0.7] }, {}, quarter)).toEqual(["selfUse [0-0]"]);
    // At its reserve, or a hair above it, self-use rests as well.
    for (const soc of [0.1, 0.106])
      expect(modes([1], [0], { chargeKw: [0.7] }, { soc }, quarter)).toEqual(["selfUse [0-0]"]);
  });

  test("counts by the whole run: 2 % are a mode, though no slot of it moves as much", () => {
    const slots = [0, 1].map((k) => ({ startMs: MIDNIGHT_MS + k * 900_000, hours: 0.25 }));
    const run = (kw: number) => modes([1, 1], [0, 0], { chargeKw: [kw, kw] }, {}, { slots });
    expect(run(0.4)).toEqual(["charge 5 → 0.52 [0-1]"]);
    expect(run(0.39)).toEqual(["hold [0-1]"]);
  });

  test("is a mode where the house would otherwise be over a limit of its connection", () => {
    const over = { ...quarter, site: { importLimitKw: 6, exportLimitKw: 3 } };
    expect(modes([6.6], [0], { dischargeKw: [0.6] }, {}, over)).toEqual(["discharge 0.6 → 0.48 [0-0]"]);
    expect(modes([1], [4.6], { chargeKw: [0.6] }, {}, over)).toEqual(["charge 0.6 → 0.52 [0-0]"]);
    expect(modes([5.9], [0], { dischargeKw: [0.6] }, {}, over)).toEqual(["hold [0-0]"]);
  });

  test("does not touch what a person asked for", () => {
    const slots = [0, 1].map((k) => ({ startMs: MIDNIGHT_MS + k * 900_000, hours: 0.25 }));
    const overrides = [{ kind: "batteryHold" as const, deviceId: "battery", untilMs: MIDNIGHT_MS + 1 }];
    // Balanced house: rest would be self-use, were it not asked for.
    expect(modes([1, 1], [1, 1], { chargeKw: [0, 0.7] }, {}, { slots, overrides })).toEqual([
      "hold [0-0]",
      "selfUse [1-1]",
    ]);
  });
});

test("self-use by the rules is self-use to the reader, whatever the house", () => {
  fc.assert(
    fc.property(
      // With several batteries the first serves before the second: alone, none of them would do what it does. Nor do the rules know that
      // a battery behind the same inverter as the sun could store what would not pass it.
      anyHousehold.filter(
        ({ batteries, overrides, inverters }) =>
          batteries.length === 1 &&
          overrides.length === 0 &&
          inverters.every(({ pvArrayIds, batteryIds }) => pvArrayIds.length === 0 || batteryIds.length === 0),
      ),
      (problem) => {
        const [battery] = problem.batteries;
        const runs = battery && batteryRuns(battery, batterySlots(problem, rulesSchedule(problem), battery));
        expect(runs?.map(({ intent }) => intent)).toEqual([{ kind: "selfUse" }]);
      },
    ),
  );
});

test("intents keep the contract", () => {
  fc.assert(
    fc.property(anyHousehold, (problem) => {
      for (const battery of problem.batteries)
        for (const { intent } of batteryRuns(battery, batterySlots(problem, rulesSchedule(problem), battery)))
          expect(Intent.safeParse(intent).success).toBe(true);
    }),
  );
});
