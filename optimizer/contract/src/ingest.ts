import { z } from "zod";

/** Whatever else a gateway adds is not looked at. */
const GatewayReading = z.object({
  sensor_id: z.string().min(1).max(100),
  value: z.union([z.number(), z.string().max(500), z.boolean(), z.null()]),
  unit: z.string().max(20).nullish(),
  quality: z.enum(["good", "uncertain", "bad"]).default("good"),
});

/** Smaller than that an epoch counts seconds: as milliseconds it would be before 1973, as seconds it reaches to the year 5138. */
const SECONDS_UNTIL = 1e11;

/** A moment as gateways write it, in epoch milliseconds. */
export const GatewayTime = z.union(
  [
    z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
    z
      .number()
      .positive()
      .max(1e14)
      .transform((epoch) => Math.round(epoch < SECONDS_UNTIL ? epoch * 1000 : epoch)),
  ],
  "write a time with its zone, such as 2026-01-31T12:00:00Z, or an epoch in seconds or milliseconds",
);

/** What a gateway has measured at one moment. A sensor's `source` in the config is `gateway:<device_id>/<sensor_id>`. */
export const GatewayPayload = z.object({
  device_id: z.string().min(1).max(100),
  timestamp: GatewayTime,
  readings: z.array(GatewayReading).max(50_000).readonly(),
});
export type GatewayPayload = Readonly<z.output<typeof GatewayPayload>>;

/** Readings that one request may bring. */
export const MOST_INGESTED = 50_000;

export const Ingest = z
  .union([GatewayPayload.transform((only) => [only]), z.array(GatewayPayload).max(MOST_INGESTED)])
  .readonly();
export type Ingest = Readonly<z.output<typeof Ingest>>;
