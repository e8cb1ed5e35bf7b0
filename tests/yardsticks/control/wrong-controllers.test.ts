import { describe, expect, test } from "vitest";
import { runCase } from "./run-case.ts";
import { aBattery, aCase, wants } from "./testing/examples.ts";
import { type Fault, naiveController } from "./testing/naive-controller.ts";

// A green yardstick means something only if it turns red for a controller that is wrong.

/** The types of property that a controller breaks. */
const brokenBy = (it: Parameters<typeof aCase>[0], fault?: Fault): string[] => {
  const { judgements } = runCase(aCase(it), naiveController(fault));
  const strange = judgements.flatMap(({ complaints }) =>
    complaints.filter((text) => text.includes("cannot be judged")),
  );
  expect(strange).toEqual([]);
  return judgements.filter(({ complaints }) => complaints.length > 0).map(({ property }) => property.type);
};

const ignoring = {
  timeline: [{ atSeconds: 0, event: "behaviour", device: "battery", is: "acceptsIgnores" }, wants(0, "charge", 3)],
  must: [
    { type: "neverCompletedWithoutEffect", device: "battery" },
    { type: "detectedWithinSeconds", device: "battery", what: ["noEffect"], since: 0, atMost: 660 },
    { type: "retriedAtLeast", device: "battery", times: 1, from: 0, until: 3600 },
    { type: "outcome", intent: 1, oneOf: ["deadLettered"], by: 3600 },
    { type: "alarmRaised", about: "battery", from: 0, atMost: 3600, level: "warning" },
  ],
};
const repeated = {
  timeline: [{ ...wants(0, "discharge", 4.5), event: "intentRepeated", everySeconds: 60, until: 3000 }],
  must: [{ type: "deviceWritesAtMost", device: "battery", count: 1, from: 0, until: 3600 }],
};
const byHand = {
  timeline: [
    wants(0, "hold"),
    { atSeconds: 900, event: "foreignWrite", device: "battery", set: { mode: "charge", powerKw: 3 } },
  ],
  must: [
    { type: "manualOverrideRespectedUntil", device: "battery", from: 900, until: 3600 },
    { type: "stateHeld", device: "battery", mode: "charge", powerKw: 3, from: 930, until: 3600 },
  ],
};
const silentReadings = {
  timeline: [
    wants(0, "hold"),
    { atSeconds: 900, event: "readings", device: "battery", are: "missing", forSeconds: 300 },
  ],
  must: [{ type: "unavailableNeverUsedAsValue", device: "battery", from: 900, until: 1230 }],
};
const stopped = {
  timeline: [wants(0, "charge", 3), { atSeconds: 900, event: "service", which: "all", is: "stopped" }],
  must: [{ type: "safeStateWithinSeconds", device: "battery", since: 900, atMost: 120 }],
};
const rebooted = {
  devices: [aBattery({ forgetsOnReboot: true })],
  timeline: [wants(0, "charge", 3), { atSeconds: 900, event: "reboot", device: "battery", awaySeconds: 60 }],
  must: [{ type: "noOverrideAssumed", device: "battery" }],
};
const changing = {
  devices: [aBattery({ answersAfterSeconds: 20 })],
  timeline: [wants(0, "hold"), wants(5, "charge", 2), wants(10, "discharge", 2)],
  must: [
    { type: "noWriteOfIntentAfter", intent: 1, at: 0 },
    { type: "finalState", device: "battery", mode: "discharge", powerKw: 2 },
  ],
};

describe("a controller that", () => {
  test.each<[Fault, string, Parameters<typeof aCase>[0], readonly string[]]>([
    ["believesAnswers", "takes an answer for the deed", ignoring, ["neverCompletedWithoutEffect"]],
    ["neverRetries", "tries once", ignoring, ["retriedAtLeast", "outcome", "alarmRaised"]],
    ["saysNothing", "gives up in silence", ignoring, ["detectedWithinSeconds", "alarmRaised"]],
    ["sendsAgain", "sends with every plan", repeated, ["deviceWritesAtMost"]],
    ["putsBack", "puts back what a person changed", byHand, ["manualOverrideRespectedUntil", "stateHeld"]],
    ["readsSilence", "takes silence for a change", silentReadings, ["unavailableNeverUsedAsValue"]],
    ["leavesAsIs", "goes and leaves the charge running", stopped, ["safeStateWithinSeconds"]],
    ["seesPeople", "takes a reboot for a person", rebooted, ["noOverrideAssumed"]],
    ["keepsOld", "lets old orders wait", changing, ["noWriteOfIntentAfter"]],
  ])("%s: %s is found out, and nothing else is held against it", (fault, _, it, broken) => {
    expect(brokenBy(it)).toEqual([]);
    expect(brokenBy(it, fault)).toEqual(expect.arrayContaining([...broken]));
  });
});
