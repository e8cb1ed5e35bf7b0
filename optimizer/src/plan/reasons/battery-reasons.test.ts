import type { HouseholdProblemInput } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import { aBattery, flat, householdOf, MIDNIGHT_MS, scheduleOf } from "../../../../tests/support/household-of.ts";
import { intentsOf } from "../intents.ts";

interface Day {
  readonly importPrice?: readonly number[];
  readonly exportPrice?: readonly number[];
  readonly loadKw?: readonly number[];
  readonly sunKw?: readonly number[];
  readonly chargeKw?: readonly number[];
  readonly dischargeKw?: readonly number[];
  readonly battery?: Partial<NonNullable<HouseholdProblemInput["batteries"]>[number]>;
  readonly house?: Partial<HouseholdProblemInput>;
}

/** The reasons of a battery's segments over four hours from midnight in Helsinki (22:00 UTC). */
function reasons(day: Day): string[] {
  const problem = householdOf(4, {
    timeZone: "Europe/Helsinki",
    slots: flat(4, 1).map((hours, k) => ({ startMs: MIDNIGHT_MS - 7_200_000 + k * 3_600_000, hours })),
    importPricePerKwh: [...(day.importPrice ?? [0.2, 0.3, 0.4, 0.5])],
    exportPricePerKwh: [...(day.exportPrice ?? [0.05, 0.06, 0.07, 0.08])],
    baseLoadKw: [...(day.loadKw ?? flat(4, 1))],
    pvArrays: [{ id: "roof", forecastKw: [...(day.sunKw ?? flat(4, 0))] }],
    batteries: [aBattery(day.battery)],
    ...day.house,
  });
  const { chargeKw = flat(4, 0), dischargeKw = flat(4, 0) } = day;
  const [device] = intentsOf(problem, scheduleOf(problem, { chargeKw, dischargeKw }), problem.importPricePerKwh);
  return (device?.segments ?? []).map(({ intent, reason }) => `${intent.kind}: ${reason}`);
}

/** Wanted at three. */
const goal = (soc: number) => ({ goals: [{ soc, atMs: MIDNIGHT_MS - 7_200_000 + 3 * 3_600_000 }] });

