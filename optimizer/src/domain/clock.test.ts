import { formatHouseClock, parseHouseClock, REAL_CLOCK } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { clockOf } from "./clock.ts";

test("the real clock is the machine's", () => {
  expect(Math.abs(clockOf(REAL_CLOCK).nowMs() - Date.now())).toBeLessThan(50);
});

test("a faster clock began where it was told, and sleeps as much shorter", async () => {
  const startMs = Date.UTC(2024, 0, 5);
  const clock = clockOf({ speed: 36_000, houseStartMs: startMs, realStartMs: Date.now() });
  await clock.sleep(3_600_000);
  const passedHours = (clock.nowMs() - startMs) / 3_600_000;
  expect(passedHours).toBeGreaterThan(0.95);
});

test("sleep ends when it is told to", async () => {
  const stopping = new AbortController();
  const slept = clockOf(REAL_CLOCK).sleep(60_000, stopping.signal);
  stopping.abort();
  await expect(slept).rejects.toThrow("abort");
});

test("the setting travels as text, and what is none is refused with a remedy", () => {
  const setting = { speed: 600, houseStartMs: 1_704_405_600_000, realStartMs: 1_795_000_000_123 };
  expect(parseHouseClock(formatHouseClock(setting))).toEqual(setting);
  expect(parseHouseClock(undefined)).toBe(REAL_CLOCK);
  for (const text of ["fast", "1,2", "0,1,2", "1,2,3,4", "1,x,3"])
    expect(() => parseHouseClock(text)).toThrow("write speed,houseStartMs,realStartMs");
});
