import { GatewayTime, Ingest, type TelemetryReading } from "@ohmstead/contract";
import { z } from "zod";
import { complaintsAbout } from "../domain/parse-config.ts";

/** What a topic's message says of the one sensor that the topic names; with `timestamp` it is of that moment, whenever it is heard. */
const TopicValue = z.object({
  value: z.union([z.number(), z.string().max(500), z.boolean(), z.null()]),
  timestamp: GatewayTime.optional(),
  unit: z.string().max(20).nullish(),
  quality: z.enum(["good", "uncertain", "bad"]).optional(),
});

/** The JSON in a message, undefined where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `{ value, unit?, timestamp?, quality? }` as a reading; undefined for anything else. Without `timestamp` it is of now. */
export function readingOfValue(source: string, json: unknown, nowMs: number): TelemetryReading | undefined {
  const { data } = TopicValue.safeParse(json);
  if (!data) return undefined;
  const { value, timestamp, unit, quality } = data;
  return {
    source,
    value,
    atMs: timestamp ?? nowMs,
    ...(unit === undefined || unit === null ? {} : { unit }),
    ...(quality === undefined ? {} : { quality }),
  };
}

export const isDated = (json: unknown): boolean =>
  typeof json === "object" && json !== null && (json as { readonly timestamp?: unknown }).timestamp !== undefined;

/** What a message on a topic of `mqtt.ingest` brings. */
export type TopicMessage =
  | { readonly kind: "gateway"; readonly payloads: Ingest }
  | { readonly kind: "reading"; readonly reading: TelemetryReading }
  | { readonly kind: "unusable"; readonly reason: string };

/**
 * A message that may have waited at the broker, for who knows how long: only what carries its own time can be used. It is a gateway's payload,
 * or the value of the sensor `mqtt:<topic>`.
 */
export function topicMessageOf({ topic, text }: { readonly topic: string; readonly text: string }): TopicMessage {
  const json = jsonOf(text);
  const isGateway = Array.isArray(json) || (typeof json === "object" && json !== null && "readings" in json);
  if (isGateway) {
    const { data, error } = Ingest.safeParse(json);
    if (data) return { kind: "gateway", payloads: data };
    const [first] = complaintsAbout(Ingest, error);
    return { kind: "unusable", reason: `${first?.field}: ${first?.message}` };
  }
  const reading = isDated(json) ? readingOfValue(`mqtt:${topic}`, json, Number.NaN) : undefined;
  if (reading) return { kind: "reading", reading };
  return {
    kind: "unusable",
    reason: `it is neither a gateway's payload nor { value, timestamp }; a value without its time is only heard live, by a sensor with source mqtt:${topic}`,
  };
}
