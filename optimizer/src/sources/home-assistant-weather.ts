import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import { SourceError } from "../domain/errors.ts";
import type { IssuedForecast } from "../domain/forecast.ts";
import { checkedStretches, OUTDOOR_BOUNDS, type SentStretch } from "./checked-stretches.ts";
import { ENTITY, homeAssistantApi } from "./home-assistant-api.ts";
import { defineSource, type Unnamed } from "./source.ts";

const HomeAssistantWeather = z.strictObject({
  kind: z.literal("home-assistant"),
  entity: ENTITY.refine(
    (entity) => entity.startsWith("weather."),
    "is no weather entity, such as weather.forecast_home",
  ),
});

const Attributes = z.object({
  temperature_unit: z.enum(["°C", "°F"], "is neither °C nor °F"),
});
const Hours = z.object({
  forecast: z
    .array(
      z.object({
        datetime: z.iso.datetime({ offset: true }).transform(Date.parse),
        temperature: z.number(),
      }),
    )
    .min(1, "is empty: choose a weather entity that has an hourly forecast"),
});

const SOURCE = "home-assistant";
const toCelsius = (fahrenheit: number): number => ((fahrenheit - 32) * 5) / 9;

/** The hourly forecast of a weather entity of Home Assistant, in the unit that the entity names. */
export const homeAssistantWeather = defineSource(
  SOURCE,
  {
    title: "Weather entity of Home Assistant",
    region: "everywhere",
    step: "60 min",
    credentials: "HA_URL and HA_TOKEN",
    rateLimit: "your own Home Assistant; asked every 30 min",
    test: "home-assistant-weather.test.ts",
    answers: "written true to the format",
    checkedAgainst: "Home Assistant's own documentation",
  },
  HomeAssistantWeather,
  ({ entity }, deps): Unnamed<IssuedForecast> => {
    const api = homeAssistantApi(SOURCE, deps);
    const Answer = z.object({ service_response: z.object({ [entity]: Hours }) });
    return {
      refreshMinutes: 30,
      fetch: async (nowMs, signal) => {
        const { temperature_unit } = await api.attributes(entity, Attributes, signal);
        const path = "/api/services/weather/get_forecasts?return_response";
        const { service_response } = await api.ask(path, Answer, signal, { entity_id: entity, type: "hourly" });
        const hours = service_response[entity];
        if (!hours) throw new SourceError(SOURCE, `service_response.${entity} is missing`);
        // Values are those of the moment: each stands for half an hour before it to half an hour after.
        const sent = hours.forecast.map(({ datetime, temperature }, k): SentStretch => ({
          startMs: datetime - MS_PER_HOUR / 2,
          endMs: datetime + MS_PER_HOUR / 2,
          value: temperature_unit === "°F" ? toCelsius(temperature) : temperature,
          field: `service_response.${entity}.forecast[${k}].temperature`,
          timeField: `service_response.${entity}.forecast[${k}].datetime`,
        }));
        return { issuedAtMs: nowMs, stretches: checkedStretches(sent, { source: SOURCE, nowMs, ...OUTDOOR_BOUNDS }) };
      },
    };
  },
);
