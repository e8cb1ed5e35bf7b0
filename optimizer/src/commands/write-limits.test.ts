import fc from "fast-check";
import { expect, test } from "vitest";
import { MINUTE, T0 } from "./testing/examples.ts";
import { mayWrite, type Urgency } from "./write-limits.ts";

const allowance = { perDay: 24, perHour: 20, perMinute: 4, reserved: 4 };
const HOUR = 60 * MINUTE;
const each = (count: number, gapMs: number) => Array.from({ length: count }, (_, k) => T0 - (count - k) * gapMs);

test.each([
  { rule: "nothing was written", written: [], urgency: "usual", answer: { ok: true } },
  {
    rule: "E22 twenty in a day",
    written: each(20, HOUR),
    urgency: "usual",
    answer: { ok: false, limit: "day", untilMs: T0 + 4 * HOUR },
  },
  { rule: "E22 twenty in a day, but a person asks", written: each(20, HOUR), urgency: "urgent", answer: { ok: true } },
  {
    rule: "E22 not even a person has more than all",
    written: each(24, 50 * MINUTE),
    urgency: "urgent",
    answer: { ok: false, limit: "day" },
  },
  {
    rule: "E04 four in a minute",
    written: each(4, 10_000),
    urgency: "urgent",
    answer: { ok: false, limit: "minute", untilMs: T0 + 20_000 },
  },
  {
    rule: "E04 an hour's fill",
    written: each(20, 2 * MINUTE),
    urgency: "urgent",
    answer: { ok: false, limit: "hour", untilMs: T0 + 20 * MINUTE },
  },
] as const)("$rule: $answer", ({ written, urgency, answer }) => {
  expect(mayWrite(written, T0, allowance, urgency)).toMatchObject(answer);
});

test("E22 says how many are used up, and what the rest is kept for", () => {
  expect(mayWrite(each(20, HOUR), T0, allowance, "usual")).toMatchObject({
    reason: "20 of 24 writes of this day are used up; the last 4 are kept for people and for safety",
  });
});

test("E22 whoever asks before each write never exceeds a limit, and is let through again at the time told", () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 30 * MINUTE }), fc.constantFrom<Urgency>("usual", "urgent")), {
        maxLength: 200,
      }),
      (wishes) => {
        const written: number[] = [];
        let nowMs = T0;
        for (const [waitMs, urgency] of wishes) {
          nowMs += waitMs;
          const answer = mayWrite(written, nowMs, allowance, urgency);
          if (answer.ok) written.push(nowMs);
          else {
            expect(answer.untilMs).toBeGreaterThan(nowMs);
            const then = mayWrite(written, answer.untilMs, allowance, urgency);
            expect(then.ok || then.limit !== answer.limit).toBe(true);
          }
          for (const [most, ms] of [
            [24, 24 * HOUR],
            [20, HOUR],
            [4, MINUTE],
          ] as const)
            expect(written.filter((atMs) => atMs > nowMs - ms).length).toBeLessThanOrEqual(most);
        }
      },
    ),
  ));
