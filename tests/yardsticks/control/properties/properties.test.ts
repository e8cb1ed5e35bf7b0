import type { Command, CommandEvent } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import { intentOf } from "../adapter.ts";
import { START_MS } from "../play-case.ts";
import { PROPERTY_KINDS } from "../judge-case.ts";
import type { CaseRecord, CommandLog, Truth, Wish } from "../record.ts";
import { aBattery, aSettingsDevice } from "../testing/examples.ts";

const battery = aBattery();
const charger = aSettingsDevice();
const ms = (second: number): number => START_MS + second * 1000;

const is = (second: number, mode: string, meterKw: number, stored: Truth["stored"] = { mode }): Truth => ({
  atMs: ms(second),
  mode,
  powerKw: Math.abs(meterKw),
  meterKw,
  stored,
});
const wish = (index: number, from: number, until: number, mode: string, powerKw?: number): Wish => ({
  index,
  deviceId: "battery",
  want: { mode, ...(powerKw === undefined ? {} : { powerKw }) },
  fromMs: ms(from),
  untilMs: ms(until),
});
const write = (second: number, forWish?: number) => ({
  atMs: ms(second),
  deviceId: "battery",
  settings: { mode: "charge" },
  by: "optimizer" as const,
  ...(forWish === undefined ? {} : { wish: forWish }),
});
const send = (second: number, forWish = 0) => ({
  atMs: ms(second),
  deviceId: "battery",
  commandId: "c",
  attempt: 1,
  wish: forWish,
});
/** A command to charge with 3 kW, and its events. */
const command = (...events: readonly (readonly [second: number, type: CommandEvent["type"]])[]): CommandLog => ({
  command: {
    id: `battery-${events[0]?.[0]}`,
    deviceId: "battery",
    intent: intentOf(battery, { mode: "charge", powerKw: 3 }),
    createdAtMs: ms(events[0]?.[0] ?? 0),
  } as Command,
  events: events.map(([second, type]) => ({
    id: `${second}`,
    commandId: "c",
    type,
    attempt: 1,
    atMs: ms(second),
    cause: "",
  })),
});
const alarm = (second: number, level: "info" | "warning" | "error", about = "battery") => ({
  atMs: ms(second),
  level,
  about,
  message: "it is so",
});
const deviation = (second: number, kind: string) => ({ atMs: ms(second), deviceId: "battery", kind });
const shown = (from: number, until: number, isDetected = true) => ({
  deviceId: "battery",
  fromMs: ms(from),
  untilMs: ms(until),
  isDetected,
});

/** A case of an hour in which nothing happens but what the test says. The battery is read every 30 s. */
const record = (parts: Partial<CaseRecord> = {}, truths: readonly Truth[] = [is(0, "selfUse", -0.5)]): CaseRecord => ({
  startMs: ms(0),
  endMs: ms(3600),
  devices: [battery, charger],
  truths: new Map([["battery", truths]]),
  writes: [],
  sends: [],
  accesses: [],
  wishes: [],
  commands: [],
  alarms: [],
  deviations: [],
  overrides: [],
  retained: [],
  disturbances: [],
  ...parts,
});

const CHARGING = [is(0, "selfUse", -0.5), is(100, "charge", 3, { mode: "charge", powerKw: 3 }), is(2000, "hold", 0)];
const during = (from: number, until: number) => ({ device: "battery", from, until });
const byDevice = { device: "battery" };

