import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import type { IssuedForecast } from "../domain/forecast.ts";
import { onPlane, powerOf } from "../domain/plane-of-array.ts";
import { checkedStretches, powerBounds, type SentStretch } from "./checked-stretches.ts";
import { fetchJson } from "./fetch-answer.ts";
import { PLACE } from "./place.ts";
import { defineSource, peakOf, type Unnamed } from "./source.ts";

const OpenMeteoPv = z.strictObject({
  kind: z.literal("open-meteo"),
  ...PLACE,
  albedo: z.number().min(0).max(1).default(0.2).describe("share of the light that the ground throws back"),
  lossShare: z.number().min(0).max(0.9).default(0.17).describe("what glass, dirt, cables and inverter take"),
  inverterKw: z.number().positive().optional().describe("the most it lets through; default: the array's peak"),
  baseUrl: z.url().default("https://api.open-meteo.com"),
});
type OpenMeteoPv = z.output<typeof OpenMeteoPv>;

const SERIES = ["direct_radiation", "diffuse_radiation", "temperature_2m"] as const;
const light = z.array(z.number().min(0).max(1500).nullable());
const Forecast = z
  .object({
    utc_offset_seconds: z.number().min(-54_000).max(54_000).describe("of the times below, which name no zone"),
    hourly_units: z.object({
      direct_radiation: z.literal("W/m²"),
      diffuse_radiation: z.literal("W/m²"),
      temperature_2m: z.literal("°C"),
    }),
    hourly: z.object({
      time: z.array(z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/)),
      direct_radiation: light,
      diffuse_radiation: light,
      temperature_2m: z.array(z.number().min(-90).max(60).nullable()),
    }),
  })
  .superRefine(({ hourly }, context) => {
    for (const series of SERIES)
      if (hourly[series].length !== hourly.time.length)
        context.addIssue({
          code: "custom",
          path: ["hourly", series],
          message: "has another length than hourly.time",
        });
  });

const SOURCE = "open-meteo";

/** Irradiance and air temperature forecast by open-meteo.com, made into the array's power by a plain model (domain/plane-of-array.ts). */
export const openMeteoPv = defineSource(
  SOURCE,
  {
    title: "Open-Meteo irradiance on the array's plane",
    region: "everywhere",
    step: "60 min",
    credentials: "none",
    rateLimit: "10 000 a day for private use; asked every 60 min",
    test: "open-meteo-pv.test.ts",
    answers: "a recorded answer of 2026",
    checkedAgainst: "open-meteo/open-meteo, open-meteo/open-meteo-website",
  },
  OpenMeteoPv,
  (config, deps): Unnamed<IssuedForecast> => {
    const peakKw = peakOf(deps, SOURCE);
    return {
      refreshMinutes: 60,
      fetch: async (nowMs, signal) => {
        const url = new URL("/v1/forecast", config.baseUrl);
        url.searchParams.set("latitude", String(config.latitude));
        url.searchParams.set("longitude", String(config.longitude));
        url.searchParams.set("hourly", SERIES.join(","));
        url.searchParams.set("past_days", "1");
        url.searchParams.set("forecast_days", "4");
        url.searchParams.set("timezone", "UTC");
        const answer = await fetchJson(url, Forecast, { source: SOURCE, signal, timeoutMs: deps.timeoutMs ?? 10_000 });
        return {
          issuedAtMs: nowMs,
          stretches: checkedStretches(powers(answer, config, peakKw), {
            source: SOURCE,
            nowMs,
            ...powerBounds(peakKw),
          }),
        };
      },
    };
  },
);

/** Radiation is the mean of the hour before its time, temperature that of the moment. */
function powers(
  { hourly, utc_offset_seconds }: z.output<typeof Forecast>,
  config: OpenMeteoPv,
  peakKw: number,
): SentStretch[] {
  const modules = { peakKw, lossShare: config.lossShare, inverterKw: config.inverterKw ?? peakKw };
  return hourly.time.flatMap((time, k): SentStretch[] => {
    const direct = hourly.direct_radiation[k] ?? undefined;
    const diffuse = hourly.diffuse_radiation[k] ?? undefined;
    const tempC = hourly.temperature_2m[k] ?? undefined;
    if (direct === undefined || diffuse === undefined || tempC === undefined) return [];
    const endMs = Date.parse(`${time}:00Z`) - utc_offset_seconds * 1000;
    const span = { startMs: endMs - MS_PER_HOUR, endMs };
    const wPerM2 = onPlane({ ...span, directWPerM2: direct, diffuseWPerM2: diffuse }, config);
    return [
      {
        ...span,
        value: powerOf(wPerM2, tempC, modules),
        field: `hourly.direct_radiation[${k}]`,
        timeField: `hourly.time[${k}]`,
      },
    ];
  });
}
