import { type Intent, isServiceCall } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { judgeAll } from "../commands/expectations.ts";
import type { LatestReading } from "../commands/readings.ts";
import { shows, T0 } from "../commands/testing/examples.ts";
import type { DeviceDeps } from "./device.ts";
import { sgReady } from "./sg-ready.ts";

const settings = { kind: "sg-ready", blockRelay: "switch.sg_1", raiseRelay: "switch.sg_2" };
const deps: DeviceDeps = {
  deviceId: "house",
  name: "House",
  deviceType: "zone",
  limits: { comfortMaxTempC: 23 },
  signals: { temp: "house.tempC", heatPowers: ["heat_pump.powerKw"] },
};
const pump = sgReady.create(settings, deps);

const LEVELS = ["min", "low", "mid", "max"] as const;
type Level = (typeof LEVELS)[number];
const level = (each: Level): Intent => ({ kind: "level", level: each });

/** Contacts 1 and 2 by level, from the SG-Ready regulation: states 1 to 4. */
const STATE: Readonly<Record<Level, string>> = { min: "1:0", low: "0:0", mid: "0:1", max: "1:1" };
const HARD = [STATE.min, STATE.max];

/** The states that two relays pass through, the first included. */
function way(from: Level, to: Level): string[] {
  let [block, raise] = STATE[from].split(":");
  const states = [STATE[from]];
  for (const call of pump.translate(level(to)).filter(isServiceCall)) {
    const contact = call.action === "switch.turn_on" ? "1" : "0";
    if (call.target.entity_id === settings.blockRelay) block = contact;
    else raise = contact;
    states.push(`${block}:${raise}`);
  }
  return states;
}

test.each(LEVELS)("level %s is its state of the two contacts", (each) => {
  for (const from of LEVELS) expect(way(from, each).at(-1)).toBe(STATE[each]);
  const [block, raise] = STATE[each].split(":").map((contact) => (contact === "1" ? "on" : "off"));
  expect(pump.expects(level(each))).toEqual(
    expect.arrayContaining([
      { test: "equals", source: "switch.sg_1", value: block },
      { test: "equals", source: "switch.sg_2", value: raise },
    ]),
  );
});

test.each(LEVELS.flatMap((from) => LEVELS.map((to) => ({ from, to }))))(
  "E18 the way from $from to $to does not lead through blocked or forced",
  ({ from, to }) => {
    const between = way(from, to).filter((state) => state !== STATE[from] && state !== STATE[to]);
    expect(between.filter((state) => HARD.includes(state))).toEqual([]);
  },
);

const relays = (each: Level) => {
  const [block, raise] = STATE[each].split(":").map((contact) => (contact === "1" ? "on" : "off"));
  return { "switch.sg_1": block ?? "", "switch.sg_2": raise ?? "" };
};
test.each<{ rule: string; to: Level; readings: Record<string, number>; verdict: string }>([
  { rule: "blocked, and the compressor stands", to: "min", readings: { "heat_pump.powerKw": 0.03 }, verdict: "met" },
  { rule: "E17 blocked, and it runs on", to: "min", readings: { "heat_pump.powerKw": 1.2 }, verdict: "unmet" },
  { rule: "forced, and it runs", to: "max", readings: { "heat_pump.powerKw": 3, "house.tempC": 20 }, verdict: "met" },
  {
    rule: "E17 forced, and nothing happens",
    to: "max",
    readings: { "heat_pump.powerKw": 0.03, "house.tempC": 20 },
    verdict: "unmet",
  },
  {
    rule: "forced, but the room is warm",
    to: "max",
    readings: { "heat_pump.powerKw": 0.03, "house.tempC": 23.1 },
    verdict: "met",
  },
  { rule: "recommended: it may do as it likes", to: "mid", readings: { "heat_pump.powerKw": 0 }, verdict: "met" },
  { rule: "normal", to: "low", readings: { "heat_pump.powerKw": 0 }, verdict: "met" },
])("$rule: $verdict", ({ to, readings, verdict }) => {
  const rise = Object.entries(readings).map(
    ([source, value]) => [source, { value, atMs: T0, risePerHour: 0 }] as const,
  );
  const time = { acknowledgedAtMs: T0, nowMs: T0, settleMs: 120_000 };
  expect(judgeAll(pump.expects(level(to)), new Map<string, LatestReading>([...shows(relays(to)), ...rise]), time)).toBe(
    verdict,
  );
});

test("when nobody decides the heat pump follows its own curve", () => {
  expect(pump.safeIntent).toEqual(level("low"));
});

test("one relay for both contacts is refused", () => {
  expect(() => sgReady.create({ ...settings, raiseRelay: "switch.sg_1" }, deps)).toThrow(
    "must be another relay than blockRelay",
  );
});
