/** The latest known value of a source (entity, entity#attribute or signal) and when the source reported it. */
export interface LatestReading {
  readonly value: number | string | boolean | null;
  readonly atMs: number;
  /** Since when the source says that it has no value (`unavailable`, `unknown`): what it said before is then not known to hold. */
  readonly goneSinceMs?: number | undefined;
  /** When it last came back from having no value. */
  readonly backSinceMs?: number | undefined;
  /** Who changed it, where the source says so. */
  readonly changedBy?: "person" | "automation" | "device" | undefined;
  /** Of states that cannot jump: how fast it has been rising of late. */
  readonly risePerHour?: number | undefined;
}
export type LatestReadings = ReadonlyMap<string, LatestReading>;
