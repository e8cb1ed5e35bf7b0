import { MS_PER_HOUR } from "@ohmstead/contract";
import fc from "fast-check";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { type Asked, nextFetchMs } from "./next-fetch.ts";

const MINUTE_MS = 60_000;
const BRUSSELS = "Europe/Brussels";
const at = (local: string): number => DateTime.fromISO(local, { zone: BRUSSELS }).toMillis();
const market = { refreshMinutes: 60, publishedAt: { time: "13:00", timeZone: BRUSSELS } };
const next = (asked: Partial<Asked> & Pick<Asked, "nowMs">): number =>
  nextFetchMs({ source: market, random: () => 0.5, ...asked });
const failed = (
  trouble: "unreachable" | "credentials" | "rateLimited" | "malformed",
  times = 1,
  retryAfterMs?: number,
) => ({
  trouble,
  times,
  retryAfterMs,
});
const minutesAfter = (nowMs: number, asked: Partial<Asked>) => (next({ nowMs, ...asked }) - nowMs) / MINUTE_MS;

test("without a time of publication a source is asked as often as it is worth", () => {
  expect(minutesAfter(0, { source: { refreshMinutes: 30 } })).toBe(30);
});

test("E08 from the hour of publication on it is asked after growing delays until tomorrow is there, then no more", () => {
  const asked: string[] = [];
  const publishedLate = at("2024-01-05T15:40");
  let nowMs = at("2024-01-05T11:00");
  while (nowMs < at("2024-01-06T13:00")) {
    const knownUntilMs = nowMs >= publishedLate ? at("2024-01-07T00:00") : at("2024-01-06T00:00");
    nowMs = next({ nowMs, knownUntilMs });
    asked.push(DateTime.fromMillis(nowMs, { zone: BRUSSELS }).toFormat("HH:mm"));
  }
  expect(asked.slice(0, 3)).toEqual(["13:01", "13:03", "13:05"]);
  // Found within the longest delay and a fifth of it.
  const foundAt = asked.find((time) => time >= "15:40") ?? "";
  expect(foundAt < "16:17").toBe(true);
  expect(asked.length).toBeLessThan(20);
  expect(asked.slice(asked.indexOf(foundAt) + 1)).toEqual([
    expect.stringMatching(/^2[12]:/),
    expect.stringMatching(/^0[34]:/),
    expect.stringMatching(/^(09|10):/),
    "13:01",
  ]);
});

test("a product whose day ends at 23:00 has its tomorrow, too", () => {
  expect(minutesAfter(at("2024-01-05T18:00"), { knownUntilMs: at("2024-01-06T23:00") })).toBe(360);
});

test("houses do not all knock in the same second", () => {
  const nowMs = at("2024-01-05T12:00");
  const first = next({ nowMs, random: () => 0 });
  const last = next({ nowMs, random: () => 0.999 });
  expect([first - at("2024-01-05T13:00"), (last - first) / MINUTE_MS > 2]).toEqual([0, true]);
});

test("failures are tried again after growing pauses, never longer than the usual one", () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 30].map((times) => minutesAfter(0, { failure: failed("unreachable", times) }));
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
});

test("E05 refused credentials are tried once an hour, whatever the pause would be", () => {
  expect(minutesAfter(0, { failure: failed("credentials", 1) })).toBe(60);
  expect(minutesAfter(0, { source: { refreshMinutes: 5 }, failure: failed("credentials", 9) })).toBe(60);
});

test("who asks for patience is given as much as he says, and never less", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (seconds, chance) => {
        const waitMs = next({ nowMs: 0, failure: failed("rateLimited", 3, seconds * 1000), random: () => chance });
        expect(waitMs).toBeGreaterThanOrEqual(seconds * 1000);
        expect(waitMs).toBeLessThanOrEqual(seconds * 1000 + MINUTE_MS);
      },
    ),
  );
  expect(minutesAfter(0, { failure: failed("rateLimited") })).toBeGreaterThanOrEqual(15);
});

test.each(["2024-03-30", "2024-03-31", "2024-10-26", "2024-10-27"])(
  "E13 it is asked at 13:00 on the market's clock around the nights on which that is set: %s",
  (day) => {
    const nowMs = at(`${day}T12:30`);
    expect(next({ nowMs, random: () => 0 })).toBe(at(`${day}T13:00`));
  },
);

test("it is never asked at once again, nor forgotten for longer than the rest or what it asked for", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: at("2024-01-01T00:00"), max: at("2024-12-31T00:00") }),
      fc.integer({ min: -2, max: 3 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (nowMs, daysKnown, chance) => {
        const waitMs =
          next({ nowMs, knownUntilMs: nowMs + daysKnown * 24 * MS_PER_HOUR, random: () => chance }) - nowMs;
        expect(waitMs).toBeGreaterThan(0);
        expect(waitMs).toBeLessThanOrEqual(6 * MS_PER_HOUR);
      },
    ),
  ));
