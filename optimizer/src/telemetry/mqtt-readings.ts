import type { TelemetryReading } from "@ohmstead/contract";
import { jsonOf, readingOfValue } from "./topic-message.ts";

const PREFIX = "mqtt:";
const LONGEST_TEXT = 500;

interface TopicSource {
  readonly source: string;
  readonly topic: string;
  readonly field: string | undefined;
}

const topicSourceOf = (source: string): TopicSource => {
  const [topic = "", field] = source.slice(PREFIX.length).split("#", 2);
  return { source, topic, field };
};

/** The topics that these sources (`mqtt:<topic>`, `mqtt:<topic>#<field>`; others are none) are read from. */
export const topicsOf = (sources: readonly string[]): string[] => [
  ...new Set(sources.filter((each) => each.startsWith(PREFIX)).map((each) => topicSourceOf(each).topic)),
];

/**
 * The readings in a message just heard: a topic's whole payload, its `value` where it is a JSON with one, or a field. A JSON without the field, or
 * whose field is no plain value, gives none.
 */
export function readingsOfMessage(
  { topic, text }: { readonly topic: string; readonly text: string },
  sources: readonly string[],
  nowMs: number,
): TelemetryReading[] {
  return sources
    .filter((each) => each.startsWith(PREFIX))
    .map(topicSourceOf)
    .filter((each) => each.topic === topic)
    .flatMap(({ source, field }) => {
      if (field === undefined)
        return [
          readingOfValue(source, jsonOf(text), nowMs) ?? {
            source,
            value: text.trim().slice(0, LONGEST_TEXT),
            atMs: nowMs,
          },
        ];
      const value = fieldOf(text, field);
      return value === undefined ? [] : [{ source, value, atMs: nowMs }];
    });
}

function fieldOf(text: string, field: string): number | string | boolean | undefined {
  const parsed = jsonOf(text);
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const value = (parsed as Readonly<Record<string, unknown>>)[field];
  if (typeof value === "string") return value.slice(0, LONGEST_TEXT);
  return typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)) ? value : undefined;
}
