import { describe, expect, test } from "vitest";
import { failureOf } from "./answer-failure.ts";
import { recordedAnswer } from "./testing/viessmann-server.ts";

const NOW_MS = Date.UTC(2026, 0, 5, 10);
const answer = (status: number, text = "", retryAfter: string | null = null) => ({ status, text, retryAfter });
const kindOf = (status: number, text = "") => failureOf(answer(status, text), "api.example.com", NOW_MS).kind;

test.each([
  [400, "refused"],
  [401, "auth"],
  [403, "auth"],
  [404, "refused"],
  [408, "timeout"],
  [409, "busy"],
  [422, "refused"],
  [423, "busy"],
  [429, "rateLimited"],
  [500, "error"],
  [503, "busy"],
  [504, "timeout"],
  [418, "error"],
] as const)("%i is %s", (status, kind) => expect(kindOf(status)).toBe(kind));

describe("the maker's words count more than the status", () => {
  test.each([
    ["error_device_offline", 400, "unreachable", "DEVICE_OFFLINE"],
    ["error_gateway_offline", 400, "unreachable", "GATEWAY_OFFLINE"],
    ["error_error_502", 502, "busy", "INTERNAL_SERVER_ERROR"],
    ["error_error_500", 500, "error", "INTERNAL_ERROR"],
    ["error_expired_token", 401, "auth", "EXPIRED TOKEN"],
    ["error_rate_limit", 429, "rateLimited", "RATE_LIMIT_EXCEEDED"],
  ] as const)("%s", (name, status, kind, said) => {
    const failure = failureOf(answer(status, recordedAnswer(name)), "api.example.com", NOW_MS);
    expect(failure).toMatchObject({ kind, message: `api.example.com answered ${status}: ${said}` });
  });
});

describe("E04 how long it asks us to wait", () => {
  const limited = recordedAnswer("error_rate_limit");
  const resetMs = 1_584_462_010_106;
  test.each([
    ["seconds", answer(429, "", "120"), NOW_MS, 120_000],
    ["a date", answer(503, "", "Mon, 05 Jan 2026 10:05:00 GMT"), NOW_MS, 300_000],
    ["the recorded end of the day's limit", answer(429, limited), resetMs - 5000, 5000],
    ["an end that is past", answer(429, limited), NOW_MS, undefined],
    ["nothing", answer(429), NOW_MS, undefined],
    ["nonsense", answer(429, "", "soon"), NOW_MS, undefined],
    ["never longer than a day", answer(429, "", "9999999"), NOW_MS, 24 * 3_600_000],
  ])("%s", (_what, given, nowMs, expected) => {
    expect(failureOf(given, "h", nowMs).retryAfterMs).toBe(expected);
  });
});

test("a body that is no JSON, or none of ours, is no reason to fail differently", () => {
  for (const text of ["<html>", "[1]", "null", '{"extendedPayload":7}']) expect(kindOf(503, text)).toBe("busy");
});