describe("charging", () => {
  test("for a dear hour names both prices and the hour", () => {
    expect(reasons({ chargeKw: [2, 0, 0, 0], dischargeKw: [0, 0, 1, 1] })[0]).toBe(
      "charge: Charging at 0.20 €/kWh: it replaces power at 0.45 €/kWh from 02:00.",
    );
  });
  test("for a sale says so", () => {
    const day = { chargeKw: [2, 0, 0, 0], dischargeKw: [0, 0, 0, 4], exportPrice: [0, 0, 0, 0.45] };
    expect(reasons(day)[0]).toBe("charge: Charging at 0.20 €/kWh: it is sold at 0.45 €/kWh from 03:00.");
  });
  test("for later than the plan's end names the worth of what is left", () => {
    expect(reasons({ chargeKw: [2, 0, 0, 0], battery: { endValuePerKwh: 0.25 } })[0]).toBe(
      "charge: Charging at 0.20 €/kWh: a kWh left in it at the end is worth 0.25 €/kWh.",
    );
  });
  test("without a better price to come only says what it costs", () => {
    expect(reasons({ chargeKw: [2, 0, 0, 0] })[0]).toBe("charge: Charging at 0.20 €/kWh.");
    const day = { chargeKw: [0, 0, 0, 2], dischargeKw: [1, 0, 0, 0], battery: { endValuePerKwh: 0.1 } };
    expect(reasons(day).at(-1)).toBe("charge: Charging at 0.50 €/kWh.");
  });
  test("from below its reserve", () => {
    expect(reasons({ chargeKw: [2, 0, 0, 0], dischargeKw: [0, 0, 0, 1], battery: { soc: 0.05 } })[0]).toBe(
      "charge: Charging at 0.20 €/kWh: it is below its reserve of 10 %.",
    );
  });
  test("while the grid pays", () => {
    const day = { importPrice: [-0.04, 0.3, 0.4, 0.5], chargeKw: [2, 0, 0, 0], dischargeKw: [0, 1, 0, 0] };
    expect(reasons(day)[0]).toBe(
      "charge: Charging at −0.04 €/kWh: the grid pays for taking power, and it replaces power at 0.30 €/kWh from 01:00.",
    );
  });
  test("beside sun counts the price of what is bought only", () => {
    const day = { sunKw: [2, 0, 0, 0], chargeKw: [3, 0, 0, 0], dischargeKw: [0, 0, 0, 1] };
    expect(reasons(day)[0]).toBe("charge: Charging at 0.20 €/kWh: it replaces power at 0.50 €/kWh from 03:00.");
  });
  test("with a part of the sun, while the rest is sold", () => {
    const day = { sunKw: [6, 0, 0, 0], chargeKw: [1, 0, 0, 0], dischargeKw: [0, 1, 0, 0] };
    expect(reasons(day)[0]).toBe(
      "charge: Storing part of the surplus sun, the rest is sold at 0.05 €/kWh: it replaces power at 0.30 €/kWh from 01:00.",
    );
  });
  test("names what is lost on the way, and speaks of no gain that the loss eats", () => {
    const lossy = { chargeEfficiency: 0.9, dischargeEfficiency: 0.9 };
    const day = { chargeKw: [2, 0, 0, 0], dischargeKw: [0, 0, 1, 0], battery: lossy };
    expect(reasons(day)[0]).toBe(
      "charge: Charging at 0.20 €/kWh: after 19 % loss it replaces power at 0.40 €/kWh from 02:00.",
    );
    expect(reasons({ ...day, importPrice: [0.33, 0.34, 0.4, 0.34] })[0]).toBe("charge: Charging at 0.33 €/kWh.");
  });
  test("for a goal, whether it is met or not", () => {
    expect(reasons({ chargeKw: [2, 0, 0, 0], battery: goal(0.7) })[0]).toBe(
      "charge: Charging for 03:00, when 70 % are wanted: these are the cheapest hours, at 0.20 €/kWh.",
    );
    expect(reasons({ chargeKw: [0, 2, 0, 0], battery: goal(0.8) })[1]).toBe(
      "charge: Charging at 0.30 €/kWh for 03:00, when 80 % are wanted: it will be 10 % short of that.",
    );
  });
  test("because somebody, or the battery itself, asked for it", () => {
    expect(reasons({ chargeKw: [2, 0, 0, 0], battery: { demandKw: [2, 0, 0, 0] } })[0]).toBe(
      "charge: Charging as asked for, at 0.20 €/kWh.",
    );
  });
  test("from below the reserve that is wished for", () => {
    expect(reasons({ chargeKw: [2, 0, 0, 0], battery: { soc: 0.3, reserveSoc: 0.4 } })[0]).toBe(
      "charge: Charging at 0.20 €/kWh: it is below its reserve of 40 %.",
    );
  });
  test("for what the last kWh left at the end is worth, where that falls step by step", () => {
    const endValueSteps = [
      { kwh: 6, pricePerKwh: 0.4 },
      { kwh: 4, pricePerKwh: 0.3 },
    ];
    const day = { chargeKw: [2, 0, 0, 0] };
    expect(reasons({ ...day, battery: { endValueSteps, soc: 0.5 } })[0]).toContain("at the end is worth 0.30 €/kWh");
    expect(reasons({ ...day, battery: { endValueSteps, soc: 0.4 } })[0]).toContain("at the end is worth 0.40 €/kWh");
    expect(reasons({ ...day, battery: { endValueSteps: [{ kwh: 5, pricePerKwh: 0.4 }] } })[0]).toBe(
      "charge: Charging at 0.20 €/kWh.",
    );
  });
  test("looks no further than the next charging", () => {
    const day = { chargeKw: [2, 0, 2, 0], dischargeKw: [0, 1, 0, 1] };
    expect(reasons(day).filter((each) => each.startsWith("charge"))).toEqual([
      "charge: Charging at 0.20 €/kWh: it replaces power at 0.30 €/kWh from 01:00.",
      "charge: Charging at 0.40 €/kWh: it replaces power at 0.50 €/kWh from 03:00.",
    ]);
  });
});

