import { FallbackReport, type ServiceCall } from "@ohmstead/contract";
import type { FallbackDecision } from "@ohmstead/fallback";
import { describe, expect, test } from "vitest";
import { beatMs, isSameStatus, reportOf, statusFor, stepFallback, tickMs } from "./logic.ts";

const call = (value: number): ServiceCall => ({
  action: "number.set_value",
  target: { entity_id: "number.power" },
  data: { value },
});
const decision = (rung: FallbackDecision["rung"], value: number): FallbackDecision => ({
  rung,
  actions: [
    { deviceId: "battery", intent: { kind: "hold" }, calls: [call(value)], reason: "so", by: rung },
    { deviceId: "roof", intent: { kind: "free" }, calls: [], reason: "nothing to do", by: rung },
  ],
});
const nobodyWasTold = () => false;
const wasToldOne = (deviceId: string, calls: readonly ServiceCall[]) =>
  deviceId === "battery" && calls[0]?.data["value"] === 1;

describe("a step of fallback", () => {
  test("orders what the device was not told, and notes it", () => {
    const { shift, orders } = stepFallback(undefined, decision("plan", 1), "on plan", 1000, nobodyWasTold);
    expect(orders.map(({ deviceId }) => deviceId)).toEqual(["battery"]);
    expect(shift).toEqual({
      sinceMs: 1000,
      rung: "plan",
      text: "on plan",
      log: [{ atMs: 1000, deviceId: "battery", intent: { kind: "hold" }, reason: "so" }],
    });
  });

  test("repeats nothing: the take-over from the service is without a jolt", () => {
    const { shift, orders } = stepFallback(undefined, decision("plan", 1), "", 1000, wasToldOne);
    expect(orders).toEqual([]);
    expect(shift.log).toEqual([]);
  });

  test("goes on: the beginning stays, the rung follows, the log grows", () => {
    const first = stepFallback(undefined, decision("plan", 1), "plan", 1000, nobodyWasTold).shift;
    const second = stepFallback(first, decision("rules", 2), "rules", 2000, nobodyWasTold).shift;
    expect(second).toMatchObject({ sinceMs: 1000, rung: "rules", text: "rules" });
    expect(second.log.map(({ atMs }) => atMs)).toEqual([1000, 2000]);
  });
});

test("the report is what the contract wants, however long it took", () => {
  let { shift } = stepFallback(undefined, decision("plan", 0), "", 0, nobodyWasTold);
  for (let n = 1; n <= 6000; n += 1) ({ shift } = stepFallback(shift, decision("rules", n), "", n, nobodyWasTold));
  const report = reportOf(shift, 7000);
  expect(FallbackReport.safeParse(report).success).toBe(true);
  expect(report).toMatchObject({ fromMs: 0, untilMs: 7000, rung: "rules" });
  expect(report.actions.at(-1)?.atMs).toBe(6000);
});

test("the status says what a person needs", () => {
  const { shift } = stepFallback(undefined, decision("rules", 1), "by price", 5, nobodyWasTold);
  expect(statusFor(shift, true)).toEqual({ active: true, rung: "rules", sinceMs: 5, text: "by price" });
  expect(statusFor(undefined, true)).toEqual({ active: false, text: "Ready to take over." });
  expect(statusFor(undefined, false)).toEqual({ active: false, text: "Waits for the first plan." });
  expect(isSameStatus(statusFor(shift, true), statusFor(shift, true))).toBe(true);
  expect(isSameStatus(undefined, statusFor(shift, true))).toBe(false);
  expect(isSameStatus(statusFor(shift, true), statusFor({ ...shift, text: "else" }, true))).toBe(false);
});

test.each([
  [1, 10_000],
  [60, 500],
  [600, 100],
  [6000, 100],
])("on a clock %d times as fast it looks every %d ms", (speed, ms) => {
  expect(tickMs(300_000, speed)).toBe(ms);
});

test.each([
  ["0:10:00", 60_000],
  ["1:00:00", 60_000],
  ["0:02:00", 30_000],
  ["0:00:04", 1000],
  ["soon", undefined],
  [undefined, undefined],
])("the heart beats so that four beats fit into a watchdog's %s", (duration, expected) => {
  expect(beatMs(duration)).toBe(expected);
});
