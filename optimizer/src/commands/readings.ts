/** The latest known value of a source (entity, entity#attribute or signal) and when the source reported it. */
export interface LatestReading {
  readonly value: number | string | boolean | null;
  readonly atMs: number;
}
export type LatestReadings = ReadonlyMap<string, LatestReading>;
