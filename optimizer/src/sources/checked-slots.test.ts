import fc from "fast-check";
import { expect, test } from "vitest";
import { SourceError } from "../domain/errors.ts";
import { type Border, checkedSlots, type SentPrice, withEnds } from "./checked-slots.ts";

const T0 = Date.parse("2026-01-15T00:00:00Z");
const HOUR = 3_600_000;
const border: Border = {
  source: "source",
  perKwh: 0.001,
  nowMs: T0 + 12 * HOUR,
  stepMinutes: [60, 15],
};
const sent = (startHour: number, value: number, hours = 1, k = 0): SentPrice => ({
  startMs: T0 + startHour * HOUR,
  endMs: T0 + (startHour + hours) * HOUR,
  value,
  field: `row[${k}].price`,
  timeField: `row[${k}].start`,
});

test("a price per MWh becomes one per kWh, and its slot keeps its length", () => {
  expect(checkedSlots([sent(0, 84.2), sent(1, -12, 0.25)], border)).toEqual([
    { startMs: T0, hours: 1, importPerKwh: expect.closeTo(0.0842, 9) },
    { startMs: T0 + HOUR, hours: 0.25, importPerKwh: expect.closeTo(-0.012, 9) },
  ]);
});

test.each([
  { what: "one that is there twice", rows: [sent(0, 1), sent(0, 1, 1, 1)], says: /row\[1\]\.start is there twice/ },
  {
    what: "one that overlaps",
    rows: [sent(0, 1), sent(0.75, 1, 0.25, 1)],
    says: /row\[1\]\.start .* overlaps the slot before/,
  },
  { what: "a wrong order", rows: [sent(2, 1), sent(1, 1, 1, 1)], says: /row\[1\]\.start .* comes after a later one/ },
  {
    what: "half an hour where there are none",
    rows: [sent(0, 1, 0.5)],
    says: /row\[0\]\.start makes a slot of 30 minutes, where it is 60 or 15/,
  },
  { what: "an hour that begins at ten past", rows: [sent(1 / 6, 1)], says: /not on the clock of slots of 60 minutes/ },
  {
    what: "seconds for milliseconds",
    rows: [{ ...sent(0, 1), startMs: T0 / 1000, endMs: T0 / 1000 + HOUR }],
    says: /row\[0\]\.start .* is not of these days/,
  },
  { what: "an absurd number", rows: [sent(0, 1e12)], says: /row\[0\]\.price is 1000000000000, no price/ },
  { what: "no number", rows: [sent(0, Number.NaN)], says: /row\[0\]\.price is NaN/ },
  { what: "no end", rows: [sent(0, Number.POSITIVE_INFINITY)], says: /row\[0\]\.price is Infinity/ },
])("E10 $what is refused, and the field named", ({ rows, says }) => {
  expect(() => checkedSlots(rows, border)).toThrow(SourceError);
  expect(() => checkedSlots(rows, border)).toThrow(says);
});

test("a price that no market allows comes through with the others: it is judged by itself, later", () => {
  expect(checkedSlots([sent(0, 80), sent(1, 80_000)], border).map(({ importPerKwh }) => importPerKwh)).toEqual([
    0.08, 80,
  ]);
});

test("what comes through is in order, without overlap, and no price is lost or changed", () =>
  fc.assert(
    fc.property(fc.array(fc.record({ hour: fc.integer({ min: 0, max: 6 }), value: fc.double() })), (rows) => {
      const all = rows.map(({ hour, value }, k) => sent(hour, value, 1, k));
      let slots;
      try {
        slots = checkedSlots(all, border);
      } catch (error) {
        expect(error).toBeInstanceOf(SourceError);
        return;
      }
      expect(slots.map(({ importPerKwh }) => importPerKwh)).toEqual(rows.map(({ value }) => value * 0.001));
      slots.forEach((slot, k) => {
        const before = slots[k - 1];
        if (before) expect(slot.startMs).toBeGreaterThanOrEqual(before.startMs + before.hours * HOUR);
      });
    }),
  ));

test("without ends the usual distance is every slot's length, and a longer one a hole", () => {
  const hours = [0, 0.25, 0.5, 1.5].map((hour, k) => sent(hour, 1, 9, k));
  expect(withEnds(hours, border).map(({ startMs, endMs }) => (endMs - startMs) / HOUR)).toEqual([
    0.25, 0.25, 0.25, 0.25,
  ]);
  expect(() =>
    withEnds(
      [0, 0.25, 0.5, 0.6].map((hour, k) => sent(hour, 1, 9, k)),
      border,
    ),
  ).toThrow(/row\[3\]\.start comes 6 minutes after the one before it, where others come after 15/);
  expect(withEnds([sent(0, 1)], border)[0]?.endMs).toBe(T0 + HOUR);
  expect(withEnds([], border)).toEqual([]);
});
