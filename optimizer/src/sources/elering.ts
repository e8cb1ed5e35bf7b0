import { z } from "zod";
import { ConfigError } from "../domain/errors.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { checkedSlots, withEnds } from "./checked-slots.ts";
import { fetchJson } from "./fetch-answer.ts";
import { marketDays } from "./market-day.ts";
import { defineSource, type Unnamed } from "./source.ts";

const COUNTRIES = ["ee", "fi", "lv", "lt"] as const;
const Elering = z.strictObject({
  kind: z.literal("elering"),
  country: z.enum(COUNTRIES, `write one of ${COUNTRIES.join(", ")}`).describe(COUNTRIES.join(", ")),
  baseUrl: z.url().default("https://dashboard.elering.ee").describe("of the API"),
});

/** EUR per MWh, which the answer does not say; times in seconds. */
const Row = z.object({ timestamp: z.int(), price: z.number() });
const pricesIn = (country: string) =>
  z.object({ success: z.literal(true), data: z.object({ [country]: z.array(Row) }) });

const SOURCE = "elering";

/** Nord Pool's day-ahead prices of the Baltic countries and Finland by Estonia's grid operator, without taxes and fees. */
export const elering = defineSource(
  SOURCE,
  {
    title: "Elering dashboard",
    region: "Estonia, Finland, Latvia, Lithuania",
    step: "15 min (60 min until 2025-09-30)",
    credentials: "none",
    rateLimit: "none stated; asked every 60 min",
    test: "elering.test.ts",
    answers: "written true to the format",
    checkedAgainst: "evcc-io/evcc, and an answer of January 2026 in Janek432/nordpool-data",
  },
  Elering,
  (config, deps): Unnamed<readonly SpotSlot[]> => {
    if (deps.currency !== "EUR")
      throw new ConfigError(
        `${SOURCE} gives prices in EUR, but the house counts in ${deps.currency}: set currency: EUR, or take another source`,
      );
    const { country } = config;
    const Prices = pricesIn(country);
    return {
      refreshMinutes: 60,
      publishedAt: { time: "14:00", timeZone: "Europe/Tallinn" },
      fetch: async (nowMs, signal) => {
        const [yesterday, , tomorrow] = marketDays(nowMs);
        const url = new URL("/api/nps/price", config.baseUrl);
        url.searchParams.set("start", new Date(yesterday.startMs).toISOString());
        // The end is included.
        url.searchParams.set("end", new Date(tomorrow.endMs - 1).toISOString());
        const request = { source: SOURCE, signal, timeoutMs: deps.timeoutMs ?? 10_000 };
        const { data } = await fetchJson(url, Prices, request);
        const border = { source: SOURCE, perKwh: 0.001, nowMs, stepMinutes: [15, 60] };
        const sent = (data[country] ?? []).map(({ timestamp, price }, k) => ({
          startMs: timestamp * 1000,
          value: price,
          field: `data.${country}[${k}].price`,
          timeField: `data.${country}[${k}].timestamp`,
        }));
        return checkedSlots(withEnds(sent, border), border);
      },
    };
  },
);
