import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import { SourceError } from "../domain/errors.ts";
import type { IssuedForecast } from "../domain/forecast.ts";
import { checkedStretches, powerBounds, type SentStretch } from "./checked-stretches.ts";
import { fetchJson } from "./fetch-answer.ts";
import { defineSource, peakOf, type Unnamed } from "./source.ts";
import { PLACE } from "./place.ts";

const ForecastSolar = z.strictObject({
  kind: z.literal("forecast-solar"),
  ...PLACE,
  baseUrl: z.url().default("https://api.forecast.solar"),
});

const time = z.iso.datetime({ offset: true });
const Estimate = z.object({
  result: z.object({ watt_hours_period: z.record(time, z.number().min(0)) }),
});
const TooMany = z.object({ message: z.object({ ratelimit: z.object({ "retry-at": time.transform(Date.parse) }) }) });

const SOURCE = "forecast-solar";
const KEY = "FORECAST_SOLAR_KEY";
/** Only the night lasts longer, and brings nothing. */
const LONGEST_MS = 1.5 * MS_PER_HOUR;

/** Forecast.Solar's estimate: what each period of the day brings, as mean kW. With a key it looks further and may be asked more often. */
export const forecastSolar = defineSource(
  SOURCE,
  {
    title: "Forecast.Solar estimate",
    region: "everywhere",
    step: "60 min, shorter with a key",
    credentials: `${KEY}, which may be left away`,
    rateLimit: "12 an hour for each address without a key; asked every 60 min, and not before it says",
    test: "forecast-solar.test.ts",
    answers: "a recorded answer and a recorded refusal (429) of 2024",
    checkedAgainst: "home-assistant-libs/forecast_solar, evcc-io/evcc, doc.forecast.solar",
  },
  ForecastSolar,
  (config, deps): Unnamed<IssuedForecast> => {
    const peakKw = peakOf(deps, SOURCE);
    return {
      refreshMinutes: 60,
      fetch: async (nowMs, signal) => {
        const key = deps.secret?.(KEY)?.trim();
        const { latitude, longitude, tiltDeg, azimuthDeg } = config;
        // Its azimuth begins in the south: -90 is east, 90 west.
        const path = ["estimate", latitude, longitude, tiltDeg, azimuthDeg - 180, peakKw];
        const url = new URL(
          [key, ...path].filter((part) => part !== undefined && part !== "").join("/"),
          `${config.baseUrl}/`,
        );
        url.searchParams.set("time", "iso8601");
        const { result } = await withoutKey(key, () =>
          fetchJson(url, Estimate, {
            source: SOURCE,
            signal,
            timeoutMs: deps.timeoutMs ?? 10_000,
            credentials: `${KEY} in .env`,
            retryAt: (body) => TooMany.safeParse(body).data?.message.ratelimit["retry-at"],
          }),
        );
        const bounds = powerBounds(peakKw);
        const sent = periods(result.watt_hours_period, bounds.max);
        return {
          issuedAtMs: nowMs,
          stretches: checkedStretches(sent, { source: SOURCE, nowMs, ...bounds }),
        };
      },
    };
  },
);

/** The key is part of the address, and no message may show it. */
async function withoutKey<T>(key: string | undefined, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!key || !(error instanceof SourceError) || !error.message.includes(key)) throw error;
    const { source, complaint, trouble, retryAfterMs } = error;
    throw new SourceError(source, complaint.replaceAll(key, "(key)"), { trouble, retryAfterMs });
  }
}

/**
 * Energy since the moment before, as mean power. The first moment of all says nothing but where the second begins. Where one is missing in between,
 * the energy after it is of an unknown part of the time: a hole.
 */
function periods(energies: Readonly<Record<string, number>>, mostKw: number): SentStretch[] {
  const moments = Object.entries(energies).map(([at, wattHours]) => ({ at, endMs: Date.parse(at), wattHours }));
  return moments.slice(1).flatMap(({ at, endMs, wattHours }, k): SentStretch[] => {
    const startMs = moments[k]?.endMs ?? endMs;
    const value = (wattHours / 1000 / (endMs - startMs)) * MS_PER_HOUR;
    if (wattHours > 0 && value <= mostKw && endMs - startMs > LONGEST_MS) return [];
    const field = `result.watt_hours_period.${at}`;
    return [{ startMs, endMs, value, field, timeField: field }];
  });
}
