import { z } from "zod";
import { id } from "../problem/fields.ts";

export const named = { id, name: z.string().max(60).optional() };

export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a local time in quotes, such as "22:30"');
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const days = z
  .array(z.enum(WEEKDAYS, `write days as ${WEEKDAYS.join(", ")}`))
  .min(1)
  .readonly()
  .optional()
  .describe("default: every day");

/** A stretch of the local day, over midnight where `until` is not after `from`; `days` are those on which it begins. */
export const timeRule = { from: timeOfDay, until: timeOfDay, days };
const TimeRule = z.strictObject(timeRule);
export type TimeRule = Readonly<z.output<typeof TimeRule>>;
/** A moment of the local day. */
export const moment = { at: timeOfDay, days };
const Moment = z.strictObject(moment);
export type Moment = Readonly<z.output<typeof Moment>>;

/** An adapter's own settings: `kind` names the adapter, which checks the rest. */
export const AdapterConfig = z.looseObject({ kind: z.string() });
export type AdapterConfig = Readonly<z.output<typeof AdapterConfig>>;

/** One source, or several, best first: where one is silent the next speaks. */
export const sourcesOf = <S extends z.ZodType>(source: S) =>
  z.union([source.transform((only) => [only]), z.array(source).min(1).max(8)]);
export const Sources = sourcesOf(AdapterConfig);

/** Where a measured value comes from: an entity id alone, or with details. */
const sensorDetails = z.strictObject({
  source: z
    .string()
    .min(1)
    .describe("Home Assistant entity, entity#attribute, mqtt:topic, mqtt:topic#field, or viessmann:feature#property"),
  invert: z.boolean().default(false).describe("true when the source counts the other direction positive"),
  staleAfterMinutes: z.number().positive().default(30),
});
export const SensorConfig = z.union([
  z
    .string()
    .min(1)
    .transform((source) => ({ source, invert: false, staleAfterMinutes: 30 })),
  sensorDetails,
]);
export type SensorConfig = Readonly<z.output<typeof SensorConfig>>;
