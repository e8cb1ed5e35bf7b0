import { Call, DeviceType, Expectation, type Intent, isServiceCall } from "@ohmstead/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sameIntent } from "../commands/wanted.ts";
import { ConfigError } from "../domain/errors.ts";
import type { Device, DeviceDeps } from "./device.ts";
import { INTENTS_OF } from "./intents-of.ts";
import { refusalOf } from "./refusal-of.ts";
import { createDevice, deviceKinds } from "./registry.ts";

const heatedRoom: DeviceDeps = {
  deviceId: "room",
  name: "Room",
  deviceType: "zone",
  limits: { comfortMaxTempC: 23, heatingLimitTempC: 16 },
  signals: { temp: "room.tempC", outdoorTemp: "outdoor.tempC", heatPowers: ["pump.powerKw"] },
};

/** One usual device of each kind; a new kind adds its line here. */
const EXAMPLES: Readonly<Record<string, { readonly raw: Record<string, unknown>; readonly deps: DeviceDeps }>> = {
  "battery-mode-select": {
    raw: {
      kind: "battery-mode-select",
      modeEntity: "select.battery_mode",
      chargePowerEntity: "number.battery_charge_power",
      dischargePowerEntity: "number.battery_discharge_power",
      chargeTargetEntity: "number.battery_charge_target",
      dischargeFloorEntity: "number.battery_discharge_floor",
    },
    deps: {
      deviceId: "battery",
      name: "Battery",
      deviceType: "battery",
      limits: { maxChargeKw: 5, maxDischargeKw: 4, minSoc: 0.1, maxSoc: 0.95 },
      signals: { power: "battery.powerKw", soc: "battery.soc" },
    },
  },
  "foxess-modbus": {
    raw: {
      kind: "foxess-modbus",
      workModeEntity: "select.work_mode",
      minSocEntity: "number.min_soc_on_grid",
      maxSocEntity: "number.max_soc",
      forceChargePowerEntity: "number.force_charge_power",
      forceDischargePowerEntity: "number.force_discharge_power",
      currents: {
        chargeEntity: "number.max_charge_current",
        dischargeEntity: "number.max_discharge_current",
        chargeA: 50,
        dischargeA: 50,
      },
    },
    deps: {
      deviceId: "battery",
      name: "Battery",
      deviceType: "battery",
      limits: { maxChargeKw: 5, maxDischargeKw: 5, minSoc: 0.1, maxSoc: 1, exportLimitKw: 3.68 },
      signals: { power: "battery.powerKw", soc: "battery.soc", sunPowers: ["roof.powerKw"] },
    },
  },
  "climate-setpoint": {
    raw: { kind: "climate-setpoint", entity: "climate.living_room" },
    deps: heatedRoom,
  },
  "heating-curve-offset": {
    raw: { kind: "heating-curve-offset", entity: "number.curve_shift" },
    deps: heatedRoom,
  },
  "sg-ready": {
    raw: { kind: "sg-ready", blockRelay: "switch.sg_1", raiseRelay: "switch.sg_2" },
    deps: heatedRoom,
  },
  "water-heater": {
    raw: { kind: "water-heater", entity: "water_heater.tank" },
    deps: {
      deviceId: "tank",
      name: "Tank",
      deviceType: "tank",
      limits: { maxTempC: 70 },
      signals: { temp: "tank.tempC", heatPowers: ["pump.powerKw"] },
    },
  },
  "immersion-switch": {
    raw: { kind: "immersion-switch", entity: "switch.lower", secondEntity: "switch.upper", thermostatTempC: 65 },
    deps: {
      deviceId: "rod",
      name: "Rod",
      deviceType: "immersionHeater",
      limits: {},
      signals: { power: "rod.powerKw", temp: "tank.tempC" },
    },
  },
  "ev-charger": {
    raw: { kind: "ev-charger", switchEntity: "switch.charger", currentEntity: "number.charger_current", phases: 3 },
    deps: {
      deviceId: "car",
      name: "Car",
      deviceType: "ev",
      limits: { maxChargeKw: 11, maxDischargeKw: 0, minSoc: 0.2, maxSoc: 0.9 },
      signals: { power: "car.powerKw", soc: "car.soc", connected: "car.connected" },
    },
  },
  switch: {
    raw: { kind: "switch", entity: "switch.dishwasher" },
    deps: {
      deviceId: "dishwasher",
      name: "Dishwasher",
      deviceType: "appliance",
      limits: {},
      signals: { power: "dishwasher.powerKw" },
    },
  },
  "pv-limit-number": {
    raw: { kind: "pv-limit-number", entity: "number.pv_limit" },
    deps: {
      deviceId: "roof",
      name: "Roof",
      deviceType: "pvArray",
      limits: { peakKw: 4.5 },
      signals: { power: "roof.powerKw" },
    },
  },
  "mqtt-relay": {
    raw: { kind: "mqtt-relay", commandTopic: "rod/cmnd/POWER", stateTopic: "rod/stat/POWER" },
    deps: { deviceId: "rod", name: "Rod", deviceType: "immersionHeater", limits: {}, signals: {} },
  },
  "viessmann-cloud": {
    raw: { kind: "viessmann-cloud", circuit: 0 },
    deps: { deviceId: "room", name: "Room", deviceType: "zone", limits: {}, signals: {} },
  },
};

