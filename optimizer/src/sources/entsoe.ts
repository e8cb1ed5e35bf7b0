import { DateTime } from "luxon";
import { z } from "zod";
import { ConfigError } from "../domain/errors.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { ENTSOE_AREAS } from "./entsoe-areas.ts";
import { publicationIn, saysNoData, slotsOf } from "./entsoe-document.ts";
import { fetchText } from "./fetch-answer.ts";
import { marketDays } from "./market-day.ts";
import { secretOf } from "./secret.ts";
import { defineSource, type Unnamed } from "./source.ts";

const Entsoe = z.strictObject({
  kind: z.literal("entsoe"),
  area: z
    .string()
    .min(2)
    .describe(`bidding zone: ${Object.keys(ENTSOE_AREAS).join(", ")}, or its EIC code`),
  baseUrl: z.url().default("https://web-api.tp.entsoe.eu").describe("of the API"),
});

const SOURCE = "entsoe";

/** Day-ahead prices of Europe's bidding zones from the transparency platform of the grid operators, without taxes and fees. */
export const entsoe = defineSource(
  SOURCE,
  {
    title: "ENTSO-E transparency platform",
    region: "bidding zones of Europe",
    step: "15, 30 or 60 min, as the market's",
    credentials: "ENTSOE_TOKEN (free)",
    rateLimit: "400 a minute, then ten minutes of silence; asked every 60 min",
    test: "entsoe.test.ts",
    answers: "recorded documents of 2024; the acknowledgement written true to the format",
    checkedAgainst:
      "EnergieID/entsoe-py, JaccoR/hass-entso-e, mampfes/ha_epex_spot, evcc-io/evcc, electricitymaps/electricitymaps-contrib",
  },
  Entsoe,
  (config, deps): Unnamed<readonly SpotSlot[]> => {
    const area = ENTSOE_AREAS[config.area] ?? config.area;
    if (!/^10Y[\w-]{13}$/.test(area))
      throw new ConfigError(
        `${SOURCE}: area "${config.area}" is not known; there are: ${Object.keys(ENTSOE_AREAS).join(", ")}, or write an EIC code`,
      );
    return {
      refreshMinutes: 60,
      publishedAt: { time: "13:00", timeZone: "Europe/Brussels" },
      fetch: async (nowMs, signal) => {
        const [yesterday, , tomorrow] = marketDays(nowMs);
        const url = new URL("/api", config.baseUrl);
        url.searchParams.set("securityToken", secretOf(deps, SOURCE, "ENTSOE_TOKEN"));
        url.searchParams.set("documentType", "A44");
        // Day-ahead; the intraday auctions are documents of the same type.
        url.searchParams.set("contract_MarketAgreement.type", "A01");
        url.searchParams.set("in_Domain", area);
        url.searchParams.set("out_Domain", area);
        url.searchParams.set("periodStart", minuteOf(yesterday.startMs));
        url.searchParams.set("periodEnd", minuteOf(tomorrow.endMs));
        const text = await fetchText(url, {
          source: SOURCE,
          signal,
          timeoutMs: deps.timeoutMs ?? 30_000,
          headers: { accept: "application/xml" },
          credentials: "ENTSOE_TOKEN in .env",
          saysNothing: saysNoData,
        });
        return slotsOf(await publicationIn(text, SOURCE), { source: SOURCE, currency: deps.currency, area, nowMs });
      },
    };
  },
);

const minuteOf = (ms: number): string => DateTime.fromMillis(ms, { zone: "utc" }).toFormat("yyyyMMddHHmm");
