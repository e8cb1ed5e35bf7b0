import { Call, DeviceType, Expectation, type Intent, isServiceCall } from "@ohmstead/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sameIntent } from "../commands/wanted.ts";
import { ConfigError } from "../domain/errors.ts";
import type { Device, DeviceDeps } from "./device.ts";
import { INTENTS_OF } from "./intents-of.ts";
import { createDevice, deviceKinds } from "./registry.ts";

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
  "climate-setpoint": {
    raw: { kind: "climate-setpoint", entity: "climate.living_room" },
    deps: { deviceId: "room", name: "Room", deviceType: "zone", limits: {}, signals: {} },
  },
  "water-heater": {
    raw: { kind: "water-heater", entity: "water_heater.tank" },
    deps: { deviceId: "tank", name: "Tank", deviceType: "tank", limits: { maxTempC: 70 }, signals: {} },
  },
  "immersion-switch": {
    raw: { kind: "immersion-switch", entity: "switch.immersion" },
    deps: { deviceId: "rod", name: "Rod", deviceType: "immersionHeater", limits: {}, signals: {} },
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
const anyIntentFor = (device: Device) => fc.oneof(...INTENTS_OF[device.deviceType].map((kind) => anyIntentOf[kind]));

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

  test("an intent stays one of the device's type", () =>
    everyIntent((intent) => expect(INTENTS_OF[device.deviceType]).toContain(intent.kind)));

  test("every intent becomes at least one call, as the contract has it", () =>
    everyIntent((intent) => {
      expect(device.translate(intent).length).toBeGreaterThan(0);
      for (const call of device.translate(intent)) expect(Call.parse(call)).toEqual(call);
    }));

  test("every intent can be proved, by what is read back or by signals of the device", () =>
    everyIntent((intent) => {
      const expectations = device.expects(intent);
      expect(expectations.length).toBeGreaterThan(0);
      const readable = new Set([...device.sources, ...Object.values(example.deps.signals)]);
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

  test("numbers sent to Home Assistant are finite, and powers whole watts", () =>
    everyIntent((intent) => {
      for (const { action, data } of device.translate(intent).filter(isServiceCall))
        for (const value of Object.values(data)) {
          if (typeof value !== "number") continue;
          expect(Number.isFinite(value)).toBe(true);
          if (action.endsWith(".set_value")) expect(Number.isInteger(value)).toBe(true);
        }
    }));

  test("the safe intent is one the device can do, as it is", () => {
    expect(INTENTS_OF[device.deviceType]).toContain(device.safeIntent.kind);
    expect(device.normalise(device.safeIntent)).toEqual(device.safeIntent);
    expect(device.translate(device.safeIntent).length).toBeGreaterThan(0);
  });

  test("an intent of another type of device is refused with the right error", () => {
    const foreign: Intent = device.deviceType === "immersionHeater" ? { kind: "free" } : { kind: "on" };
    expect(() => device.translate(foreign)).toThrow(ConfigError);
    expect(() => device.expects(foreign)).toThrow(ConfigError);
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
