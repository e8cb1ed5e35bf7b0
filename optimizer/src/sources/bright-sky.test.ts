import { afterAll, beforeAll, expect, test } from "vitest";
import { brightSky } from "./bright-sky.ts";
import { fixture, type LocalServer, send, startLocalServer } from "./testing/local-server.ts";

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer();
});
afterAll(() => server.close());

const never = new AbortController().signal;
const NOW_MS = Date.parse("2024-10-26T12:00:00Z");
const recorded = fixture("bright-sky/weather_2024-10-26.json");
const fetched = () =>
  brightSky
    .create(
      { kind: "bright-sky", latitude: 50, longitude: 10, baseUrl: server.url },
      { currency: "EUR", timeoutMs: 2000 },
    )
    .fetch(NOW_MS, never);

test("a recorded answer over the night on which the clocks change has every hour once", async () => {
  server.answer(send(recorded));
  const { stretches } = await fetched();
  expect(stretches).toHaveLength(50);
  expect(stretches[0]).toEqual({
    startMs: Date.parse("2024-10-25T21:30:00Z"),
    endMs: Date.parse("2024-10-25T22:30:00Z"),
    value: 6.2,
  });
  stretches.slice(1).forEach((each, k) => expect(each.startMs).toBe(stretches[k]?.endMs));
});

test("it asks for yesterday and four days ahead, in UTC", async () => {
  server.answer(send(recorded));
  await fetched();
  expect(Object.fromEntries(server.asked.at(-1)?.searchParams ?? [])).toMatchObject({
    lat: "50",
    lon: "10",
    date: "2024-10-25",
    last_date: "2024-10-30",
    tz: "Etc/UTC",
  });
});

test("an hour without temperature is left out, not taken for 0", async () => {
  server.answer(send(recorded.replace('"temperature": 6.2', '"temperature": null')));
  const { stretches } = await fetched();
  expect(stretches.length).toBeLessThan(50);
  expect(stretches.map(({ value }) => value)).not.toContain(null);
});
