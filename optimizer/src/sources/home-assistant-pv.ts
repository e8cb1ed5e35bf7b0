import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import { ConfigError, SourceError } from "../domain/errors.ts";
import type { IssuedForecast } from "../domain/forecast.ts";
import { checkedStretches, powerBounds, type SentStretch, withEnds } from "./checked-stretches.ts";
import { ENTITY, homeAssistantApi } from "./home-assistant-api.ts";
import { defineSource, peakOf, type Unnamed } from "./source.ts";

const LAYOUTS = ["detailedForecast", "detailedHourly", "watts", "wh_period"] as const;
const HomeAssistantPv = z.strictObject({
  kind: z.literal("home-assistant"),
  entities: z.array(ENTITY).min(1).max(14).describe("one a day, as the integration has them: today, tomorrow …"),
  layout: z
    .enum(LAYOUTS)
    .describe(
      "the attribute that holds the forecast: detailedForecast or detailedHourly (Solcast), watts or wh_period (Open-Meteo Solar Forecast). Forecast.Solar has attributes of these names for today only, whose periods end at their times: take kind forecast-solar",
    ),
});
type Layout = z.output<typeof HomeAssistantPv>["layout"];

const SOURCE = "home-assistant";
const QUARTER_MS = MS_PER_HOUR / 4;
const time = z.iso.datetime({ offset: true });
const kw = z.number().min(0);
const Estimates = z
  .array(
    z.object({
      period_start: time,
      pv_estimate: kw,
      pv_estimate10: kw.optional(),
      pv_estimate90: kw.optional(),
    }),
  )
  .min(1);
const ByTime = z.record(time, z.number().min(0));

type Begun = Omit<SentStretch, "endMs">;

const fromEstimates = (estimates: z.output<typeof Estimates>, layout: Layout): Begun[] =>
  estimates.map(({ period_start, pv_estimate, pv_estimate10, pv_estimate90 }, k) => ({
    startMs: Date.parse(period_start),
    value: pv_estimate,
    ...(pv_estimate10 === undefined
      ? {}
      : { low: pv_estimate10, lowField: `attributes.${layout}[${k}].pv_estimate10` }),
    ...(pv_estimate90 === undefined
      ? {}
      : { high: pv_estimate90, highField: `attributes.${layout}[${k}].pv_estimate90` }),
    field: `attributes.${layout}[${k}].pv_estimate`,
    timeField: `attributes.${layout}[${k}].period_start`,
  }));

/** Forecast.Solar begins and ends its days with sunrise and sunset: so its periods, which end at their times, are told from those that begin. */
const fromMap = (byTime: z.output<typeof ByTime>, layout: Layout): Begun[] =>
  Object.entries(byTime).map(([at, value]) => {
    const field = `attributes.${layout}.${at}`;
    const startMs = Date.parse(at);
    if (startMs % QUARTER_MS !== 0)
      throw new SourceError(
        SOURCE,
        `gave an answer that cannot be used: ${field} is not on the quarter-hour: a forecast of Forecast.Solar? Home Assistant keeps today's only, and its periods end at these times: take kind forecast-solar`,
      );
    return { startMs, value: value / 1000, field, timeField: field };
  });

/** kW from the kWh of a period. */
const asPower = (each: SentStretch): SentStretch => ({
  ...each,
  value: (each.value * MS_PER_HOUR) / (each.endMs - each.startMs),
});

/** Solar forecasts that integrations of Home Assistant keep in attributes of their sensors; each key or period is a beginning. */
export const homeAssistantPv = defineSource(
  SOURCE,
  {
    title: "Solar forecast in Home Assistant",
    region: "everywhere",
    step: "15, 30 or 60 min, as the integration has it",
    credentials: "HA_URL and HA_TOKEN",
    rateLimit: "your own Home Assistant; asked every 15 min",
    test: "home-assistant-pv.test.ts",
    answers: "recorded states of 2025",
    checkedAgainst: "BJReplay/ha-solcast-solar, rany2/open-meteo-solar-forecast, home-assistant/core",
  },
  HomeAssistantPv,
  ({ entities, layout }, deps): Unnamed<IssuedForecast> => {
    const bounds = powerBounds(peakOf(deps, SOURCE));
    const doubled = entities.find((each, k) => entities.indexOf(each) !== k);
    if (doubled) throw new ConfigError(`source of kind "${SOURCE}": ${doubled} is named twice in entities`);
    const api = homeAssistantApi(SOURCE, deps);
    const read = async (entity: string, signal: AbortSignal): Promise<SentStretch[]> => {
      if (layout === "detailedForecast" || layout === "detailedHourly") {
        const attributes = await api.attributes(entity, z.object({ [layout]: Estimates }), signal);
        return withEnds(fromEstimates(attributes[layout] ?? [], layout));
      }
      const attributes = await api.attributes(entity, z.object({ [layout]: ByTime }), signal);
      const begun = withEnds(fromMap(attributes[layout] ?? {}, layout));
      return layout === "wh_period" ? begun.map(asPower) : begun;
    };
    return {
      refreshMinutes: 15,
      fetch: async (nowMs, signal) => {
        const days = await Promise.all(entities.map((entity) => read(entity, signal)));
        const sent = days.toSorted((a, b) => (a[0]?.startMs ?? 0) - (b[0]?.startMs ?? 0)).flat();
        return { issuedAtMs: nowMs, stretches: checkedStretches(sent, { source: SOURCE, nowMs, ...bounds }) };
      },
    };
  },
);
