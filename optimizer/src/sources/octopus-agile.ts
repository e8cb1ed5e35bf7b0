import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { refuse } from "./checked-slots.ts";
import {
  HALF_HOUR_MS,
  halfHours,
  hasExportTariff,
  hasTariff,
  NO_EXPORT_TARIFF,
  NO_TARIFF,
  octopusSettings,
  priceAt,
  type Rate,
  ratesOf,
  wantPounds,
} from "./octopus-rates.ts";
import { defineSource, type Unnamed } from "./source.ts";

const OctopusAgile = z
  .strictObject({ kind: z.literal("octopus-agile"), ...octopusSettings })
  .refine(hasTariff, NO_TARIFF)
  .refine(hasExportTariff, NO_EXPORT_TARIFF);

const SOURCE = "octopus-agile";
const PAST_MS = 24 * MS_PER_HOUR;
const AHEAD_MS = 48 * MS_PER_HOUR;

/** Octopus Energy's half-hourly tariffs of Great Britain, VAT included, by their public API. What is fed in may have a fixed rate. */
export const octopusAgile = defineSource(
  SOURCE,
  {
    title: "Octopus Agile",
    region: "Great Britain, 14 regions",
    step: "30 min",
    credentials: "none",
    rateLimit: "none stated; asked every 30 min",
    test: "octopus-agile.test.ts",
    answers: "recorded half-hours, pages, an empty page and an error",
    checkedAgainst: "evcc-io/evcc, BottlecapDave/HomeAssistant-OctopusEnergy",
  },
  OctopusAgile,
  (config, deps): Unnamed<readonly SpotSlot[]> => {
    wantPounds(SOURCE, deps);
    const { product, exportProduct, region, baseUrl } = config;
    const tariff = config.tariff ?? `E-1R-${product}-${region}`;
    const exportTariff = config.exportTariff ?? `E-1R-${exportProduct}-${region}`;
    return {
      refreshMinutes: 30,
      publishedAt: { time: "16:00", timeZone: "Europe/London" },
      fetch: async (nowMs, signal) => {
        const fromMs = Math.floor((nowMs - PAST_MS) / HALF_HOUR_MS) * HALF_HOUR_MS;
        const untilMs = fromMs + PAST_MS + AHEAD_MS;
        const request = { source: SOURCE, signal, timeoutMs: deps.timeoutMs ?? 10_000 };
        const common = { baseUrl, register: "standard", fromMs, untilMs } as const;
        const bought = await ratesOf({ ...common, product, tariff }, request);
        wantHalfHours(bought);
        const sold =
          exportProduct === undefined
            ? undefined
            : await ratesOf({ ...common, product: exportProduct, tariff: exportTariff }, request);
        return halfHours(
          fromMs,
          untilMs,
          (ms) => priceAt(bought, ms),
          (ms) => (sold ? priceAt(sold, ms) : 0),
        );
      },
    };
  },
);

function wantHalfHours(rates: readonly Rate[]): void {
  for (const { fromMs, untilMs, timeField } of rates)
    if (untilMs - fromMs !== HALF_HOUR_MS)
      refuse(
        SOURCE,
        timeField.replace("valid_from", "valid_to"),
        `makes a rate of ${(untilMs - fromMs) / MS_PER_MINUTE} minutes, not of 30: is the product an Agile one? For others: kind: octopus-fixed`,
      );
}
