import { z } from "zod";

/** Steps in which the past can be asked for; a day is one of the house's own calendar, `raw` are the readings as they came. */
export const HISTORY_STEPS = ["raw", "15m", "1h", "1d"] as const;
export type HistoryStep = (typeof HISTORY_STEPS)[number];

/** Time-weighted over the part of the step that is known; the values are absent where nothing is. */
export const HistoryPoint = z.strictObject({
  startMs: z.int(),
  mean: z.number().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  coverage: z.number().min(0).max(1).describe("share of the step that is known at all"),
  quality: z
    .enum(["measured", "filled", "interpolated", "uncertain", "unknown"])
    .describe("what most of the known time rests on; unknown where less than half of the step is known"),
});
export type HistoryPoint = Readonly<z.output<typeof HistoryPoint>>;

export const HistoryReading = z.strictObject({
  atMs: z.int(),
  value: z.number(),
  quality: z.enum(["good", "uncertain"]),
});

export type HistoryReading = Readonly<z.output<typeof HistoryReading>>;

/** What was measured of some signals, in kW, kWh, °C or shares 0..1, oldest first. */
export const History = z.strictObject({
  fromMs: z.int(),
  untilMs: z.int(),
  step: z.enum(HISTORY_STEPS),
  timeZone: z.string(),
  series: z
    .array(
      z.strictObject({
        signal: z.string(),
        points: z.array(HistoryPoint).readonly().optional().describe("of steps"),
        readings: z.array(HistoryReading).readonly().optional().describe("of raw"),
      }),
    )
    .readonly(),
});
export type History = Readonly<z.output<typeof History>>;