describe("giving", () => {
  test("to the house names what the grid would ask", () => {
    expect(reasons({ dischargeKw: [1, 1, 0, 0] })[0]).toBe(
      "selfUse: The battery covers the house: power from the grid costs 0.25 €/kWh.",
    );
  });
  test("to the grid names what it earns, and what fills the battery again", () => {
    const day = { dischargeKw: [4, 0, 0, 0], exportPrice: [0.5, 0.1, 0.1, 0.1] };
    expect(reasons(day)[0]).toBe("discharge: Selling from the battery at 0.50 €/kWh.");
    expect(reasons({ ...day, chargeKw: [0, 0, 2, 0] })[0]).toBe(
      "discharge: Selling from the battery at 0.50 €/kWh: it is filled again with power at 0.40 €/kWh from 02:00.",
    );
    expect(reasons({ ...day, sunKw: [0, 0, 3, 0], chargeKw: [0, 0, 2, 0] })[0]).toBe(
      "discharge: Selling from the battery at 0.50 €/kWh: it is filled again with sun that would earn 0.10 €/kWh from 02:00.",
    );
  });
  test("names the next filling only, not the one after it", () => {
    const day = { dischargeKw: [4, 0, 1, 0], exportPrice: [0.5, 0.1, 0.1, 0.1], chargeKw: [0, 2, 0, 2] };
    expect(reasons(day)[0]).toBe(
      "discharge: Selling from the battery at 0.50 €/kWh: it is filled again with power at 0.30 €/kWh from 01:00.",
    );
    const longer = { ...day, dischargeKw: [4, 0, 0, 0], chargeKw: [0, 1, 1, 0] };
    expect(reasons(longer)[0]).toContain("with power at 0.35 €/kWh from 01:00");
  });
  test("less than the house needs says for which hour the rest is kept", () => {
    const day = { loadKw: [3, 1, 1, 1], dischargeKw: [1, 0, 0, 1] };
    expect(reasons(day)[0]).toBe(
      "discharge: Giving 1.0 kW of the 3.0 kW the house needs at 0.20 €/kWh: the rest is kept for 03:00, when power costs 0.50 €/kWh.",
    );
    const alone = "discharge: Giving 1.0 kW of the 3.0 kW the house needs at 0.20 €/kWh.";
    expect(reasons({ ...day, dischargeKw: [1, 0, 0, 0] })[0]).toBe(alone);
    expect(reasons({ ...day, importPrice: [0.2, 0.3, 0.4, 0.15] })[0]).toBe(alone);
    expect(reasons({ ...day, exportPrice: flat(4, 0.6), dischargeKw: [1, 0, 0, 3] })[0]).toBe(alone);
  });
});

describe("keeping the highest power low", () => {
  const house = { site: { demandCharge: { pricePerKw: 8, meteringHours: 1 } } };
  const day = { loadKw: [5, 1, 1, 1], dischargeKw: [2, 0, 0, 0] };
  test("names it, and its price", () => {
    expect(reasons({ ...day, house })[0]).toBe(
      "discharge: Giving 2.0 kW of the 5.0 kW the house needs: it keeps the highest power at 3.0 kW, a kW more would cost 8.00 €.",
    );
  });
  test("is no reason in an hour below it, nor where the power is free", () => {
    expect(reasons({ ...day, loadKw: [5, 4, 1, 1], house })[0]).not.toContain("highest power");
    const free = { site: { demandCharge: { pricePerKw: 8, meteringHours: 1, aboveKw: 4 } } };
    expect(reasons({ ...day, house: free })[0]).not.toContain("highest power");
  });
});

