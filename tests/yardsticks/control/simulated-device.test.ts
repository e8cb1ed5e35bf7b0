import { describe, expect, test } from "vitest";
import type { DeviceInput, Settings } from "./case-file.ts";
import { createSchedule, ORDER } from "./schedule.ts";
import { createSimulatedDevice } from "./simulated-device.ts";
import { aBattery, aSettingsDevice, aSwitchedDevice } from "./testing/examples.ts";

/** A device with a hand on its clock. */
function open(input: DeviceInput) {
  const schedule = createSchedule(0);
  const device = createSimulatedDevice(input, schedule);
  return {
    device,
    later: (seconds: number) => schedule.runUntil(schedule.nowMs() + seconds * 1000),
    behave: (is: Parameters<typeof device.behave>[0]["is"], rest: object = {}) =>
      device.behave({ event: "behaviour", atSeconds: 0, device: input.id, is, ...rest }),
    meter: () => device.readings()["meterKw"],
  };
}
const CHARGE: Settings = { mode: "charge", powerKw: 3 };

describe("a device", () => {
  test("stores at once, answers in its time, and acts in its own", () => {
    const { device, later, meter } = open(aBattery());
    expect(device.write(CHARGE)).toEqual({ afterMs: 1000 });
    expect(device.readings()).toMatchObject({ mode: "charge", powerKw: 3, meterKw: -0.5, gridKw: 0 });
    later(19);
    expect(meter()).toBe(-0.5);
    later(1);
    expect(device.readings()).toMatchObject({ meterKw: 3, gridKw: 3.5 });
  });

  test("shows by its meter which way power flows, and what the sun leaves", () => {
    const { device, later, meter } = open(aBattery({ house: { loadKw: 0.5, pvKw: 2 } }));
    expect(meter()).toBe(1.5);
    device.write({ mode: "discharge", powerKw: 9 });
    later(20);
    expect(meter()).toBe(-5);
    device.write({ mode: "hold" });
    later(20);
    expect(meter()).toBe(0);
  });

  test("without a power shows only which mode it does", () => {
    const { device, later } = open(aSwitchedDevice());
    device.write({ mode: "high" });
    expect(device.readings()).toEqual({ mode: "high", does: "normal" });
    later(20);
    expect(device.readings()).toEqual({ mode: "high", does: "high" });
  });

  test("with settings does what all of them together say", () => {
    const { device, later } = open(aSettingsDevice());
    device.write({ limitKw: 6 });
    later(20);
    expect(device.readings()).toMatchObject({ limitKw: 6, meterKw: 0 });
    device.write({ enabled: true });
    later(20);
    expect(device.readings()).toMatchObject({ enabled: true, meterKw: 6 });
    device.write({ paused: true });
    later(20);
    expect(device.readings()).toMatchObject({ meterKw: 0 });
  });

  test("returns to its safe state so long after the last write", () => {
    const { device, later, meter } = open(aBattery({ expiresAfterSeconds: 100 }));
    device.write(CHARGE);
    later(90);
    device.write(CHARGE);
    later(90);
    expect(meter()).toBe(3);
    later(30);
    expect(device.readings()).toMatchObject({ mode: "selfUse", meterKw: -0.5 });
  });
});