type Row = readonly [holds: boolean, type: string, property: object, from: CaseRecord];
const rows: readonly Row[] = [
  [true, "stateHeld", { mode: "charge", powerKw: 3.1, ...during(80, 2000) }, record({}, CHARGING)],
  [false, "stateHeld", { mode: "charge", ...during(60, 2000) }, record({}, CHARGING)],
  [false, "stateHeld", { mode: "charge", ...during(100, 2001) }, record({}, CHARGING)],
  [false, "stateHeld", { mode: "charge", powerKw: 3.3, ...during(100, 2000) }, record({}, CHARGING)],
  [false, "stateHeld", { settings: { powerKw: 2 }, ...during(100, 2000) }, record({}, CHARGING)],
  [true, "stateAt", { ...byDevice, mode: "charge", at: 75 }, record({}, CHARGING)],
  [false, "stateAt", { ...byDevice, mode: "charge", at: 60 }, record({}, CHARGING)],
  [true, "finalState", { ...byDevice, mode: "hold", powerKw: 0 }, record({}, CHARGING)],
  [false, "finalState", { ...byDevice, mode: "charge" }, record({}, CHARGING)],
  [false, "neverInBetween", { ...byDevice, forbidden: [{ mode: "charge", powerKw: 3 }] }, record({}, CHARGING)],
  [true, "neverInBetween", { ...byDevice, forbidden: [{ mode: "charge", powerKw: 4 }] }, record({}, CHARGING)],
  [true, "powerNeverAbove", { powerKw: 3, ...during(0, 3600) }, record({}, CHARGING)],
  [false, "powerNeverAbove", { powerKw: 2.9, ...during(0, 3600) }, record({}, CHARGING)],
  [true, "powerNeverAbove", { powerKw: 0, ...during(2000, 3600) }, record({}, CHARGING)],
  [true, "correctedWithinSeconds", { ...byDevice, mode: "hold", since: 1900, atMost: 80 }, record({}, CHARGING)],
  [false, "correctedWithinSeconds", { ...byDevice, mode: "hold", since: 1900, atMost: 60 }, record({}, CHARGING)],
  [false, "correctedWithinSeconds", { ...byDevice, mode: "charge", since: 60, atMost: 60 }, record({}, CHARGING)],
  // Something else is wanted from 2000 on: until then it must stay.
  [
    true,
    "correctedWithinSeconds",
    { ...byDevice, mode: "charge", since: 60, atMost: 60 },
    record({ wishes: [wish(1, 2000, 3600, "hold")] }, CHARGING),
  ],
  [true, "safeStateWithinSeconds", { ...byDevice, since: 0, atMost: 60 }, record()],
  [false, "safeStateWithinSeconds", { ...byDevice, since: 0, atMost: 60 }, record({}, CHARGING)],

  [true, "retriedAtLeast", { times: 2, ...during(0, 100) }, record({ sends: [send(0), send(50), send(99)] })],
  [false, "retriedAtLeast", { times: 2, ...during(0, 99) }, record({ sends: [send(0), send(50), send(99)] })],
  [false, "retriedAtLeast", { times: 1, ...byDevice }, record({ sends: [send(0, 0), send(50, 1)] })],
  [false, "retriedAtMost", { times: 1, ...byDevice }, record({ sends: [send(0), send(50), send(99)] })],
  [true, "gapsGrow", { sends: 4, ...byDevice }, record({ sends: [send(0), send(10), send(19.5), send(40)] })],
  [false, "gapsGrow", { sends: 4, ...byDevice }, record({ sends: [send(0), send(10), send(18), send(40)] })],
  [false, "gapsGrow", { sends: 4, ...byDevice }, record({ sends: [send(0), send(10), send(20)] })],
  [true, "deviceWritesAtMost", { count: 1, ...during(0, 99) }, record({ writes: [write(50), write(100)] })],
  [false, "deviceWritesAtMost", { count: 1, ...during(0, 100) }, record({ writes: [write(50), write(100)] })],
  [false, "noWriteBetween", during(50, 100), record({ writes: [write(50)] })],
  [true, "manualOverrideRespectedUntil", during(60, 100), record({ writes: [write(50), write(100)] })],
  [
    false,
    "onlyIntentSent",
    { intent: 1, from: 0, until: 99 },
    record({ wishes: [wish(1, 0, 99, "charge")], writes: [write(5, 1), write(6, 0)] }),
  ],
  [
    true,
    "onlyIntentSent",
    { intent: 1, from: 6, until: 99 },
    record({ wishes: [wish(1, 0, 99, "charge")], writes: [write(5, 0), write(6, 1)] }),
  ],
  [
    false,
    "noWriteOfIntentAfter",
    { intent: 1, at: 5 },
    record({ wishes: [wish(1, 0, 99, "charge")], writes: [write(5, 1), write(6, 1)] }),
  ],
  [false, "noRetainedCommands", {}, record({ retained: ["home/battery/set"] })],
  [
    false,
    "readsBeforeWriting",
    { ...byDevice, since: 10 },
    record({
      accesses: [
        { atMs: ms(5), deviceId: "battery", kind: "read" },
        { atMs: ms(12), deviceId: "battery", kind: "write" },
      ],
    }),
  ],

  [
    true,
    "detectedWithinSeconds",
    { ...byDevice, what: ["drift"], since: 10, atMost: 60 },
    record({ deviations: [deviation(100, "drift")] }),
  ],
  [
    false,
    "detectedWithinSeconds",
    { ...byDevice, what: ["drift"], since: 10, atMost: 59 },
    record({ deviations: [deviation(100, "drift")] }),
  ],
  [
    false,
    "detectedWithinSeconds",
    { ...byDevice, what: ["override"], since: 10, atMost: 90 },
    record({ deviations: [deviation(100, "drift")] }),
  ],
  [
    false,
    "detectedWithinSeconds",
    { ...byDevice, what: ["drift"], since: 101, atMost: 90 },
    record({ deviations: [deviation(100, "drift")] }),
  ],
  [
    true,
    "neverCompletedWithoutEffect",
    byDevice,
    record({ commands: [command([50, "created"], [120, "verified"])] }, CHARGING),
  ],
  [
    false,
    "neverCompletedWithoutEffect",
    byDevice,
    record({ commands: [command([50, "created"], [99, "verified"])] }, CHARGING),
  ],
  [
    false,
    "neverCompletedWithoutEffect",
    byDevice,
    record({ commands: [command([50, "created"], [2100, "completed"])] }, CHARGING),
  ],
  [true, "overrideShown", during(100, 2000), record({ overrides: [shown(120, 2000)] })],
  [false, "overrideShown", during(100, 2000), record({ overrides: [shown(140, 2000)] })],
  [false, "overrideShown", during(100, 2000), record({ overrides: [shown(100, 1900)] })],
  [true, "noOverrideAssumed", byDevice, record({ overrides: [shown(100, 1900, false)] })],
  [false, "noOverrideAssumed", byDevice, record({ overrides: [shown(100, 1900)] })],
  [false, "noOverrideAssumed", byDevice, record({ deviations: [deviation(100, "override")] })],
  [
    true,
    "alarmRaised",
    { about: "battery", from: 10, atMost: 60, level: "warning" },
    record({ alarms: [alarm(70, "error")] }),
  ],
  [
    false,
    "alarmRaised",
    { about: "battery", from: 10, atMost: 60, level: "warning" },
    record({ alarms: [alarm(70, "info")] }),
  ],
  [
    false,
    "alarmRaised",
    { about: "battery", from: 10, atMost: 60 },
    record({ alarms: [alarm(70, "error", "optimizer"), alarm(71, "info")] }),
  ],
  [
    true,
    "alarmsAtMost",
    { count: 1, from: 0, until: 99, level: "warning" },
    record({ alarms: [alarm(1, "info"), alarm(2, "error")] }),
  ],
  [false, "alarmsAtMost", { count: 1, from: 0, until: 99 }, record({ alarms: [alarm(1, "info"), alarm(2, "error")] })],
];

