import { expect, test } from "vitest";
import { evenSlots } from "../domain/slots.ts";
import { lowestPerSlot, momentsOf, spansOf } from "./local-spans.ts";

const ZONE = "Europe/Berlin";
/** Friday noon in Berlin. */
const FRIDAY = Date.parse("2024-01-05T12:00:00+01:00");
const at = (local: string): number => Date.parse(local);
const days = (count: number): number => FRIDAY + count * 24 * 3_600_000;
const iso = (spans: readonly { readonly fromMs: number; readonly untilMs: number }[]) =>
  spans.map((span) => [span.fromMs, span.untilMs]);

test("a rule of the night holds over midnight, and the night we are in counts whole", () => {
  const night = { from: "22:00", until: "06:00", days: undefined };
  expect(iso(spansOf(night, at("2024-01-06T03:00+01:00"), at("2024-01-07T01:00+01:00"), ZONE))).toEqual([
    [at("2024-01-05T22:00+01:00"), at("2024-01-06T06:00+01:00")],
    [at("2024-01-06T22:00+01:00"), at("2024-01-07T06:00+01:00")],
  ]);
});

test.each([
  {
    rule: "days are those on which it begins",
    days: ["sat"] as const,
    spans: [["2024-01-06T20:00+01:00", "2024-01-07T02:00+01:00"]],
  },
  { rule: "other days have none", days: ["thu"] as const, spans: [] },
])("$rule", ({ days: on, spans }) => {
  expect(iso(spansOf({ from: "20:00", until: "02:00", days: [...on] }, FRIDAY, days(3), ZONE))).toEqual(
    spans.map((span) => span.map(at)),
  );
});

test("from a time until the same time is a whole day", () => {
  expect(iso(spansOf({ from: "11:00", until: "11:00", days: ["fri"] }, FRIDAY, days(1), ZONE))).toEqual([
    [at("2024-01-05T11:00+01:00"), at("2024-01-06T11:00+01:00")],
  ]);
});

test("on days when the clocks change the wall clock counts", () => {
  const rule = { from: "01:00", until: "05:00", days: undefined };
  const spring = spansOf(rule, at("2024-03-31T00:00+01:00"), at("2024-03-31T20:00+02:00"), ZONE);
  expect(iso(spring)).toEqual([[at("2024-03-31T01:00+01:00"), at("2024-03-31T05:00+02:00")]]);
});

test("moments: from now on, up to and with the end of the horizon", () => {
  const weekdays = { at: "12:00", days: ["fri", "mon"] as ("fri" | "mon")[] };
  expect(momentsOf(weekdays, FRIDAY, days(3), ZONE)).toEqual([at("2024-01-08T12:00+01:00")]);
  expect(momentsOf({ at: "07:00", days: undefined }, FRIDAY, days(2), ZONE)).toEqual([
    at("2024-01-06T07:00+01:00"),
    at("2024-01-07T07:00+01:00"),
  ]);
});

test("of several limits the lowest holds, none where nothing is lower than usual", () => {
  const slots = evenSlots(0, 1, 4);
  const hour = 3_600_000;
  const limits = [
    { fromMs: hour, untilMs: 3 * hour, limitKw: 3 },
    { fromMs: 2 * hour, untilMs: 3 * hour, limitKw: 2 },
    { fromMs: 0, untilMs: 4 * hour, limitKw: 9 },
  ];
  expect(lowestPerSlot(slots, 5, limits)).toEqual([5, 3, 2, 5]);
  expect(lowestPerSlot(slots, 5, limits.slice(2))).toBeUndefined();
});
