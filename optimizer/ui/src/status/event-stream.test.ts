import fc from "fast-check";
import { expect, test } from "vitest";
import { createEventReader } from "./event-stream.ts";

const plan = { type: "plan", planId: "p1", createdAtMs: 1, nextDueMs: 2 } as const;
const alert = { type: "alert", level: "info", message: "ä €\n–", atMs: 3 } as const;
const textOf = (event: { readonly type: string }) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
const stream = `${textOf(plan)}: still here\n\n${textOf(alert)}`;

test("events come whole, however the stream is cut", () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: stream.length })), fc.boolean(), (cuts, isCrLf) => {
      const sent = isCrLf ? stream.replaceAll("\n", "\r\n") : stream;
      const read = createEventReader();
      const borders = [0, ...cuts.toSorted((a, b) => a - b), sent.length];
      const pieces = borders.slice(1).map((end, i) => sent.slice(borders[i], end));
      expect(pieces.flatMap(read)).toEqual([plan, alert]);
    }),
  ));

test("half an event is none yet, and nonsense does not stop the next", () => {
  const read = createEventReader();
  expect(read('data: {"type"')).toEqual([]);
  expect(read(": nonsense\n\n")).toEqual([]);
  expect(read(textOf(plan))).toEqual([plan]);
});
