import fc from "fast-check";
import { MS_PER_HOUR, type Slot } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { climb, type Giver, restsOn } from "./ladder.ts";

const hours = (count: number): Slot[] =>
  Array.from({ length: count }, (_, k) => ({ startMs: k * MS_PER_HOUR, hours: 1 }));
const giver = (rung: Giver<number>["rung"], values: readonly (number | undefined)[]): Giver<number> => ({
  rung,
  source: rung,
  issuedAtMs: 7,
  at: ({ startMs }) => values[startMs / MS_PER_HOUR],
});

test("each slot has the value of the best that knows one, zero being one", () => {
  const given = climb(hours(4), [giver("best", [0]), giver("cached", [9, 2]), giver("fallback", [9, 9, 3])]);
  expect(given.map((each) => each?.value)).toEqual([0, 2, 3, undefined]);
});

test("neighbours of one giver are one stretch, also where another one knows more", () => {
  const slots = hours(5);
  const given = climb(slots, [giver("best", [1, 1, undefined, 1]), giver("learned", [2, 2, 2, 2])]);
  expect(restsOn("prices", slots, given)).toEqual([
    { series: "prices", rung: "best", source: "best", issuedAtMs: 7, fromMs: 0, untilMs: 2 * MS_PER_HOUR },
    {
      series: "prices",
      rung: "learned",
      source: "learned",
      issuedAtMs: 7,
      fromMs: 2 * MS_PER_HOUR,
      untilMs: 3 * MS_PER_HOUR,
    },
    {
      series: "prices",
      rung: "best",
      source: "best",
      issuedAtMs: 7,
      fromMs: 3 * MS_PER_HOUR,
      untilMs: 4 * MS_PER_HOUR,
    },
  ]);
});

test("with a last giver that always knows, no slot is empty, and the stretches cover every slot once", () =>
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.option(fc.integer(), { nil: undefined }), { maxLength: 30 }), { maxLength: 4 }),
      (all) => {
        const slots = hours(30);
        const given = climb(slots, [
          ...all.map((values) => giver("best", values)),
          { rung: "fallback", source: "config", at: () => 1 },
        ]);
        expect(given).not.toContain(undefined);
        const stretches = restsOn("prices", slots, given);
        expect(stretches[0]?.fromMs).toBe(0);
        expect(stretches.at(-1)?.untilMs).toBe(30 * MS_PER_HOUR);
        stretches.slice(1).forEach((each, k) => expect(each.fromMs).toBe(stretches[k]?.untilMs));
      },
    ),
  ));
