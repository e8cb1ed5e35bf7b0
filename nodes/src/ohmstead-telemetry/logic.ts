import type { TelemetryReading } from "@ohmstead/contract";
import { type EntityState, readingsOf, sourceOf, type WantedSources, wantedByEntity } from "./states.ts";

/** More entities than that no house has; what comes beyond is dropped, oldest first. */
const MOST_ENTITIES = 5000;
const MOST_PER_BATCH = 1000;

/**
 * The newest state of every entity, and the readings that wait for the service. Per source the newest value wins, so that the
 * queue is never longer than the list of wanted sources.
 */
export interface ReadingQueue {
  /** The sources the service wants, as it says at every connection. All that is known of them waits to be sent again. */
  want(sources: readonly string[]): void;
  takeState(state: EntityState): void;
  takeReading(reading: TelemetryReading): void;
  nextBatch(): readonly TelemetryReading[];
  /** A batch that did not arrive; what is newer by now stays. */
  giveBack(batch: readonly TelemetryReading[]): void;
  readonly waiting: number;
}

export function createReadingQueue(): ReadingQueue {
  const states = new Map<string, EntityState>();
  const others = new Map<string, TelemetryReading>();
  const queue = new Map<string, TelemetryReading>();
  let wanted: WantedSources | undefined;

  const enqueue = (reading: TelemetryReading) => {
    const queued = queue.get(reading.source);
    if (!queued || queued.atMs <= reading.atMs) queue.set(reading.source, reading);
  };
  const wants = (source: string) => {
    const [entityId = "", attribute = ""] = source.split("#", 2);
    return wanted?.get(entityId)?.includes(attribute) ?? false;
  };

  return {
    want: (sources) => {
      wanted = wantedByEntity(sources);
      queue.clear();
      for (const [entityId, attributes] of wanted) {
        const state = states.get(entityId);
        if (state) for (const reading of readingsOf(state, wanted)) enqueue(reading);
        for (const attribute of attributes) {
          const other = others.get(sourceOf(entityId, attribute));
          if (other) enqueue(other);
        }
      }
    },
    takeState: (state) => {
      const known = states.get(state.entityId);
      if (known && known.atMs > state.atMs) return;
      remember(states, state.entityId, state);
      if (wanted) for (const reading of readingsOf(state, wanted)) enqueue(reading);
    },
    takeReading: (reading) => {
      remember(others, reading.source, reading);
      if (wants(reading.source)) enqueue(reading);
    },
    nextBatch: () => {
      const batch = [...queue.values()].slice(0, MOST_PER_BATCH);
      for (const { source } of batch) queue.delete(source);
      return batch;
    },
    giveBack: (batch) => {
      for (const reading of batch)
        if (!queue.has(reading.source) && wants(reading.source)) queue.set(reading.source, reading);
    },
    get waiting() {
      return queue.size;
    },
  };
}

/** A Map keeps its insertion order, so the first key is the one not heard of for longest. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > MOST_ENTITIES ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}
