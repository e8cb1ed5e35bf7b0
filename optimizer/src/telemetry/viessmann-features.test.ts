import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readingsOfFeatures, ViessmannFeatures } from "./viessmann-features.ts";

const recorded: unknown = JSON.parse(
  readFileSync(new URL("../transport/fixtures/viessmann/features_Vitocal250A.json", import.meta.url), "utf8"),
);
const NEWEST_MS = 1_759_658_968_719; // a compressor sensor, 2025-10-05
const wanted = [
  "hp:heating.dhw.temperature.main#value",
  "hp:heating.dhw.sensors.temperature.dhwCylinder#value",
  "hp:heating.circuits.0.sensors.temperature.room#value", // not built in
  "other:heating.dhw.temperature.main#value",
];
const read = (nowMs: number) => readingsOfFeatures(ViessmannFeatures.parse(recorded), "hp", wanted, nowMs);

test("gives what is wanted and built in, in the units telemetry knows", () => {
  expect(read(Date.now())).toMatchObject([
    { source: "hp:heating.dhw.sensors.temperature.dhwCylinder#value", value: 46.8, unit: "°C" },
    { source: "hp:heating.dhw.temperature.main#value", value: 55, unit: "°C" },
  ]);
});

test("E35 an answer that only repeats is as old as the last word of the heat pump, not as new as the answer", () => {
  const times = read(Date.parse("2026-01-05T10:00:00Z")).map(({ atMs }) => atMs);
  expect(new Set(times)).toEqual(new Set([NEWEST_MS]));
});

test("a heat pump whose clock is ahead is heard of now", () => {
  expect(read(NEWEST_MS - 60_000)[0]?.atMs).toBe(NEWEST_MS - 60_000);
});

test("E06 an answer with one broken feature is refused as a whole, with the field named", () => {
  const broken = { data: [{ feature: "a", timestamp: "yesterday", properties: {} }] };
  const result = ViessmannFeatures.safeParse(broken);
  expect(result.error?.issues[0]?.path).toEqual(["data", 0, "timestamp"]);
});
