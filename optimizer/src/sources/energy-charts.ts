import { z } from "zod";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { checkedSlots, withEnds } from "./checked-slots.ts";
import { fetchJson } from "./fetch-answer.ts";
import { marketDays } from "./market-day.ts";
import { perKwhOf } from "./price-unit.ts";
import { defineSource, type Unnamed } from "./source.ts";

/** As Energy-Charts names them; small letters count. */
const AREAS = (
  "AT BE BG CH CZ DE-LU DK1 DK2 EE ES FI FR GR HR HU " +
  "IT-Calabria IT-Centre-North IT-Centre-South IT-North IT-Sardinia IT-Sicily IT-South " +
  "LT LV ME NL NO1 NO2 NO3 NO4 NO5 PL PT RO RS SE1 SE2 SE3 SE4 SI SK"
).split(" ");
const EnergyCharts = z.strictObject({
  kind: z.literal("energy-charts"),
  area: z
    .enum(AREAS, `write a bidding zone as Energy-Charts names it: ${AREAS.join(", ")}`)
    .describe(`bidding zone: ${AREAS.join(", ")}`),
  baseUrl: z.url().default("https://api.energy-charts.info").describe("of the API"),
});

const Prices = z
  .object({ unix_seconds: z.array(z.int()), price: z.array(z.number().nullable()), unit: z.string() })
  .refine(({ unix_seconds, price }) => unix_seconds.length === price.length, {
    path: ["price"],
    message: "has another length than unix_seconds",
  });

const SOURCE = "energy-charts";

/**
 * Day-ahead prices of European bidding zones as Fraunhofer ISE shows them, without taxes and fees; in EUR wherever. A price that it has not is a
 * hole; where it has none of the three days it answers 404.
 */
export const energyCharts = defineSource(
  SOURCE,
  {
    title: "Energy-Charts (Fraunhofer ISE)",
    region: "bidding zones of Europe, in EUR; free to use as CC BY 4.0 for some, such as DE-LU",
    step: "15 or 60 min, as the market's",
    credentials: "none",
    rateLimit: "none stated; asked every 60 min",
    test: "energy-charts.test.ts",
    answers: "a recorded answer of 2024 in hours; quarter-hours and errors written true to the format",
    checkedAgainst: "mampfes/ha_epex_spot, evcc-io/evcc",
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
