import type { HouseholdProblemInput } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import {
  aHeatPump,
  aTank,
  aZone,
  flat,
  householdOf,
  MIDNIGHT_MS,
  scheduleOf,
  type WantedPowers,
} from "../../../../tests/support/household-of.ts";
import { intentsOf } from "../intents.ts";

/** The reasons of a device's segments in a house of four hours from midnight. */
function reasonsOf(deviceId: string, wanted: WantedPowers, parts: Partial<HouseholdProblemInput> = {}): string[] {
  const problem = householdOf(4, {
    importPricePerKwh: [0.1, 0.1, 0.4, 0.4],
    zones: [aZone(4)],
    tanks: [aTank(4)],
    heatPumps: [aHeatPump(4)],
    immersionHeaters: [{ id: "immersion", tankId: "water", powerKw: 2 }],
    ...parts,
  });
  const intents = intentsOf(problem, scheduleOf(problem, wanted), flat(4, 0.15));
  return (intents.find((each) => each.deviceId === deviceId)?.segments ?? []).map(({ reason }) => reason);
}

const room = (spaceKw: readonly number[], parts: Partial<HouseholdProblemInput> = {}) =>
  reasonsOf("living", { spaceKw }, parts);

describe("a room", () => {
  test("heated before a dear hour", () => {
    expect(room([4, 4, 0, 0])).toEqual([
      "Heating from 21.0 °C to 22.0 °C at 0.10 €/kWh: power costs 0.40 €/kWh from 02:00.",
      "Heating from 22.0 °C to 23.0 °C at 0.10 €/kWh: power costs 0.40 €/kWh from 02:00.",
      "No heating needed: the room stays at 22.2 °C or above.",
    ]);
  });
  test("kept at the wish", () => {
    expect(room(flat(4, 1.05), { zones: [aZone(4, { tempC: 21.5 })] })[0]).toBe(
      "Keeping the room at 21.5 °C, at 0.25 €/kWh.",
    );
    expect(room(flat(4, 0.95), { zones: [aZone(4, { tempC: 20.6 })] })[0]).toBe(
      "Keeping the room at 20.5 °C, at 0.25 €/kWh: at least 20.5 °C is wished for.",
    );
  });
  test("kept at the wish that is closest, of wishes that change", () => {
    const zones = [aZone(4, { tempC: 20.6, comfortMinTempC: [19.5, 20.5, 19.5, 19.5] })];
    expect(room(flat(4, 0.95), { zones })[0]).toContain("at least 20.5 °C is wished for");
  });
  test("heated too little to keep its temperature", () => {
    expect(room(flat(4, 0.2))[0]).toBe(
      "Heating at 0.25 €/kWh, so that the room falls no lower than 19.9 °C: at least 20.5 °C is wished for.",
    );
  });
  test("heated because somebody asked", () => {
    const overrides = [
      { kind: "boostHeat" as const, deviceId: "living", untilMs: MIDNIGHT_MS + 7_200_000, tempC: 22.5 },
    ];
    expect(room([4, 4, 0, 0], { overrides })[0]).toBe("Heating to 22.5 °C as asked for, at 0.10 €/kWh.");
  });
  test("heated with sun", () => {
    const parts = { pvArrays: [{ id: "roof", forecastKw: [9, 0, 0, 0] }] };
    expect(room([4, 0, 0, 0], parts)[0]).toBe(
      "Heating from 21.0 °C to 22.0 °C with sun that would earn 0.05 €/kWh: power costs 0.30 €/kWh from 01:00.",
    );
    expect(room([4, 0, 0, 0], { ...parts, exportPricePerKwh: flat(4, -0.03) })[0]).toContain(
      "with sun that would cost 0.03 €/kWh to feed in",
    );
  });
  test("heated with what the house makes itself", () => {
    const parts = { pvArrays: [{ id: "roof", forecastKw: [5, 0, 0, 0] }] };
    expect(room([4, 0, 0, 0], parts)[0]).toContain("with the house's own power, worth 0.15 €/kWh");
  });
  test("resting until power is cheaper, warm enough or not", () => {
    expect(room([0, 0, 1, 0], { importPricePerKwh: [0.4, 0.4, 0.1, 0.1] })[0]).toBe(
      "Not heating while power costs 0.40 €/kWh: the room may fall to 20.3 °C, 20.5 °C is wished for.",
    );
    const warm = { zones: [aZone(4, { tempC: 22 })], importPricePerKwh: [0.4, 0.4, 0.1, 0.1] };
    expect(room([0, 0, 1, 0], warm)[0]).toBe(
      "Not heating until 02:00: power costs 0.40 €/kWh now and 0.10 €/kWh then; the room stays at 21.3 °C or above.",
    );
    expect(room([0, 0, 1, 0], { ...warm, pvArrays: [{ id: "roof", forecastKw: [0, 0, 4, 0] }] })[0]).toBe(
      "Not heating until 02:00: power costs 0.40 €/kWh now, then there is sun that would earn 0.05 €/kWh; the room stays at 21.3 °C or above.",
    );
  });
  test("resting because it is warm enough", () => {
    expect(room([0, 0, 1, 0], { zones: [aZone(4, { tempC: 22 })] })[0]).toBe(
      "Not heating until 02:00: the room stays at 21.3 °C or above.",
    );
  });
  test("resting though it gets too cold; nothing is said of a price while sun is fed in", () => {
    const parts = { zones: [aZone(4, { tempC: 20 })], pvArrays: [{ id: "roof", forecastKw: flat(4, 3) }] };
    expect(room([0, 0, 0, 0], parts)[0]).toBe("Not heating: the room may fall to 18.8 °C, 20.5 °C is wished for.");
  });
});

