import { expect, test } from "vitest";
import { failureOf } from "./failure-of.ts";

test.each([
  ["Error communicating with the device of number.x: HTTP 500 Internal Server Error", { kind: "error" }],
  ["Expecting value: line 1 column 1 (char 0)", { kind: "error" }],
  [
    "Authentication failed for number.x: HTTP 401 Unauthorized, the credentials are invalid or expired",
    { kind: "auth" },
  ],
  ["HTTP 403 Forbidden", { kind: "auth" }],
  ["The device of number.x is busy (firmware update), try again later", { kind: "busy" }],
  ["HTTP 503 Service Unavailable", { kind: "busy" }],
  ["HTTP 429 Too Many Requests, Retry-After: 120", { kind: "rateLimited", retryAfterMs: 120_000 }],
  ["Modbus Error: [Input/Output] No response received after 3 retries", { kind: "timeout" }],
  ["Timed out while waiting for the inverter", { kind: "timeout" }],
  ["The device of number.x is unavailable", { kind: "unreachable" }],
  ["[Errno 111] Connection refused", { kind: "unreachable" }],
  ["connect ECONNREFUSED 10.0.0.4:502", { kind: "unreachable" }],
  ["Value 9000 for number.x is out of range 0 - 5000", { kind: "refused" }],
  ["Value 401 for number.x is out of range 0 - 400", { kind: "refused" }],
  ["Option force is not valid for entity select.mode", { kind: "refused" }],
  // A platform that has just started does not know its actions yet: that is no refusal.
  ["Action number.set_value not found", { kind: "error" }],
])("%s", (text, failure) => {
  expect(failureOf(text)).toEqual(failure);
});
