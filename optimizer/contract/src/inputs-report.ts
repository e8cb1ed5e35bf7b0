import { z } from "zod";
import { InputRung } from "./rests-on.ts";

const count = z.int().min(0);

/** What the plans of a period rested on: for each quarter-hour the newest plan made before it. */
export const InputsReport = z.strictObject({
  fromMs: z.int().describe("the period asked for, as far as plans of it are stored"),
  untilMs: z.int(),
  quarterHours: count,
  series: z
    .array(
      z.strictObject({
        series: z.string().describe("prices, outdoorTempC, pv/<array>, baseLoadKw"),
        empty: count.describe("quarter-hours for which there was no value"),
        rungs: z
          .array(z.strictObject({ rung: InputRung, quarterHours: count, share: z.number().min(0).max(1) }))
          .readonly()
          .describe("those that occurred, best first"),
        stretches: z
          .array(
            z.strictObject({
              rung: InputRung.optional().describe("absent: no value"),
              source: z.string().optional(),
              fromMs: z.int(),
              untilMs: z.int(),
            }),
          )
          .readonly(),
      }),
    )
    .readonly(),
});
export type InputsReport = Readonly<z.output<typeof InputsReport>>;
