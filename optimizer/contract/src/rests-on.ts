import { z } from "zod";

/**
 * How far down the ladder a value comes from: the best source, another one, what a source said too long ago to count as its word of now, what was
 * learned of days like these, what the config says for want of anything else.
 */
export const InputRung = z.enum(["best", "second", "cached", "learned", "fallback"]);
export type InputRung = z.output<typeof InputRung>;

/** A stretch of slots whose values of one series come from one place. */
export const RestsOn = z.strictObject({
  series: z.string().describe("prices, outdoorTempC, pv/<array>, baseLoadKw"),
  rung: InputRung,
  source: z.string().describe("the source's name; what was learned, or the config, by its own"),
  issuedAtMs: z.int().optional().describe("when it was said"),
  fromMs: z.int(),
  untilMs: z.int(),
});
export type RestsOn = Readonly<z.output<typeof RestsOn>>;
