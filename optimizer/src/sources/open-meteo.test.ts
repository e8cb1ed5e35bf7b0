import { afterAll, beforeAll, expect, test } from "vitest";
import { SourceError } from "../domain/errors.ts";
import { openMeteo } from "./open-meteo.ts";
import { fixture, type LocalServer, send, startLocalServer } from "./testing/local-server.ts";

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer();
});
afterAll(() => server.close());

const never = new AbortController().signal;
const fetched = () =>
  openMeteo
    .create(
      { kind: "open-meteo", latitude: 50, longitude: 10, baseUrl: server.url },
      { currency: "EUR", timeoutMs: 2000 },
    )
    .fetch(Date.parse("2026-03-02T12:00:00Z"), never);
const recorded = fixture("open-meteo/forecast_hourly_2026-03.json");
/** The recorded answer with something changed. */
const changed = (
  change: (answer: { hourly: Record<string, unknown[]>; hourly_units: Record<string, string> }) => void,
) => {
  const answer = JSON.parse(recorded) as Parameters<typeof change>[0];
  change(answer);
  return JSON.stringify(answer);
};

test("a recorded answer becomes hourly temperatures, its local times converted to UTC", async () => {
  server.answer(send(recorded));
  const { stretches: temps } = await fetched();
  expect(temps).toHaveLength(72);
  // 2026-03-02T00:00 in Berlin is 23:00 UTC; the value stands for half an hour on either side.
  expect(temps[0]).toEqual({
    startMs: Date.parse("2026-03-01T22:30:00Z"),
    endMs: Date.parse("2026-03-01T23:30:00Z"),
    value: 3.2,
  });
  temps.slice(1).forEach((each, k) => expect(each.startMs).toBe(temps[k]?.endMs));
});

test("it asks for the place, in UTC", async () => {
  server.answer(send(recorded));
  await fetched();
  const asked = server.asked.at(-1)?.searchParams;
  expect(Object.fromEntries(asked ?? [])).toMatchObject({
    latitude: "50",
    longitude: "10",
    hourly: "temperature_2m",
    timezone: "UTC",
  });
});

test("an hour without value is left out, not taken for 0", async () => {
  server.answer(send(changed(({ hourly }) => hourly["temperature_2m"]?.splice(5, 1, null))));
  const { stretches: temps } = await fetched();
  expect(temps).toHaveLength(71);
  expect(temps.map((each) => each.value)).not.toContain(null);
});

test.each([
  {
    what: "an error with its reason",
    body: '{"error":true,"reason":"Latitude must be in range"}',
    status: 400,
    says: /400: Latitude must be in range/,
  },
  { what: "a cut answer", body: recorded.slice(0, 5000), status: 200, says: /not JSON/ },
  {
    what: "Fahrenheit",
    body: changed(({ hourly_units }) => (hourly_units["temperature_2m"] = "°F")),
    status: 200,
    says: /hourly_units\.temperature_2m/,
  },
  {
    what: "series of different lengths",
    body: changed(({ hourly }) => hourly["time"]?.pop()),
    status: 200,
    says: /another length than hourly\.time/,
  },
  {
    what: "a temperature nobody has ever felt",
    body: changed(({ hourly }) => hourly["temperature_2m"]?.splice(3, 1, 4200)),
    status: 200,
    says: /hourly\.temperature_2m\[3\]/,
  },
])("refuses $what", async ({ body, status, says }) => {
  server.answer(send(body, status));
  const answer = fetched();
  await expect(answer).rejects.toBeInstanceOf(SourceError);
  await expect(answer).rejects.toThrow(says);
});
