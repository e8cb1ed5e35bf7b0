import type { TelemetryReading } from "@ohmstead/contract";
import { z } from "zod";

/** What is used of an answer of Viessmann's features interface. */
export const ViessmannFeatures = z.object({
  data: z.array(
    z.object({
      feature: z.string(),
      isEnabled: z.boolean().default(true),
      timestamp: z.iso.datetime(),
      properties: z.record(z.string(), z.object({ value: z.unknown(), unit: z.string().optional() })),
    }),
  ),
});
export type ViessmannFeatures = z.output<typeof ViessmannFeatures>;

const UNITS: Readonly<Record<string, string>> = {
  celsius: "°C",
  kelvin: "K",
  percent: "%",
  watt: "W",
  kilowatt: "kW",
  kilowattHour: "kWh",
};

const isPlain = (value: unknown): value is number | string | boolean =>
  (typeof value === "number" && Number.isFinite(value)) || typeof value === "string" || typeof value === "boolean";

/**
 * The wanted readings `<cloud>:<feature>#<property>`. A feature's own time says when it last changed; all of them held when the heat pump was
 * last heard of, which is the newest of these times. A cloud that repeats itself gives old readings, not present ones.
 */
export function readingsOfFeatures(
  { data }: ViessmannFeatures,
  cloud: string,
  wanted: readonly string[],
  nowMs: number,
): TelemetryReading[] {
  const heardMs = Math.min(nowMs, Math.max(...data.map(({ timestamp }) => Date.parse(timestamp))));
  const isWanted = new Set(wanted);
  return data.flatMap(({ feature, isEnabled, properties }) =>
    Object.entries(properties).flatMap(([property, { value, unit }]) => {
      const source = `${cloud}:${feature}#${property}`;
      if (!isEnabled || !isWanted.has(source) || !isPlain(value)) return [];
      const known = UNITS[unit ?? ""];
      return [{ source, value, ...(known === undefined ? {} : { unit: known }), atMs: heardMs }];
    }),
  );
}
