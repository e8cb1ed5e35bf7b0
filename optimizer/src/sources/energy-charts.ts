import { z } from "zod";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { checkedSlots, withEnds } from "./checked-slots.ts";
import { fetchJson } from "./fetch-answer.ts";
import { marketDays } from "./market-day.ts";
import { perKwhOf } from "./price-unit.ts";
import { defineSource, type Unnamed } from "./source.ts";

const EnergyCharts = z.strictObject({
  kind: z.literal("energy-charts"),
  area: z
    .string()
    .regex(/^[A-Z]{2}[\w-]*$/, "write a bidding zone, for example DE-LU")
    .describe("bidding zone: DE-LU, AT, FR, NL, DK1 …"),
  baseUrl: z.url().default("https://api.energy-charts.info").describe("of the API"),
});

const Prices = z
  .object({ unix_seconds: z.array(z.int()), price: z.array(z.number().nullable()), unit: z.string() })
  .refine(({ unix_seconds, price }) => unix_seconds.length === price.length, {
    path: ["price"],
    message: "has another length than unix_seconds",
  });

const SOURCE = "energy-charts";

/** Day-ahead prices of European bidding zones as Fraunhofer ISE shows them, without taxes and fees. A price that it has not is a hole. */
export const energyCharts = defineSource(
  SOURCE,
  {
    title: "Energy-Charts (Fraunhofer ISE)",
    region: "bidding zones of Europe; free to use as CC BY 4.0 for some, such as DE-LU",
    step: "15 or 60 min, as the market's",
    credentials: "none",
    rateLimit: "answers 429 to haste; asked every 60 min",
    test: "energy-charts.test.ts",
  },
  EnergyCharts,
  (config, deps): Unnamed<readonly SpotSlot[]> => ({
    refreshMinutes: 60,
    publishedAt: { time: "13:00", timeZone: "Europe/Brussels" },
    fetch: async (nowMs, signal) => {
      const [yesterday, , tomorrow] = marketDays(nowMs);
      const url = new URL("/price", config.baseUrl);
      url.searchParams.set("bzn", config.area);
      url.searchParams.set("start", yesterday.date);
      url.searchParams.set("end", tomorrow.date);
      const request = { source: SOURCE, signal, timeoutMs: deps.timeoutMs ?? 10_000 };
      const answer = await fetchJson(url, Prices, request);
      const perKwh = perKwhOf(answer.unit, deps.currency, SOURCE, "unit");
      const border = { source: SOURCE, perKwh, nowMs, stepMinutes: [60, 15, 30] };
      const known = answer.unix_seconds.flatMap((seconds, k) => {
        const value = answer.price[k];
        if (value === undefined || value === null) return [];
        return [{ startMs: seconds * 1000, value, field: `price[${k}]`, timeField: `unix_seconds[${k}]` }];
      });
      return checkedSlots(withEnds(known, border), border);
    },
  }),
);
