import { afterAll, beforeAll, expect, test } from "vitest";
import { homeAssistantPv } from "./home-assistant-pv.ts";
import { type Answer, fixture, type LocalServer, send, startLocalServer } from "./testing/local-server.ts";

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer();
});
afterAll(() => server.close());

const never = new AbortController().signal;
const state = (name: string) => fixture(`home-assistant-forecasts/${name}.json`);
/** The state of each entity by its name. */
const house =
  (states: Readonly<Record<string, string>>): Answer =>
  (asked, response) => {
    const body = states[asked.pathname.replace("/api/states/", "")];
    send(body ?? '{"message":"Entity not found."}', body ? 200 : 404)(asked, response);
  };
const SOLCAST = { "sensor.today": state("solcast_today"), "sensor.tomorrow": state("solcast_tomorrow") };
const OPEN_METEO = {
  "sensor.today": state("energy_production_today"),
  "sensor.tomorrow": state("energy_production_tomorrow"),
};
const fetched = (layout: string, nowMs: number, entities = ["sensor.tomorrow", "sensor.today"]) =>
  homeAssistantPv
    .create(
      { kind: "home-assistant", entities, layout },
      {
        currency: "AUD",
        peakKw: 30,
        timeoutMs: 2000,
        secret: (name) => (name === "HA_URL" ? server.url : "the-token"),
      },
    )
    .fetch(nowMs, never);
const NOVEMBER_MS = Date.parse("2025-11-10T20:00:00Z");
const OCTOBER_MS = Date.parse("2025-10-04T20:00:00Z");
const kwh = (stretches: readonly { startMs: number; endMs: number; value: number }[]) =>
  stretches.reduce((sum, { startMs, endMs, value }) => sum + (value * (endMs - startMs)) / 3_600_000, 0);

test.each(["detailedForecast", "detailedHourly"])(
  "two days of the Solcast integration's %s are in order, with their bands, and add up to what the sensors say",
  async (layout) => {
    server.answer(house(SOLCAST));
    const { stretches } = await fetched(layout, NOVEMBER_MS);
    expect(stretches[0]?.startMs).toBe(Date.parse("2025-11-11T00:00:00+11:00"));
    expect(stretches.at(-1)?.endMs).toBe(Date.parse("2025-11-13T00:00:00+11:00"));
    expect(kwh(stretches)).toBeCloseTo(208.1126 + 239.9989, 0);
    for (const { value, low, high } of stretches) {
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
    }
  },
);

test.each(["watts", "wh_period"])(
  "two days of %s by their beginnings add up to what the sensors say",
  async (layout) => {
    server.answer(house(OPEN_METEO));
    const { stretches } = await fetched(layout, OCTOBER_MS);
    expect(stretches[0]?.startMs).toBe(Date.parse("2025-10-05T00:00:00+11:00"));
    expect(stretches.at(-1)?.endMs).toBe(Date.parse("2025-10-07T00:00:00+11:00"));
    const said = 48.0245 + 28.65475;
    expect(Math.abs(kwh(stretches) / said - 1)).toBeLessThan(0.02);
  },
);

test("it asks with the token", async () => {
  server.answer(house(SOLCAST));
  await fetched("detailedHourly", NOVEMBER_MS);
  expect(server.asked.at(-1)?.headers["authorization"]).toBe("Bearer the-token");
});

test.each([
  {
    what: "an entity that is not there",
    states: { "sensor.today": SOLCAST["sensor.today"] },
    layout: "detailedHourly",
    says: /404: Entity not found.*sensor\.tomorrow/,
  },
  {
    what: "an attribute that it has not",
    states: SOLCAST,
    layout: "watts",
    says: /sensor\.(today|tomorrow) cannot be used: attributes\.watts/,
  },
  {
    what: "the same day twice",
    states: { ...SOLCAST, "sensor.tomorrow": SOLCAST["sensor.today"] },
    layout: "detailedHourly",
    says: /attributes\.detailedHourly\[0\]\.period_start .* overlaps/,
  },
  {
    what: "a forecast of Forecast.Solar, whose periods end where these begin",
    states: {
      ...SOLCAST,
      "sensor.today": JSON.stringify({
        state: "9",
        attributes: { wh_period: { "2025-11-10T20:20:17+00:00": 0, "2025-11-10T21:00:00+00:00": 89 } },
      }),
    },
    layout: "wh_period",
    entities: ["sensor.today"],
    says: /wh_period\.2025-11-10T20:20:17\+00:00 is not on the quarter-hour: .*take kind forecast-solar/,
  },
  {
    what: "one that is unavailable",
    states: { ...SOLCAST, "sensor.today": '{"state":"unavailable","attributes":{}}' },
    layout: "detailedHourly",
    says: /sensor\.today is unavailable/,
  },
])("E14 refuses $what", async ({ states, layout, entities, says }) => {
  server.answer(house(states));
  await expect(fetched(layout, NOVEMBER_MS, entities)).rejects.toThrow(says);
});
