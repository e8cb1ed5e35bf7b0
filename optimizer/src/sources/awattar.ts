import { z } from "zod";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { checkedSlots } from "./checked-slots.ts";
import { fetchJson } from "./fetch-answer.ts";
import { marketDays } from "./market-day.ts";
import { perKwhOf } from "./price-unit.ts";
import { defineSource, type Unnamed } from "./source.ts";

const Awattar = z.strictObject({
  kind: z.literal("awattar"),
  country: z.enum(["DE", "AT"], "write DE or AT").describe("DE or AT"),
  baseUrl: z.url().optional().describe("of the API; default: that of the country"),
});

const Prices = z.object({
  data: z.array(
    z.object({ start_timestamp: z.int(), end_timestamp: z.int(), marketprice: z.number(), unit: z.string() }),
  ),
});

const SOURCE = "awattar";

/** EPEX day-ahead prices of Germany and Austria by aWATTar's open data feed, without taxes and fees. */
export const awattar = defineSource(
  SOURCE,
  {
    title: "aWATTar",
    region: "Germany, Austria",
    step: "60 min (15 min accepted)",
    credentials: "none",
    rateLimit: "100 a day as fair use; asked every 60 min",
    test: "awattar.test.ts",
    answers: "written true to the format",
    checkedAgainst: "evcc-io/evcc, mampfes/ha_epex_spot; the fair use and the time of publication were found in none",
  },
  Awattar,
  (config, deps): Unnamed<readonly SpotSlot[]> => ({
    refreshMinutes: 60,
    publishedAt: { time: "14:00", timeZone: "Europe/Berlin" },
    fetch: async (nowMs, signal) => {
      const [yesterday, , tomorrow] = marketDays(nowMs);
      const url = new URL("/v1/marketdata", config.baseUrl ?? `https://api.awattar.${config.country.toLowerCase()}`);
      url.searchParams.set("start", String(yesterday.startMs));
      url.searchParams.set("end", String(tomorrow.endMs));
      const { data } = await fetchJson(url, Prices, { source: SOURCE, signal, timeoutMs: deps.timeoutMs ?? 10_000 });
      const sent = data.map(({ start_timestamp, end_timestamp, marketprice, unit }, k) => ({
        startMs: start_timestamp,
        endMs: end_timestamp,
        value: marketprice * perKwhOf(unit, deps.currency, SOURCE, `data[${k}].unit`),
        field: `data[${k}].marketprice`,
        timeField: `data[${k}].start_timestamp`,
        endField: `data[${k}].end_timestamp`,
      }));
      const border = { source: SOURCE, perKwh: 1, nowMs, stepMinutes: [60, 15, 30] };
      return checkedSlots(sent, border);
    },
  }),
);
