import { readFileSync } from "node:fs";
import { type Call, type Intent, isServiceCall } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { judgeAll } from "../commands/expectations.ts";
import { shows, T0 } from "../commands/testing/examples.ts";
import type { DeviceDeps } from "./device.ts";
import { foxessModbus } from "./foxess-modbus.ts";
import { refusalOf } from "./refusal-of.ts";

const entities = {
  workModeEntity: "select.work_mode",
  minSocEntity: "number.min_soc_on_grid",
  maxSocEntity: "number.max_soc",
  forceChargePowerEntity: "number.force_charge_power",
  forceDischargePowerEntity: "number.force_discharge_power",
};
const currents = {
  chargeEntity: "number.max_charge_current",
  dischargeEntity: "number.max_discharge_current",
  chargeA: 50,
  dischargeA: 40,
};
const settings = { kind: "foxess-modbus", ...entities, currents };
const deps: DeviceDeps = {
  deviceId: "battery",
  name: "Battery",
  deviceType: "battery",
  limits: { maxChargeKw: 5, maxDischargeKw: 5, minSoc: 0.1, maxSoc: 0.95, exportLimitKw: 3.68 },
  signals: { power: "battery.powerKw", soc: "battery.soc", sunPowers: ["roof.powerKw"] },
};
const battery = foxessModbus.create(settings, deps);
const charge: Intent = { kind: "charge", kw: 3, untilSoc: 0.8 };
const discharge: Intent = { kind: "discharge", kw: 2, untilSoc: 0.4 };
const everyIntent: readonly Intent[] = [{ kind: "selfUse" }, { kind: "hold" }, charge, discharge];

/** Entity and value of each call, in order. */
type Write = readonly [entity: string, value: string | number | boolean];
const written = (calls: readonly Call[]): Write[] =>
  calls
    .filter(isServiceCall)
    .map(({ target, data }) => [target.entity_id.split(".")[1] ?? "", data["option"] ?? data["value"] ?? ""]);

test("every entity is one that the integration has, by its own list for a KH inverter", () => {
  const url = new URL("fixtures/foxess-modbus/entities_KH-AUX-latest.json", import.meta.url);
  const known = z
    .array(z.looseObject({ key: z.string(), type: z.string() }))
    .parse(JSON.parse(readFileSync(url, "utf8")));
  const writable = known.filter(({ type }) => type === "number" || type === "select").map(({ key }) => key);
  // Those of the remote control are made for every model that has it, and are not in that list.
  const ofRemoteControl = ["force_charge_power", "force_discharge_power"];
  for (const source of battery.sources) expect([...writable, ...ofRemoteControl]).toContain(source.split(".")[1]);
});

test("forced modes are entered last, limits before powers, in kW", () => {
  expect(written(battery.translate(charge))).toEqual([
    ["max_soc", 80],
    ["force_charge_power", 3],
    ["max_charge_current", 50],
    ["max_discharge_current", 40],
    ["work_mode", "Force Charge"],
  ]);
  expect(written(battery.translate(discharge))).toEqual([
    ["min_soc_on_grid", 40],
    ["force_discharge_power", 2],
    ["max_charge_current", 50],
    ["max_discharge_current", 40],
    ["work_mode", "Force Discharge"],
  ]);
});

test("forced modes are left first, and nothing of them stays behind", () => {
  expect(written(battery.translate({ kind: "selfUse" }))).toEqual([
    ["work_mode", "Self Use"],
    ["min_soc_on_grid", 10],
    ["max_soc", 95],
    ["max_charge_current", 50],
    ["max_discharge_current", 40],
  ]);
});

/** What the inverter does, as far as its settings tell: a model of its documentation, not of the adapter. */
function inverterAfter(writes: readonly Write[]) {
  const set = new Map(writes);
  const mode = set.get("work_mode");
  if (mode === "Force Charge") return `charges ${set.get("force_charge_power")} kW to ${set.get("max_soc")} %`;
  if (mode === "Force Discharge")
    return `discharges ${set.get("force_discharge_power")} kW to ${set.get("min_soc_on_grid")} %`;
  if (mode === "Back-up") return "keeps";
  return set.get("max_discharge_current") === 0 ? "holds" : "serves the house";
}

test.each(everyIntent.flatMap((from) => everyIntent.map((to) => ({ from, to }))))(
  "E18 half of the change from $from.kind to $to.kind is safe: it goes on as it was, serves the house, or does what is asked",
  ({ from, to }) => {
    const before = written(battery.translate(from));
    const steps = written(battery.translate(to));
    const [was, becomes] = [inverterAfter(before), inverterAfter([...before, ...steps])];
    for (let n = 1; n < steps.length; n++) {
      const now = inverterAfter([...before, ...steps.slice(0, n)]);
      expect([was, "serves the house", becomes]).toContain(now);
    }
  },
);

test("another charge at once takes the new limit before the new power", () => {
  const before = written(battery.translate(charge));
  const [first] = written(battery.translate({ kind: "charge", kw: 5, untilSoc: 0.5 }));
  expect(inverterAfter([...before, ...(first ? [first] : [])])).toBe("charges 3 kW to 50 %");
});

