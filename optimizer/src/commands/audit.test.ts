import { expect, test } from "vitest";
import { auditOf } from "./audit.ts";
import { newCommand } from "./life.ts";
import { anOrder, MINUTE, T0 } from "./testing/examples.ts";

test("E28 the trail says of each device who or what caused what, in the order of time", () => {
  const boosted = {
    ...newCommand(anOrder),
    createdAtMs: T0 + 2 * MINUTE,
    origin: { kind: "person", detail: "boostWater" } as const,
  };
  const entries = auditOf({
    nameOf: (id) => `The ${id}`,
    commands: [
      { command: { ...newCommand(anOrder), state: "completed" }, cause: "the plan wants it" },
      { command: { ...boosted, id: "heater-2", state: "verified" }, cause: "a person wants it" },
    ],
    deviations: [
      { deviceId: "battery", kind: "override", atMs: T0 + 3 * MINUTE, detail: "mode is off", commandId: "battery-1" },
      { deviceId: "house", kind: "prices", atMs: T0 + 7 * MINUTE, detail: "Prices for Fri 17:00 to 20:00 changed" },
    ],
    overrides: [
      {
        id: "o1",
        kind: "boostWater",
        deviceId: "tank",
        createdAtMs: T0 + MINUTE,
        untilMs: T0 + 60 * MINUTE,
        origin: "person",
        by: "dashboard",
        endedAtMs: T0 + 4 * MINUTE,
        endedBy: "api",
      },
      { id: "o2", kind: "vacation", createdAtMs: T0 + 5 * MINUTE, untilMs: T0 + 600 * MINUTE, origin: "automation" },
    ],
    fallback: [
      {
        fromMs: T0,
        untilMs: T0,
        rung: "rules",
        actions: [
          { atMs: T0 + 6 * MINUTE, deviceId: "battery", intent: { kind: "selfUse" }, reason: "the hour is dear" },
        ],
      },
    ],
  });
  expect(
    entries.map(
      ({ name, what, origin }) => `${name} ${what} [${origin.kind}${origin.detail ? ` ${origin.detail}` : ""}]`,
    ),
  ).toEqual([
    'The heater was told "on": the plan wants it [plan]',
    'The tank "boostWater" was asked for [person dashboard]',
    'The heater was told "on": a person wants it [person boostWater]',
    "The battery was changed by hand: mode is off [person]",
    'The tank "boostWater" was ended [person api]',
    'The house "vacation" was asked for [automation]',
    'The battery was told "selfUse": the hour is dear [fallback rules]',
    "Prices for Fri 17:00 to 20:00 changed [plan]",
  ]);
  expect(entries[0]).toMatchObject({ commandId: "heater-1", outcome: "completed" });
});
