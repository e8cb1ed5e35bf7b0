import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import { localClock } from "../domain/local-time.ts";
import { holdsAt } from "../domain/season-rule.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import {
  HALF_HOUR_MS,
  halfHours,
  hasExportTariff,
  hasTariff,
  NO_EXPORT_TARIFF,
  NO_TARIFF,
  octopusSettings,
  priceAt,
  ratesOf,
  wantPounds,
} from "./octopus-rates.ts";
import { defineSource, type Unnamed } from "./source.ts";

const halfHour = z
  .string()
  .regex(/^([01]\d|2[0-3]):(00|30)$/, 'write a local time on the half-hour in quotes, such as "00:30"');

const OctopusFixed = z
  .strictObject({
    kind: z.literal("octopus-fixed"),
    ...octopusSettings,
    night: z
      .strictObject({
        from: halfHour,
        until: halfHour,
        // Octopus Energy's help: "What happens to my Economy Seven (E7) tariff when I have a smart meter installed?"
        clock: z.enum(["wall", "utc"], 'write "wall", or "utc" for a meter that knows no summer time').default("wall"),
      })
      .optional()
      .describe(
        'for a two-rate (Economy 7) tariff: the hours of its night. A smart meter keeps winter time all the year: { from: "00:30", until: "07:30", clock: utc }, which is 01:30 to 08:30 in summer; clock: wall (the default) for one that follows the clock on the wall',
      ),
  })
  .refine(hasTariff, NO_TARIFF)
  .refine(hasExportTariff, NO_EXPORT_TARIFF);

const SOURCE = "octopus-fixed";
const PAST_MS = 24 * MS_PER_HOUR;
const AHEAD_MS = 8 * 24 * MS_PER_HOUR;

/**
 * Octopus Energy's tariffs whose rates hold for long: fixed, variable, Tracker (a rate a day) and Economy 7 (day and night), VAT included. A rate
 * until further notice is counted on eight days ahead.
 */
export const octopusFixed = defineSource(
  SOURCE,
  {
    title: "Octopus fixed, variable, Tracker, Economy 7",
    region: "Great Britain, 14 regions",
    step: "30 min",
    credentials: "none",
    rateLimit: "none stated; asked every 3 h",
    test: "octopus-fixed.test.ts",
    answers: "written true to the format",
    checkedAgainst:
      "evcc-io/evcc, BottlecapDave/HomeAssistant-OctopusEnergy; the smart meter's hours: Octopus Energy's help",
  },
  OctopusFixed,
  (config, deps): Unnamed<readonly SpotSlot[]> => {
    wantPounds(SOURCE, deps);
    const { product, exportProduct, region, baseUrl, night } = config;
    const tariff = config.tariff ?? `E-${night ? 2 : 1}R-${product}-${region}`;
    const exportTariff = config.exportTariff ?? `E-1R-${exportProduct}-${region}`;
    const clock = localClock(night?.clock === "utc" ? "UTC" : (deps.timeZone ?? "Europe/London"));
    return {
      refreshMinutes: 180,
      fetch: async (nowMs, signal) => {
        const fromMs = Math.floor((nowMs - PAST_MS) / HALF_HOUR_MS) * HALF_HOUR_MS;
        const untilMs = fromMs + PAST_MS + AHEAD_MS;
        const request = { source: SOURCE, signal, timeoutMs: deps.timeoutMs ?? 10_000 };
        const common = { baseUrl, fromMs, untilMs };
        const ratesBy = (register: "standard" | "day" | "night") =>
          ratesOf({ ...common, product, tariff, register }, request);
        const byDay = await ratesBy(night ? "day" : "standard");
        const byNight = night ? await ratesBy("night") : byDay;
        const sold =
          exportProduct === undefined
            ? undefined
            : await ratesOf({ ...common, product: exportProduct, tariff: exportTariff, register: "standard" }, request);
        return halfHours(
          fromMs,
          untilMs,
          (ms) => priceAt(night && holdsAt(night, clock(ms)) ? byNight : byDay, ms),
          (ms) => (sold ? priceAt(sold, ms) : 0),
        );
      },
    };
  },
);