describe("holding", () => {
  test("at the reserve", () => {
    expect(reasons({ battery: { reserveSoc: 0.5 } })[0]).toBe(
      "hold: Keeping its reserve of 50 %: power costs 0.35 €/kWh now.",
    );
  });
  test("for a dearer hour", () => {
    expect(reasons({ dischargeKw: [0, 0, 0, 1] })[0]).toBe(
      "hold: Keeping the charge for 03:00, when power costs 0.50 €/kWh; now power costs 0.30 €/kWh.",
    );
  });
  test("for a sale", () => {
    const day = { dischargeKw: [0, 0, 0, 4], exportPrice: [0, 0, 0, 0.7] };
    expect(reasons(day)[0]).toBe(
      "hold: Keeping the charge for 03:00, when it is sold at 0.70 €/kWh; now power costs 0.30 €/kWh.",
    );
  });
  test("because what is left at the end is worth more than what it saves now", () => {
    expect(reasons({ battery: { endValuePerKwh: 0.5 } })[0]).toBe(
      "hold: Keeping the charge: power costs 0.35 €/kWh now, and a kWh left in the battery at the end is worth 0.50 €/kWh.",
    );
  });
  test("without a reason in money only says what is the case", () => {
    expect(reasons({})[0]).toBe("hold: Resting with 50 %: power costs 0.35 €/kWh now.");
  });
  test("while the sun is fed in", () => {
    const sunny = { sunKw: [3, 3, 3, 3], exportPrice: [0.2, 0.01, 0.01, 0.01] };
    expect(reasons({ ...sunny, chargeKw: [0, 2, 2, 0] })[0]).toBe(
      "hold: Feeding in the surplus sun at 0.20 €/kWh: the battery is filled with sun that would earn 0.01 €/kWh from 01:00.",
    );
    expect(reasons({ ...sunny, sunKw: [3, 0, 0, 0], chargeKw: [0, 0, 2, 0] })[0]).toBe(
      "hold: Feeding in the surplus sun at 0.20 €/kWh: the battery is filled with power at 0.40 €/kWh from 02:00.",
    );
    expect(reasons({ sunKw: flat(4, 3), exportPrice: flat(4, 0.2) })[0]).toBe(
      "hold: Feeding in the surplus sun at 0.20 €/kWh: the battery needs no more than its 50 %.",
    );
  });
  test("because somebody asked", () => {
    const untilMs = MIDNIGHT_MS - 7_200_000 + 5_400_000;
    const overrides = [{ kind: "batteryHold" as const, deviceId: "battery", untilMs }];
    expect(reasons({ house: { overrides } })[0]).toBe("hold: Resting until 01:30, as asked for.");
  });
});

describe("self-use", () => {
  test("that stores", () => {
    const day = { sunKw: [3, 0, 0, 0], chargeKw: [2, 0, 0, 0], dischargeKw: [0, 0, 0, 1] };
    expect(reasons(day)[0]).toBe(
      "selfUse: Storing surplus sun that would earn 0.05 €/kWh: it replaces power at 0.50 €/kWh from 03:00.",
    );
    expect(reasons({ ...day, exportPrice: flat(4, -0.05) })[0]).toBe(
      "selfUse: Storing surplus sun that would cost 0.05 €/kWh to feed in: it replaces power at 0.50 €/kWh from 03:00.",
    );
  });
  test("that stores and gives", () => {
    const day = { sunKw: [3, 0, 0, 0], chargeKw: [2, 0, 0, 0], dischargeKw: [0, 1, 1, 1] };
    expect(reasons(day)).toEqual([
      "selfUse: The battery stores surplus sun that would earn 0.05 €/kWh, and gives it back to the house: power from the grid costs 0.40 €/kWh.",
    ]);
  });
  test("tells of what self-use does, not of a little that is planned beyond it", () => {
    expect(reasons({ chargeKw: [0.15, 0, 0, 0], battery: { soc: 0.1 } })[0]).toBe(
      "selfUse: The battery is at its reserve of 10 %; it stores sun as soon as there is more than the house takes.",
    );
  });
  test("that has nothing to do", () => {
    expect(reasons({ battery: { soc: 0.1 } })[0]).toBe(
      "selfUse: The battery is at its reserve of 10 %; it stores sun as soon as there is more than the house takes.",
    );
    expect(reasons({ battery: { soc: 1 }, sunKw: flat(4, 2) })[0]).toBe(
      "selfUse: The battery is full; surplus sun is fed in at 0.07 €/kWh.",
    );
    expect(reasons({ sunKw: flat(4, 1) })[0]).toBe(
      "selfUse: Sun and house are in balance at 50 %; the battery evens out what differs.",
    );
  });
});