describe("E21 what this inverter cannot do", () => {
  test("Feed-in First does not discharge above the load: no order uses it", () => {
    for (const intent of everyIntent)
      expect(written(battery.translate(intent)).map(([, value]) => value)).not.toContain("Feed-in First");
  });

  test("what may not be fed in flows into the battery: a forced discharge stays within the export limit and what the house always uses", () => {
    expect(battery.normalise({ kind: "discharge", kw: 5, untilSoc: 0.4 })).toEqual({ ...discharge, kw: 3.68 });
    const busy = foxessModbus.create({ ...settings, alwaysUsedKw: 0.4 }, deps);
    expect(busy.normalise({ kind: "discharge", kw: 5, untilSoc: 0.4 })).toMatchObject({ kw: 4.08 });
    expect(refusalOf(battery, { kind: "discharge", kw: 5, untilSoc: 0.4 })).toBe(
      "kw: Battery cannot do 5; the nearest it can is 3.68",
    );
    expect(battery.normalise({ kind: "charge", kw: 5, untilSoc: 0.8 })).toMatchObject({ kw: 5 });
  });

  test("its limits of charge begin at 10 %", () => {
    const deep = foxessModbus.create(settings, { ...deps, limits: { minSoc: 0 } });
    expect(deep.normalise({ kind: "discharge", kw: 2, untilSoc: 0 })).toMatchObject({ untilSoc: 0.1 });
    expect(refusalOf(deep, { kind: "discharge", kw: 2, untilSoc: 0 })).toContain("untilSoc: ");
  });

  test("a model without forced modes charges from the sun and serves the house, and says so when asked for more", () => {
    const { workModeEntity, minSocEntity, maxSocEntity } = entities;
    const simple = foxessModbus.create({ kind: "foxess-modbus", workModeEntity, minSocEntity, maxSocEntity }, deps);
    expect(simple.capabilities.intents).toEqual(["selfUse", "hold"]);
    expect(simple.normalise(charge)).toEqual({ kind: "selfUse" });
    expect(simple.normalise(discharge)).toEqual({ kind: "selfUse" });
    expect(() => simple.translate(charge)).toThrow('battery cannot do "charge"');
    expect(refusalOf(simple, charge)).toBe(
      'kind: Battery cannot do "charge" with control kind "foxess-modbus"; there is: selfUse, hold',
    );
  });
});

describe("there is no mode that holds", () => {
  test("so both currents are 0 A in Self Use, whatever the state of charge", () => {
    expect(written(battery.translate({ kind: "hold" }))).toEqual([
      ["work_mode", "Self Use"],
      ["max_charge_current", 0],
      ["max_discharge_current", 0],
    ]);
  });

  test("without these numbers it is Back-up, which may still take the sun's surplus", () => {
    const simple = foxessModbus.create({ kind: "foxess-modbus", ...entities }, deps);
    expect(written(simple.translate({ kind: "hold" }))).toEqual([["work_mode", "Back-up"]]);
    const time = { acknowledgedAtMs: T0, nowMs: T0, settleMs: 120_000 };
    const judged = (powerKw: number) =>
      judgeAll(
        simple.expects({ kind: "hold" }),
        shows({ "select.work_mode": "Back-up", "battery.powerKw": powerKw }),
        time,
      );
    expect([judged(1.5), judged(0), judged(-0.5)]).toEqual(["met", "met", "unmet"]);
  });
});

const numbers = { "number.max_charge_current": 50, "number.max_discharge_current": 40 };
const charging = {
  ...numbers,
  "select.work_mode": "Force Charge",
  "number.max_soc": 80,
  "number.force_charge_power": 3,
};
const giving = {
  ...numbers,
  "select.work_mode": "Force Discharge",
  "number.min_soc_on_grid": 40,
  "number.force_discharge_power": 2,
};
test.each<{ rule: string; intent: Intent; readings: Record<string, string | number>; verdict: string }>([
  {
    rule: "E17 all settings read back, but the battery does nothing",
    intent: charge,
    readings: { ...charging, "battery.powerKw": 0, "battery.soc": 0.5 },
    verdict: "unmet",
  },
  {
    rule: "charging at the meter",
    intent: charge,
    readings: { ...charging, "battery.powerKw": 2.8, "battery.soc": 0.5 },
    verdict: "met",
  },
  {
    rule: "E18 charging, but one number was lost",
    intent: charge,
    readings: { ...charging, "number.max_soc": 95, "battery.powerKw": 2.8, "battery.soc": 0.5 },
    verdict: "unmet",
  },
  {
    rule: "giving power at the meter",
    intent: discharge,
    readings: { ...giving, "battery.powerKw": -1.5, "battery.soc": 0.6, "roof.powerKw": 0 },
    verdict: "met",
  },
  {
    rule: "E17 power flows into the battery instead",
    intent: discharge,
    readings: { ...giving, "battery.powerKw": 1, "battery.soc": 0.6, "roof.powerKw": 0 },
    verdict: "unmet",
  },
  {
    rule: "the sun alone gives what the inverter was told to give",
    intent: discharge,
    readings: { ...giving, "battery.powerKw": 0, "battery.soc": 0.6, "roof.powerKw": 2.3 },
    verdict: "met",
  },
])("$rule: $verdict", ({ intent, readings, verdict }) => {
  const time = { acknowledgedAtMs: T0, nowMs: T0, settleMs: 120_000 };
  expect(judgeAll(battery.expects(intent), shows(readings), time)).toBe(verdict);
});

test("a write that is not answered holds up the bus: the next try waits a minute", () => {
  expect(battery.writes).toMatchObject({ perMinute: 1 });
});

test("currents without their usual values are refused", () => {
  expect(() =>
    foxessModbus.create({ ...settings, currents: { chargeEntity: "number.a", dischargeEntity: "number.b" } }, deps),
  ).toThrow(/currents\.chargeA/);
});