/** A pump in a warm house, while power always costs the same. */
const pump = (parts: Parameters<typeof aHeatPump>[1]) => ({
  heatPumps: [aHeatPump(4, parts)],
  zones: [aZone(4, { tempC: 22 })],
  importPricePerKwh: flat(4, 0.2),
});

describe("a heat pump with a rhythm of its own", () => {
  test("runs on because it has not run long enough", () => {
    expect(room([1.2, 1.2, 0, 0], pump({ minRunHours: 2 }))[0]).toMatch(
      /, at 0\.20 €\/kWh: the heat pump runs at least 2 h once started\.$/,
    );
    const started = { minRunHours: 2, previousKw: 1, previousHours: 1.75 };
    expect(room([1.2, 0, 0, 0], pump(started))[0]).toContain("runs at least 2 h");
    expect(room([1.2, 0, 0, 0], pump({ ...started, previousHours: 2 }))[0]).not.toContain("runs at least");
  });
  test("rests because it has not rested long enough", () => {
    const resting = { minPauseHours: 0.5, previousKw: 1 };
    expect(room([0, 0, 1, 0], pump(resting))[0]).toBe(
      "Not heating until 02:00: the heat pump rests at least 30 min once stopped; the room stays at 21.3 °C or above.",
    );
    expect(room([0, 0, 1, 0], pump({ minPauseHours: 0.5 }))[0]).not.toContain("rests at least");
  });
  test("goes on rather than start again", () => {
    const parts = pump({ startPrice: 0.25, previousKw: 1 });
    const [first, second] = room([1.1, 3, 3, 0], parts);
    expect(first).toContain("the heat pump goes on, for another start would cost 0.25 €");
    expect(second).not.toContain("another start");
  });
  test("may not heat while it is warm outdoors", () => {
    expect(room([0, 0, 0, 0], { ...pump({ heatingLimitTempC: 15 }), outdoorTempC: flat(4, 16) })[0]).toMatch(
      /^Not heating: it is warmer than 15\.0 °C outdoors; the room stays at /,
    );
  });
});

describe("water", () => {
  const hygiene = { tempC: 60, fromMs: MIDNIGHT_MS, untilMs: MIDNIGHT_MS + 4 * 3_600_000 };
  test("heated once against legionella", () => {
    expect(reasonsOf("water", { waterKw: [2.5, 0, 0, 0] }, { tanks: [aTank(4, { hygiene })] })[0]).toBe(
      "Heating water from 50.0 °C to 63.4 °C at 0.10 €/kWh: once until 04:00 it is to be 60.0 °C hot.",
    );
    const wished = { hygiene, minTempC: flat(4, 60) };
    expect(reasonsOf("water", { waterKw: [2.5, 0, 0, 0] }, { tanks: [aTank(4, wished)] })[0]).not.toContain(
      "once until",
    );
    expect(reasonsOf("water", { waterKw: [1, 0, 0, 0] }, { tanks: [aTank(4, { hygiene })] })[0]).not.toContain("once");
  });
  test("heated by the heat pump before a dear hour", () => {
    expect(reasonsOf("water", { waterKw: [1.5, 0, 0, 0] })[0]).toBe(
      "Heating water from 50.0 °C to 57.7 °C at 0.10 €/kWh: power costs 0.30 €/kWh from 01:00.",
    );
  });
  test("left to the immersion heater", () => {
    expect(reasonsOf("water", { immersionKw: [2, 0, 0, 0] })).toEqual([
      "Left to the immersion heater until 04:00: the water stays at 52.1 °C or above.",
    ]);
  });
});