test.each(rows)("%s: %s %j", (holds, type, property, from) => {
  const complaints = PROPERTY_KINDS.get(type)?.({ type, ...property }, from);
  expect(complaints?.slice(0, 1)).toEqual(holds ? [] : [expect.any(String)]);
});

const outcome = (oneOf: string, by: number, commands: readonly CommandLog[], ...others: readonly Wish[]) =>
  PROPERTY_KINDS.get("outcome")?.(
    { type: "outcome", intent: 0, oneOf: [oneOf], by },
    record({ commands, wishes: [wish(0, 0, 1000, "charge", 3), ...others] }),
  )?.length === 0;

describe("the outcome of a wish", () => {
  test("is what the log says at the moment asked for", () => {
    const it = [command([0, "created"], [1, "sent"], [2, "acknowledged"], [900, "attemptFailed"])];
    expect(outcome("acknowledged", 800, it)).toBe(true);
    expect(outcome("retrying", 950, it)).toBe(true);
  });

  test("once proved is proved, and a later command for the same wish may prove it", () => {
    const given = command([0, "created"], [200, "deadLettered"]);
    expect(outcome("deadLettered", 400, [given, command([300, "created"])])).toBe(true);
    expect(outcome("completed", 600, [given, command([300, "created"], [500, "verified"], [550, "completed"])])).toBe(
      true,
    );
  });

  test("counts a command that was in force before, for a wish that is the same", () => {
    expect(outcome("completed", 10, [command([-900, "created"], [-800, "verified"])])).toBe(true);
    expect(outcome("completed", 10, [command([-900, "created"], [-800, "verified"], [-10, "completed"])])).toBe(false);
  });

  test("nothing revives what has ended", () => {
    const late = command([0, "created"], [10, "superseded"], [40, "acknowledged"], [60, "verified"]);
    expect(outcome("superseded", 500, [late])).toBe(true);
  });

  test("without a command it waits, was replaced, or is over", () => {
    expect(outcome("pending", 500, [])).toBe(true);
    expect(outcome("superseded", 700, [], wish(1, 600, 2000, "hold"))).toBe(true);
    expect(outcome("expired", 1000, [])).toBe(true);
  });
});
