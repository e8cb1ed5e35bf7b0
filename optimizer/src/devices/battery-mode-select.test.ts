import type { Intent } from "@ohmstead/contract";
import { isServiceCall } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { judgeAll } from "../commands/expectations.ts";
import { isSameOrder } from "../commands/same-order.ts";
import { shows, T0 } from "../commands/testing/examples.ts";
import { batteryModeSelect } from "./battery-mode-select.ts";

const settings = {
  kind: "battery-mode-select",
  modeEntity: "select.mode",
  chargePowerEntity: "number.charge",
  dischargePowerEntity: "input_number.discharge",
  chargeTargetEntity: "number.target",
  dischargeFloorEntity: "number.floor",
};
const battery = batteryModeSelect.create(settings, {
  deviceId: "battery",
  name: "Battery",
  deviceType: "battery",
  limits: { maxChargeKw: 5, maxDischargeKw: 4, minSoc: 0.1, maxSoc: 0.95 },
  signals: { power: "battery.powerKw", soc: "battery.soc" },
});
const charge: Intent = { kind: "charge", kw: 3, untilSoc: 0.8 };
const discharge: Intent = { kind: "discharge", kw: 2, untilSoc: 0.2 };

test("sets the numbers first, the limit before the power, the mode last", () => {
  expect(battery.translate(charge)).toEqual([
    { action: "number.set_value", target: { entity_id: "number.target" }, data: { value: 80 } },
    { action: "number.set_value", target: { entity_id: "number.charge" }, data: { value: 3000 } },
    { action: "select.select_option", target: { entity_id: "select.mode" }, data: { option: "charge" } },
  ]);
  expect(
    battery
      .translate(discharge)
      .filter(isServiceCall)
      .map((call) => [call.action, Object.values(call.data)[0]]),
  ).toEqual([
    ["number.set_value", 20],
    ["input_number.set_value", 2000],
    ["select.select_option", "discharge"],
  ]);
  expect(battery.translate({ kind: "selfUse" })).toEqual([
    { action: "select.select_option", target: { entity_id: "select.mode" }, data: { option: "self_use" } },
  ]);
});

test("the select's own words can be given", () => {
  const foreign = batteryModeSelect.create(
    { ...settings, options: { hold: "Standby" } },
    { deviceId: "battery", name: "Battery", deviceType: "battery", limits: {}, signals: {} },
  );
  expect(foreign.translate({ kind: "hold" })[0]).toMatchObject({ data: { option: "Standby" } });
  expect(foreign.expects({ kind: "hold" })).toEqual([{ test: "equals", source: "select.mode", value: "Standby" }]);
});

test.each<{ intent: Intent; normal: Intent }>([
  { intent: { kind: "charge", kw: 2.34, untilSoc: 0.801 }, normal: { kind: "charge", kw: 2.3, untilSoc: 0.8 } },
  { intent: { kind: "charge", kw: 9, untilSoc: 1 }, normal: { kind: "charge", kw: 5, untilSoc: 0.95 } },
  { intent: { kind: "discharge", kw: 9, untilSoc: 0 }, normal: { kind: "discharge", kw: 4, untilSoc: 0.1 } },
  { intent: { kind: "discharge", kw: 0.04, untilSoc: 0.5 }, normal: { kind: "hold" } },
])("$intent.kind $intent.kw kW becomes $normal", ({ intent, normal }) => {
  expect(battery.normalise(intent)).toEqual(normal);
});

test.each<{ rule: string; wanted: Intent; same: boolean }>([
  { rule: "a little less power", wanted: { kind: "charge", kw: 2.7, untilSoc: 0.8 }, same: true },
  { rule: "clearly less power", wanted: { kind: "charge", kw: 2.6, untilSoc: 0.8 }, same: false },
  { rule: "two per cent more", wanted: { kind: "charge", kw: 3, untilSoc: 0.82 }, same: true },
  { rule: "three per cent more", wanted: { kind: "charge", kw: 3, untilSoc: 0.83 }, same: false },
  { rule: "another mode", wanted: { kind: "hold" }, same: false },
])("charging goes on when the next plan wants $rule: $same", ({ wanted, same }) => {
  expect(isSameOrder(charge, wanted, battery.resolution)).toBe(same);
});

const chargeSettings = { "select.mode": "charge", "number.charge": 3000, "number.target": 80 };
const dischargeSettings = { "select.mode": "discharge", "input_number.discharge": 2000, "number.floor": 20 };
test.each<{ rule: string; intent: Intent; readings: Record<string, string | number>; verdict: string }>([
  {
    rule: "charging at the meter",
    intent: charge,
    readings: { ...chargeSettings, "battery.powerKw": 0.9, "battery.soc": 0.5 },
    verdict: "met",
  },
  {
    rule: "set to charge, but doing nothing",
    intent: charge,
    readings: { ...chargeSettings, "battery.powerKw": 0, "battery.soc": 0.5 },
    verdict: "unmet",
  },
  {
    rule: "full already",
    intent: charge,
    readings: { ...chargeSettings, "battery.powerKw": 0, "battery.soc": 0.79 },
    verdict: "met",
  },
  {
    rule: "charging, but with another power",
    intent: charge,
    readings: { ...chargeSettings, "number.charge": 5000, "battery.powerKw": 5 },
    verdict: "unmet",
  },
  {
    rule: "discharging at the meter",
    intent: discharge,
    readings: { ...dischargeSettings, "battery.powerKw": -2, "battery.soc": 0.5 },
    verdict: "met",
  },
  {
    rule: "set to discharge, but charging",
    intent: discharge,
    readings: { ...dischargeSettings, "battery.powerKw": 2, "battery.soc": 0.5 },
    verdict: "unmet",
  },
  {
    rule: "empty already",
    intent: discharge,
    readings: { ...dischargeSettings, "battery.powerKw": 0, "battery.soc": 0.21 },
    verdict: "met",
  },
  {
    rule: "holding",
    intent: { kind: "hold" },
    readings: { "select.mode": "hold", "battery.powerKw": -0.05 },
    verdict: "met",
  },
  {
    rule: "set to hold, but moving",
    intent: { kind: "hold" },
    readings: { "select.mode": "hold", "battery.powerKw": -1 },
    verdict: "unmet",
  },
  { rule: "self-use", intent: { kind: "selfUse" }, readings: { "select.mode": "self_use" }, verdict: "met" },
])("$rule: $verdict", ({ intent, readings, verdict }) => {
  const time = { acknowledgedAtMs: T0, nowMs: T0, settleMs: 120_000 };
  expect(judgeAll(battery.expects(intent), shows(readings), time)).toBe(verdict);
});