const kw = fc.double({ min: 0, max: 20, noNaN: true });
const soc = fc.double({ min: 0, max: 1, noNaN: true });
const tempC = fc.double({ min: -20, max: 120, noNaN: true });
const anyIntentOf: Readonly<Record<Intent["kind"], fc.Arbitrary<Intent>>> = {
  selfUse: fc.constant({ kind: "selfUse" }),
  hold: fc.constant({ kind: "hold" }),
  charge: fc.record({ kind: fc.constant("charge"), kw, untilSoc: soc }),
  discharge: fc.record({ kind: fc.constant("discharge"), kw, untilSoc: soc }),
  setpoint: fc.record({ kind: fc.constant("setpoint"), tempC }),
  offset: fc.record({ kind: fc.constant("offset"), offsetK: fc.double({ min: -10, max: 10, noNaN: true }) }),
  level: fc.record({ kind: fc.constant("level"), level: fc.constantFrom("min", "low", "mid", "max") }),
  heatTo: fc.record({ kind: fc.constant("heatTo"), tempC }),
  idle: fc.constant({ kind: "idle" }),
  on: fc.constant({ kind: "on" }),
  off: fc.constant({ kind: "off" }),
  stop: fc.constant({ kind: "stop" }),
  free: fc.constant({ kind: "free" }),
  limit: fc.record({ kind: fc.constant("limit"), kw }),
};
const anyIntentFor = (device: Device) => fc.oneof(...device.capabilities.intents.map((kind) => anyIntentOf[kind]));

const factsOf = (expectation: Expectation) => (expectation.test === "anyOf" ? expectation.facts : [expectation]);

