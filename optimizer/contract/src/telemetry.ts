import { z } from "zod";

/**
 * One state as Home Assistant (or any other source) gives it. `source` is the entity id, or `entity_id#attribute`
 * for an attribute (`climate.living_room#temperature`). The service converts units and judges the value.
 */
export const TelemetryReading = z.strictObject({
  source: z.string().min(1).max(200),
  value: z.union([z.number(), z.string().max(500), z.boolean(), z.null()]),
  unit: z.string().max(20).optional(),
  atMs: z.int().describe("when the source last reported it, epoch milliseconds"),
  quality: z
    .enum(["good", "uncertain", "bad"])
    .optional()
    .describe("what the source itself says of it: uncertain is used and marked, bad is not used; default: good"),
  changedBy: z
    .enum(["person", "automation", "device"])
    .optional()
    .describe("who changed it, as Home Assistant's context says: a user, an automation or script, neither"),
});
export type TelemetryReading = Readonly<z.output<typeof TelemetryReading>>;

/** What Node-RED sees of Home Assistant itself. */
export const HouseView = z.strictObject({
  link: z.enum(["connected", "away", "refused"]).describe("refused: it answers, and does not take the access token"),
  detail: z.string().max(500).optional().describe("its own words"),
  missing: z
    .array(z.string().max(200))
    .max(1000)
    .readonly()
    .describe("entities that the config names and that do not exist in Home Assistant"),
  there: z
    .array(z.string().max(300))
    .max(5000)
    .readonly()
    .describe("what exists instead: all entities of the domains of the missing ones"),
});
export type HouseView = Readonly<z.output<typeof HouseView>>;

export const TelemetryBatch = z.strictObject({
  readings: z.array(TelemetryReading).max(5000).readonly(),
  house: HouseView.optional().describe("present when it is news"),
});
export type TelemetryBatch = Readonly<z.output<typeof TelemetryBatch>>;

export const TelemetryAnswer = z.strictObject({
  accepted: z.int().min(0),
  ignored: z.int().min(0).describe("sources that no device or meter of the config names"),
  rejected: z.array(z.strictObject({ source: z.string(), reason: z.string() })).readonly(),
});
export type TelemetryAnswer = Readonly<z.output<typeof TelemetryAnswer>>;
