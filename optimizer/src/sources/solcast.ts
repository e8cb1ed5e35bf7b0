import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import type { IssuedForecast } from "../domain/forecast.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import { checkedStretches, powerBounds } from "./checked-stretches.ts";
import { fetchJson } from "./fetch-answer.ts";
import { secretOf } from "./secret.ts";
import { defineSource, peakOf, type Unnamed } from "./source.ts";

const Solcast = z.strictObject({
  kind: z.literal("solcast"),
  siteId: z
    .string()
    .regex(/^[\w-]+$/, "write the resource id of the site, such as 1a2b-3c4d-5e6f-7a8b")
    .describe("resource id of the rooftop site"),
  callsPerDay: z
    .number()
    .positive()
    .max(1440)
    .default(9)
    .describe("the free plan allows 10 for all sites together: give each array its part"),
  hours: z.int().min(24).max(336).default(96).describe("how far ahead"),
  baseUrl: z.url().default("https://api.solcast.com.au"),
});

const kw = z.number().min(0);
const Forecasts = z.object({
  forecasts: z
    .array(
      z.object({
        period_end: z.iso.datetime({ offset: true }).transform(Date.parse),
        period: z.string().regex(/^PT(5|10|15|20|30|60)M$|^PT1H$/, "is no period such as PT30M"),
        pv_estimate: kw,
        pv_estimate10: kw.optional(),
        pv_estimate90: kw.optional(),
      }),
    )
    .min(1),
});

const DAY_MS = 24 * MS_PER_HOUR;
/** 429 is busyness as a rule; with this word the calls of the day are used up, which begins at midnight UTC. */
const UsedUp = z.object({ response_status: z.object({ error_code: z.literal("TooManyRequests") }) });
const nextDayMs = (): number => (Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS;

const SOURCE = "solcast";
const KEY = "SOLCAST_API_KEY";

const lengthMs = (period: string): number =>
  (period === "PT1H" ? 60 : Number.parseInt(period.slice(2), 10)) * MS_PER_MINUTE;

/** Rooftop forecasts of solcast.com: mean kW of each period with P10 and P90. When it was made it does not say. */
export const solcast = defineSource(
  SOURCE,
  {
    title: "Solcast rooftop forecast",
    region: "everywhere",
    step: "30 min",
    credentials: KEY,
    rateLimit: "10 a day (UTC) on the free plan; asked 9 times a day (callsPerDay)",
    test: "solcast.test.ts",
    answers: "a recorded answer of 2024; refusals written true to the format",
    checkedAgainst: "BJReplay/ha-solcast-solar, evcc-io/evcc",
  },
  Solcast,
  (config, deps): Unnamed<IssuedForecast> => {
    const bounds = powerBounds(peakOf(deps, SOURCE));
    return {
      refreshMinutes: Math.ceil(1440 / config.callsPerDay),
      fetch: async (nowMs, signal) => {
        const url = new URL(`/rooftop_sites/${config.siteId}/forecasts`, config.baseUrl);
        url.searchParams.set("format", "json");
        url.searchParams.set("hours", String(config.hours));
        const { forecasts } = await fetchJson(url, Forecasts, {
          source: SOURCE,
          signal,
          timeoutMs: deps.timeoutMs ?? 10_000,
          headers: { authorization: `Bearer ${secretOf(deps, SOURCE, KEY)}` },
          credentials: `${KEY} in .env`,
          retryAt: (body) => (UsedUp.safeParse(body).success ? nextDayMs() : undefined),
        });
        const sent = forecasts.map((each, k) => ({
          startMs: each.period_end - lengthMs(each.period),
          endMs: each.period_end,
          value: each.pv_estimate,
          ...(each.pv_estimate10 === undefined
            ? {}
            : { low: each.pv_estimate10, lowField: `forecasts[${k}].pv_estimate10` }),
          ...(each.pv_estimate90 === undefined
            ? {}
            : { high: each.pv_estimate90, highField: `forecasts[${k}].pv_estimate90` }),
          field: `forecasts[${k}].pv_estimate`,
          timeField: `forecasts[${k}].period_end`,
        }));
        return { issuedAtMs: nowMs, stretches: checkedStretches(sent, { source: SOURCE, nowMs, ...bounds }) };
      },
    };
  },
);
