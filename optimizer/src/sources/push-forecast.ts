import { z } from "zod";
import type { IssuedForecast } from "../domain/forecast.ts";
import { defineSource } from "./source.ts";

/** For forecasts that are sent in (`POST /api/v1/forecasts/update`): there is nothing to fetch. */
const pushed = (title: string) =>
  defineSource(
    "push",
    {
      title,
      region: "everywhere",
      step: "as sent",
      credentials: "the service's own token",
      rateLimit: "none",
      test: "conformance.test.ts",
    },
    z.strictObject({ kind: z.literal("push") }),
    () => ({
      // So old what was sent may be and still count as the word of now (cycles/forecast-desk.ts).
      refreshMinutes: 720,
      fetch: async (nowMs): Promise<IssuedForecast> => ({ issuedAtMs: nowMs, stretches: [] }),
    }),
  );

export const pushPv = pushed("Solar forecast sent in");
export const pushWeather = pushed("Weather forecast sent in");