const immersion = (wanted: WantedPowers, parts: Partial<HouseholdProblemInput> = {}) =>
  reasonsOf("immersion", wanted, parts);

describe("an immersion heater", () => {
  test("on while the grid pays", () => {
    expect(immersion({ immersionKw: [2, 0, 0, 0] }, { importPricePerKwh: [-0.05, 0.1, 0.1, 0.1] })[0]).toBe(
      "Heating water at −0.05 €/kWh: the grid pays for taking power.",
    );
  });
  test("on because the heat pump can no more, or just because", () => {
    expect(immersion({ immersionKw: [2, 0, 0, 0], spaceKw: [3.5, 0, 0, 0], waterKw: [0.5, 0, 0, 0] })[0]).toBe(
      "Heating water to 57.7 °C at 0.10 €/kWh: the heat pump is at its limit.",
    );
    expect(immersion({ immersionKw: [2, 0, 0, 0] })[0]).toBe("Heating water to 54.8 °C at 0.10 €/kWh.");
  });
  test("off beside a heat pump, and alone", () => {
    expect(immersion({})).toEqual(["Off: the heat pump makes hot water with less power."]);
    expect(immersion({}, { heatPumps: [], zones: [] })).toEqual(["Off: the water stays at 46.5 °C or above."]);
  });
  test("off though a little is planned", () => {
    expect(immersion({ immersionKw: [0.5, 0, 0, 0] })).toEqual([
      "Off: the plan wants it for less than half of the time.",
    ]);
  });
});

const roof = (forecastKw: readonly number[], usedKw: readonly number[], parts: Partial<HouseholdProblemInput> = {}) =>
  reasonsOf(
    "roof",
    { usedKw },
    { pvArrays: [{ id: "roof", forecastKw: [...forecastKw], curtailable: true }], ...parts },
  );

describe("the sun", () => {
  test("limited because feeding in costs", () => {
    expect(roof([4, 0, 0, 0], [1, 0, 0, 0], { exportPricePerKwh: flat(4, -0.05) })[0]).toBe(
      "Limited to 1.0 kW of 4.0 kW: feeding in would cost 0.05 €/kWh.",
    );
  });
  test("limited because the grid pays for its own power", () => {
    const importPricePerKwh = [-0.1, 0.1, 0.1, 0.1];
    expect(roof([1, 0, 0, 0], [0, 0, 0, 0], { importPricePerKwh })[0]).toBe(
      "Limited to 0.0 kW of 1.0 kW: the grid pays 0.10 €/kWh for taking its power instead.",
    );
  });
  test("limited because the connection is full", () => {
    expect(roof([6, 0, 0, 0], [3, 0, 0, 0], { site: { exportLimitKw: 2 } })[0]).toBe(
      "Limited to 3.0 kW of 6.0 kW: the connection takes no more than 2.0 kW.",
    );
  });
  test("limited for no reason in money", () => {
    expect(roof([4, 0, 0, 0], [1, 0, 0, 0], { exportPricePerKwh: flat(4, 0) })[0]).toBe(
      "Limited to 1.0 kW of 4.0 kW: a kWh more would earn nothing.",
    );
    expect(roof([4, 0, 0, 0], [1, 0, 0, 0])[0]).toBe("Limited to 1.0 kW of 4.0 kW.");
  });
  test("free", () => {
    expect(roof([4, 0, 0, 0], [4, 0, 0, 0])).toEqual(["All of the sun is used, stored or sold."]);
    expect(roof([0.5, 0, 0, 0], [0.5, 0, 0, 0])).toEqual(["All of the sun is used or stored."]);
  });
  test("not there", () => {
    expect(roof(flat(4, 0), flat(4, 0))).toEqual(["No sun is expected."]);
    expect(roof([0, 4, 0, 0], [0, 1, 0, 0])[0]).toBe("No sun is expected until 01:00.");
  });
});
