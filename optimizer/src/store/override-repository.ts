import type { Override } from "@ohmstead/contract";
import type { Database } from "better-sqlite3";

export type OverrideRepository = ReturnType<typeof overrideRepository>;

/** A person's wishes; an ended one is kept. */
export function overrideRepository(db: Database) {
  const columns = "id, kind, device_id AS deviceId, created_at_ms AS createdAtMs, until_ms AS untilMs";
  const insert = db.prepare<Override>(`INSERT INTO override (id, kind, device_id, created_at_ms, until_ms)
    VALUES (:id, :kind, :deviceId, :createdAtMs, :untilMs)`);
  const active = db.prepare<[number], Override>(
    `SELECT ${columns} FROM override WHERE until_ms > ? AND ended_at_ms IS NULL ORDER BY created_at_ms, rowid`,
  );
  const end = db.prepare<[number, string, number]>(
    "UPDATE override SET ended_at_ms = ? WHERE id = ? AND ended_at_ms IS NULL AND until_ms > ?",
  );
  const between = db.prepare<{ fromMs: number; untilMs: number }, Override & { readonly endedAtMs: number | null }>(
    `SELECT ${columns}, ended_at_ms AS endedAtMs FROM override WHERE created_at_ms < :untilMs AND until_ms > :fromMs
     ORDER BY created_at_ms, rowid`,
  );
  return {
    add: (override: Override): void => {
      insert.run(override);
    },
    /** Oldest first. */
    active: (nowMs: number): Override[] => active.all(nowMs),
    /** Answers false when there is no such override, or it is over. */
    end: (id: string, nowMs: number): boolean => end.run(nowMs, id, nowMs).changes > 0,
    /** All that held at any moment of [fromMs, untilMs), with the time somebody ended them early. */
    between: (fromMs: number, untilMs: number): (Override & { readonly endedAtMs?: number })[] =>
      between
        .all({ fromMs, untilMs })
        .map(({ endedAtMs, ...override }) => (endedAtMs === null ? override : { ...override, endedAtMs })),
  };
}
