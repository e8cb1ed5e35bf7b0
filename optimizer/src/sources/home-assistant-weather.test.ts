import { afterAll, beforeAll, expect, test } from "vitest";
import { homeAssistantWeather } from "./home-assistant-weather.ts";
import { type Answer, fixture, type LocalServer, send, startLocalServer } from "./testing/local-server.ts";

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer();
});
afterAll(() => server.close());

const never = new AbortController().signal;
const entity = fixture("home-assistant-forecasts/weather_state.json");
const hourly = fixture("home-assistant-forecasts/get_forecasts_hourly.json");
const house =
  (states: string, forecasts: string): Answer =>
  (asked, response) =>
    send(asked.pathname.startsWith("/api/states/") ? states : forecasts)(asked, response);
const fetched = () =>
  homeAssistantWeather
    .create(
      { kind: "home-assistant", entity: "weather.forecast_home" },
      { currency: "EUR", timeoutMs: 2000, secret: (name) => (name === "HA_URL" ? server.url : "the-token") },
    )
    .fetch(Date.parse("2026-01-10T06:40:00Z"), never);

test("the hourly forecast of a weather entity becomes hours of °C", async () => {
  server.answer(house(entity, hourly));
  const { stretches } = await fetched();
  expect(stretches).toHaveLength(48);
  expect(stretches[0]).toEqual({
    startMs: Date.parse("2026-01-10T06:30:00Z"),
    endMs: Date.parse("2026-01-10T07:30:00Z"),
    value: 1.2,
  });
});

test("it calls the action with a response, for the hours of this entity", async () => {
  server.answer(house(entity, hourly));
  await fetched();
  const asked = server.asked.at(-1);
  expect([asked?.method, asked?.pathname, asked?.search]).toEqual([
    "POST",
    "/api/services/weather/get_forecasts",
    "?return_response",
  ]);
  expect(JSON.parse(asked?.body ?? "")).toEqual({ entity_id: "weather.forecast_home", type: "hourly" });
});

test("E14 degrees Fahrenheit are converted, because the entity says so", async () => {
  server.answer(house(entity.replace('"°C"', '"°F"'), hourly));
  const { stretches } = await fetched();
  expect(stretches[0]?.value).toBeCloseTo((1.2 - 32) / 1.8, 9);
});

test.each([
  {
    what: "a unit that it does not know",
    states: entity.replace('"°C"', '"K"'),
    forecasts: hourly,
    says: /attributes\.temperature_unit is neither °C nor °F/,
  },
  {
    what: "an entity without hours",
    states: entity,
    forecasts: '{"changed_states":[],"service_response":{"weather.forecast_home":{"forecast":[]}}}',
    says: /forecast is empty: choose a weather entity/,
  },
  {
    what: "a temperature nobody has ever felt",
    states: entity,
    forecasts: hourly.replace('"temperature": 1.2', '"temperature": 294.3'),
    says: /forecast\[0\]\.temperature is 294\.3/,
  },
])("E06 refuses $what", async ({ states, forecasts, says }) => {
  server.answer(house(states, forecasts));
  await expect(fetched()).rejects.toThrow(says);
});