describe("a device that misbehaves", () => {
  test("accepts and ignores, and follows what it stored once it works again", () => {
    const { device, later, behave, meter } = open(aBattery());
    behave("acceptsIgnores");
    expect(device.write(CHARGE)).toEqual({ afterMs: 1000 });
    later(1000);
    expect(device.readings()).toMatchObject({ mode: "charge", meterKw: -0.5 });
    behave("normal");
    later(20);
    expect(meter()).toBe(3);
  });

  test("accepts and drops", () => {
    const { device, later, behave } = open(aBattery());
    behave("acceptsDrops");
    expect(device.write(CHARGE)).toEqual({ afterMs: 1000 });
    later(1000);
    expect(device.readings()).toMatchObject({ mode: "selfUse", meterKw: -0.5 });
  });

  test("acts late", () => {
    const { device, later, behave, meter } = open(aBattery());
    behave("late", { delaySeconds: 300 });
    device.write(CHARGE);
    later(299);
    expect(meter()).toBe(-0.5);
    later(1);
    expect(meter()).toBe(3);
  });

  test("is silent, with or without the effect", () => {
    const { device, later, behave, meter } = open(aBattery());
    behave("silent", { timesOutAfterSeconds: 17 });
    expect(device.write(CHARGE)).toMatchObject({ afterMs: 17_000, error: "No response received within 17 s" });
    behave("silent");
    expect(device.write(CHARGE)).toBeUndefined();
    later(100);
    expect(meter()).toBe(-0.5);
    behave("silentButApplies");
    expect(device.write(CHARGE)).toBeUndefined();
    later(20);
    expect(meter()).toBe(3);
  });

  test("loses the next writes of one setting", () => {
    const { device, later, behave } = open(aSettingsDevice());
    behave("skipsSetting", { setting: "enabled", times: 2 });
    for (const settings of [{ enabled: true }, { limitKw: 6 }, { enabled: true }]) device.write(settings);
    later(20);
    expect(device.readings()).toMatchObject({ enabled: false, limitKw: 6, meterKw: 0 });
    device.write({ enabled: true });
    later(20);
    expect(device.readings()).toMatchObject({ enabled: true, meterKw: 6 });
  });

  test("is busy, says no, or is away", () => {
    const { device, behave, later } = open(aBattery());
    behave("busy");
    expect(device.write(CHARGE)).toMatchObject({ error: expect.stringMatching(/busy/) });
    behave("answersError");
    expect(device.write(CHARGE)).toMatchObject({ error: expect.stringMatching(/HTTP 500/) });
    behave("answersUnauthorised");
    expect(device.write(CHARGE)).toMatchObject({ error: expect.stringMatching(/HTTP 401/) });
    behave("rateLimited", { retryAfterSeconds: 90 });
    expect(device.write(CHARGE)).toMatchObject({ error: expect.stringMatching(/HTTP 429.*Retry-After: 90/) });
    expect(device.readings()).toMatchObject({ mode: "selfUse" });
    behave("normal");
    device.reboot(60_000, undefined);
    expect(device.write(CHARGE)).toMatchObject({ error: expect.stringMatching(/unavailable/) });
    later(60);
    expect(device.write(CHARGE)).toEqual({ afterMs: 1000 });
  });

  test.each([
    ["remembers", false, undefined, "charge"],
    ["forgets", true, undefined, "selfUse"],
    ["returns in another mode", false, { mode: "hold" }, "hold"],
  ])("reboots and %s", (_, forgetsOnReboot, state, mode) => {
    const { device, later } = open(aBattery({ forgetsOnReboot }));
    device.write(CHARGE);
    later(30);
    device.reboot(60_000, state);
    later(60);
    expect(device.readings()["mode"]).toBe(mode);
    expect(device.history.at(-1)).toMatchObject({ mode, atMs: 90_000 });
  });

  test("is changed by somebody else", () => {
    const { device, later, meter } = open(aBattery());
    device.foreignWrite({ mode: "charge", powerKw: 2 });
    later(20);
    expect(meter()).toBe(2);
    expect(() => device.foreignWrite({ mod: "hold" })).toThrow(/no setting "mod"; there are: mode, powerKw/);
  });
});

test("what happens at the same moment happens in one order, and never before its time", () => {
  const schedule = createSchedule(100);
  const seen: string[] = [];
  const note = (text: string) => () => void seen.push(`${schedule.nowMs()} ${text}`);
  schedule.at(300, ORDER.program, note("program"));
  schedule.at(300, ORDER.event, note("event"));
  schedule.at(300, ORDER.event, note("event after it"));
  schedule.at(50, ORDER.program, note("past"));
  schedule.every(100, ORDER.reading, () => seen.push(`${schedule.nowMs()} reading`) < 5);
  schedule.runUntil(1000);
  expect(seen).toEqual(["100 past", "200 reading", "300 event", "300 event after it", "300 reading", "300 program"]);
  expect(schedule.nowMs()).toBe(1000);
});
