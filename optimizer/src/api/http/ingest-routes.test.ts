import { type ClientRequest, request } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeAppliance, NOW_MS } from "../../../../tests/support/appliance-fake.ts";
import { type ApiUnderTest, startApi, TOKEN } from "../../../../tests/support/http-api-under-test.ts";
import { untilSo } from "../../../../tests/support/until-so.ts";

let fake: ReturnType<typeof fakeAppliance>;
let server: ApiUnderTest;
beforeEach(async () => {
  fake = fakeAppliance();
  server = await startApi(fake.appliance);
});
afterEach(() => server.stop());

const reading = (sensor_id: string, rest = {}) => ({ sensor_id, value: 21.4, unit: "°C", ...rest });
const payload = (changes = {}) => ({
  device_id: "hall",
  timestamp: new Date(NOW_MS).toISOString(),
  readings: [reading("attic")],
  ...changes,
});
const ingest = (body: unknown) => server.ask("POST /api/v1/ingest", body);
const understood = { device_id: "hall", timestamp: NOW_MS, readings: [reading("attic", { quality: "good" })] };

test.each([
  { rule: "one payload", body: payload(), gives: [understood] },
  { rule: "a list of them", body: [payload(), payload()], gives: [understood, understood] },
  { rule: "an epoch in seconds", body: payload({ timestamp: NOW_MS / 1000 }), gives: [understood] },
  { rule: "an epoch in milliseconds", body: payload({ timestamp: NOW_MS }), gives: [understood] },
  { rule: "a time of another zone", body: payload({ timestamp: "2024-01-05T12:00:00+02:00" }), gives: [understood] },
  { rule: "what a gateway adds", body: payload({ firmware: "3.1" }), gives: [understood] },
])("ingest takes $rule", async ({ body, gives }) => {
  const answer = await ingest(body);
  expect([answer.status, answer.json]).toEqual([200, { accepted: gives.length, ignored: 0, rejected: [] }]);
  expect(fake.calls).toEqual([["ingest", gives]]);
});

test.each([
  { rule: "no device", body: payload({ device_id: "" }), field: "device_id" },
  { rule: "a time without zone", body: payload({ timestamp: "2024-01-05 12:00" }), field: "timestamp" },
  {
    rule: "another quality",
    body: payload({ readings: [reading("a", { quality: "ok" })] }),
    field: "readings[0].quality",
  },
  { rule: "no sensor", body: [payload(), payload({ readings: [{ value: 1 }] })], field: "[1].readings[0].sensor_id" },
  { rule: "no payload", body: "[3]", field: "[0]" },
])("E14 a payload with $rule is refused as a whole, with the field named", async ({ body, field }) => {
  const answer = await ingest(body);
  expect([answer.status, (answer.json as { errors: { field: string }[] }).errors[0]?.field]).toEqual([422, field]);
  expect(fake.calls).toEqual([]);
});

test("fifty thousand readings are taken at once, one more is refused", async () => {
  const many = (count: number) => payload({ readings: Array.from({ length: count }, (_, k) => reading(`s${k}`)) });
  expect((await ingest(many(50_000))).json).toMatchObject({ accepted: 50_000 });
  const pair = await ingest([many(49_999), many(2)]);
  expect([pair.status, pair.json]).toMatchObject([413, { detail: expect.stringContaining("50001 readings") }]);
  expect((await ingest(many(50_001))).status).toBe(422);
  expect((await ingest(payload({ note: "x".repeat(9_000_000) }))).status).toBe(413);
  expect(fake.calls).toHaveLength(1);
});

/** Begins to send a body of so many bytes, and goes no further. */
function begin(bytes: number): ClientRequest {
  const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json", "Content-Length": bytes };
  const sending = request(`${server.url}/api/v1/ingest`, { method: "POST", headers }).on("error", () => undefined);
  sending.write('{"device_id"');
  return sending;
}

test("more at once than the memory is meant for is refused before it is read, with when to come again", async () => {
  const slow = [begin(8_000_000), begin(8_000_000)];
  const body = payload({ note: "x".repeat(2_000_000) });
  const refused = await untilSo("both are being read", 10_000, async () => {
    const answer = await ingest(body);
    return answer.status === 503 ? answer : undefined;
  });
  expect(refused.headers.get("retry-after")).toBe("2");
  expect(refused.json).toMatchObject({ detail: expect.stringContaining("nothing of this request was stored") });
  // What is small still comes through.
  expect((await ingest(payload())).status).toBe(200);
  for (const each of slow) each.destroy();
  await untilSo("the room is free again", 10_000, async () => ((await ingest(body)).status === 200 ? true : undefined));
});
