import { z } from "zod";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { checkedSlots, refuse, type SentPrice } from "./checked-slots.ts";
import { fetchJsonIfAny } from "./fetch-answer.ts";
import { type MarketDay, marketDays } from "./market-day.ts";
import { wantCurrency } from "./price-unit.ts";
import { defineSource, type Unnamed } from "./source.ts";

/** As the data portal names them: GER is Germany with Luxembourg, TEL is Romania. */
const AREAS = "AT BE BG DK1 DK2 EE FI FR GER LT LV NL NO1 NO2 NO3 NO4 NO5 PL SE1 SE2 SE3 SE4 TEL".split(" ");
const NordPool = z.strictObject({
  kind: z.literal("nord-pool"),
  area: z
    .enum(AREAS, `write a delivery area as Nord Pool names it: ${AREAS.join(", ")}`)
    .describe(`delivery area as Nord Pool names it: ${AREAS.join(", ")} (GER with Luxembourg, TEL is Romania)`),
  baseUrl: z.url().default("https://dataportal-api.nordpoolgroup.com").describe("of the data portal"),
});

const time = z.iso.datetime({ offset: true }).transform(Date.parse);
const dayOf = (area: string) =>
  z.object({
    deliveryDateCET: z.string(),
    market: z.literal("DayAhead"),
    currency: z.string(),
    multiAreaEntries: z.array(
      z.object({ deliveryStart: time, deliveryEnd: time, entryPerArea: z.object({ [area]: z.number() }) }),
    ),
  });
type Day = z.output<ReturnType<typeof dayOf>>;

const SOURCE = "nord-pool";
const NOT_YET = [204];

/** Day-ahead prices of the Nordic, Baltic and Central European areas from Nord Pool's data portal, without taxes and fees. */
export const nordPool = defineSource(
  SOURCE,
  {
    title: "Nord Pool day-ahead",
    region: "delivery areas of Nord Pool: Nordic and Baltic countries, Central Europe, Bulgaria, Romania",
    step: "15 min (60 min until 2025-09-30)",
    credentials: "none",
    rateLimit: "none stated; three days asked every 60 min; read its terms of use",
    test: "nord-pool.test.ts",
    answers: "a recorded day of 2024 in hours; a day of quarter-hours written true to the format",
    checkedAgainst: "gjohansson-ST/pynordpool, kipe/nordpool, custom-components/nordpool, evcc-io/evcc",
  },
  NordPool,
  (config, deps): Unnamed<readonly SpotSlot[]> => {
    const { area } = config;
    const Day = dayOf(area);
    return {
      refreshMinutes: 60,
      publishedAt: { time: "12:45", timeZone: "Europe/Oslo" },
      fetch: async (nowMs, signal) => {
        const request = { source: SOURCE, signal, timeoutMs: deps.timeoutMs ?? 10_000 };
        const sent: SentPrice[] = [];
        for (const day of marketDays(nowMs, "Europe/Oslo")) {
          const url = new URL("/api/DayAheadPrices", config.baseUrl);
          url.searchParams.set("date", day.date);
          url.searchParams.set("market", "DayAhead");
          url.searchParams.set("deliveryArea", area);
          url.searchParams.set("currency", deps.currency);
          const answer = await fetchJsonIfAny(url, Day, NOT_YET, request);
          if (answer) sent.push(...pricesOf(answer, day, area, deps.currency));
        }
        const border = { source: SOURCE, perKwh: 0.001, nowMs, stepMinutes: [15, 60] };
        return checkedSlots(sent, border);
      },
    };
  },
);

function pricesOf(answer: Day, day: MarketDay, area: string, currency: string): SentPrice[] {
  if (answer.deliveryDateCET !== day.date)
    refuse(SOURCE, "deliveryDateCET", `is ${answer.deliveryDateCET}, where ${day.date} was asked for`);
  wantCurrency(answer.currency, currency, SOURCE, "currency");
  return answer.multiAreaEntries.map(({ deliveryStart, deliveryEnd, entryPerArea }, k) => {
    const at = `multiAreaEntries[${k}]`;
    if (deliveryStart < day.startMs || deliveryStart >= day.endMs)
      refuse(SOURCE, `${at}.deliveryStart`, `is not of ${day.date}, the day that was asked for`);
    if (deliveryEnd > day.endMs)
      refuse(SOURCE, `${at}.deliveryEnd`, `is not of ${day.date}, the day that was asked for`);
    return {
      startMs: deliveryStart,
      endMs: deliveryEnd,
      value: entryPerArea[area] ?? Number.NaN,
      field: `${at}.entryPerArea.${area}`,
      timeField: `${at}.deliveryStart`,
      endField: `${at}.deliveryEnd`,
    };
  });
}