describe.each(deviceKinds.map((each) => each.kind))("%s", (kind) => {
  const example = EXAMPLES[kind];
  if (!example) throw new Error(`the conformance suite has no example of "${kind}"`);
  const device = createDevice(kind, example.raw, example.deps);
  const everyIntent = (law: (intent: Intent) => void) =>
    fc.assert(
      fc.property(anyIntentFor(device), (intent) => {
        law(device.normalise(intent));
      }),
    );

  test("carries who it is", () => {
    const { deviceId, name, deviceType } = example.deps;
    expect(device).toMatchObject({ kind, deviceId, name, deviceType });
  });

  test("what is normalised stays as it is", () =>
    everyIntent((intent) => expect(sameIntent(device.normalise(intent), intent)).toBe(true)));

  test("E21 what it declares to be able to do are intents of its type, and within its own powers", () => {
    const { intents, ...powers } = device.capabilities;
    expect(INTENTS_OF[device.deviceType]).toEqual(expect.arrayContaining([...intents]));
    expect(new Set(intents).size).toBe(intents.length);
    everyIntent((intent) => {
      if (intent.kind === "charge") {
        expect(intent.kw).toBeGreaterThanOrEqual(powers.minChargeKw ?? 0);
        expect(intent.kw).toBeLessThanOrEqual(powers.maxChargeKw ?? example.deps.limits.maxChargeKw ?? Infinity);
      }
      if (intent.kind === "discharge")
        expect(intent.kw).toBeLessThanOrEqual(powers.maxDischargeKw ?? example.deps.limits.maxDischargeKw ?? Infinity);
    });
  });

  test("an intent that it can do stays one", () =>
    everyIntent((intent) => expect(device.capabilities.intents).toContain(intent.kind)));

  test("E21 what it can do is not refused, and what it cannot do is refused before it is sent, by name", () => {
    everyIntent((intent) => expect(refusalOf(device, intent)).toBeUndefined());
    for (const kind of Object.keys(anyIntentOf) as Intent["kind"][]) {
      if (device.capabilities.intents.includes(kind)) continue;
      const [intent] = fc.sample(anyIntentOf[kind], 1);
      if (!intent) throw new Error(`no example of ${kind}`);
      expect(refusalOf(device, intent)).toContain(`there is: ${device.capabilities.intents.join(", ")}`);
      expect(() => device.translate(intent)).toThrow(ConfigError);
      expect(() => device.expects(intent)).toThrow(ConfigError);
    }
  });

  test("every intent becomes at least one call, as the contract has it", () =>
    everyIntent((intent) => {
      expect(device.translate(intent).length).toBeGreaterThan(0);
      for (const call of device.translate(intent)) expect(Call.parse(call)).toEqual(call);
    }));

  test("every intent can be proved, by what is read back or by signals of the device", () =>
    everyIntent((intent) => {
      const expectations = device.expects(intent);
      expect(expectations.length).toBeGreaterThan(0);
      const readable = new Set([...device.sources, ...Object.values(example.deps.signals).flat()]);
      for (const each of expectations) {
        expect(Expectation.parse(each)).toEqual(each);
        for (const fact of factsOf(each)) expect(readable).toContain(fact.source);
      }
      expect(expectations.some((each) => factsOf(each).every((fact) => !fact.fresh))).toBe(true);
    }));

  test("different orders can be told apart by what they expect", () =>
    fc.assert(
      fc.property(anyIntentFor(device), anyIntentFor(device), (a, b) => {
        const [one, other] = [device.normalise(a), device.normalise(b)];
        const looksSame = JSON.stringify(device.expects(one)) === JSON.stringify(device.expects(other));
        const doesSame = JSON.stringify(device.translate(one)) === JSON.stringify(device.translate(other));
        expect(looksSame).toBe(doesSame);
      }),
    ));

  test("numbers sent to Home Assistant are finite and no finer than a watt", () =>
    everyIntent((intent) => {
      for (const { action, data } of device.translate(intent).filter(isServiceCall))
        for (const value of Object.values(data)) {
          if (typeof value !== "number") continue;
          expect(Number.isFinite(value)).toBe(true);
          if (action.endsWith(".set_value")) expect(Number(value.toFixed(3))).toBe(value);
        }
    }));

  test("its write limits are whole numbers", () => {
    const { perMinute = 1, perHour = 1, perDay = 1 } = device.writes ?? {};
    for (const limit of [perMinute, perHour, perDay]) expect(Number.isInteger(limit) && limit >= 1).toBe(true);
  });

  test("the safe intent is one the device can do, as it is", () => {
    expect(device.capabilities.intents).toContain(device.safeIntent.kind);
    expect(device.normalise(device.safeIntent)).toEqual(device.safeIntent);
    expect(device.translate(device.safeIntent).length).toBeGreaterThan(0);
  });

  test("a misspelt setting is refused with the nearest match", () => {
    const [key] = Object.keys(example.raw).filter((each) => each !== "kind");
    const raw = { ...example.raw, [`${key}x`]: 1 };
    expect(() => createDevice(kind, raw, example.deps)).toThrow(`did you mean "${key}"?`);
  });

  test("a foreign type of device is refused", () => {
    const deviceType = DeviceType.options.find((each) => !device.accepts(each));
    if (!deviceType) throw new Error("it drives everything");
    expect(() => createDevice(kind, example.raw, { ...example.deps, deviceType })).toThrow("does not drive a");
  });
});

test("an unknown kind is refused with those there are", () => {
  const { deps } = EXAMPLES["immersion-switch"] ?? {};
  if (!deps) throw new Error("no example");
  expect(() => createDevice("teapot", {}, deps)).toThrow(/no kind "teapot"; there are: battery-mode-select, /);
});
