import type { Ingest, TelemetryReading } from "@ohmstead/contract";

/** What gateways have measured, as readings of the sources `gateway:<device_id>/<sensor_id>`. */
export const readingsOfGateways = (payloads: Ingest): TelemetryReading[] =>
  payloads.flatMap(({ device_id, timestamp, readings }) =>
    readings.map(({ sensor_id, value, unit, quality }) => ({
      source: `gateway:${device_id}/${sensor_id}`,
      value,
      ...(unit === undefined || unit === null ? {} : { unit }),
      atMs: timestamp,
      quality,
    })),
  );
