import { MS_PER_HOUR } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { usualOutdoor } from "./usual-outdoor.ts";

const NOW_MS = Date.UTC(2024, 0, 20, 12);
const warmAtNoon = (ms: number) => 3 + 4 * Math.cos((((ms / MS_PER_HOUR) % 24) / 24 - 0.5) * 2 * Math.PI);
const past = (hours: number, value: (ms: number) => number) =>
  Array.from({ length: hours * 4 }, (_, k) => {
    const startMs = NOW_MS - hours * MS_PER_HOUR + k * 900_000;
    return { startMs, endMs: startMs + 900_000, value: value(startMs) };
  });
const slot = (hour: number) => ({ startMs: NOW_MS + hour * MS_PER_HOUR, hours: 1 });

test("days that are all alike are expected to go on", () => {
  const usual = usualOutdoor(past(7 * 24, warmAtNoon), NOW_MS);
  for (const hour of [0, 6, 12, 40]) {
    const middle = warmAtNoon(NOW_MS + (hour + 0.5) * MS_PER_HOUR);
    expect(Math.abs((usual?.(slot(hour)) ?? Number.NaN) - middle)).toBeLessThan(0.3);
  }
});

test("a morning five degrees colder than usual makes the day colder, and less so the day after", () => {
  const cold = (ms: number) => warmAtNoon(ms) - (ms >= NOW_MS - 3 * MS_PER_HOUR ? 5 : 0);
  const usual = usualOutdoor(past(7 * 24, cold), NOW_MS);
  const below = (hour: number) => warmAtNoon(NOW_MS + (hour + 0.5) * MS_PER_HOUR) - (usual?.(slot(hour)) ?? Number.NaN);
  expect(below(1)).toBeGreaterThan(3.5);
  expect(below(26)).toBeLessThan(below(2));
  expect(below(50)).toBeLessThan(1);
});

test("a day and a half is the least to learn from", () => {
  expect(usualOutdoor(past(30, warmAtNoon), NOW_MS)).toBeUndefined();
  expect(usualOutdoor([], NOW_MS)).toBeUndefined();
});
