import type { Override } from "@ohmstead/contract";
import type { Database } from "better-sqlite3";

export type OverrideRepository = ReturnType<typeof overrideRepository>;

/** How a wish ended before its time. */
export interface OverrideEnd {
  readonly endedAtMs?: number;
  readonly endedBy?: string;
}

/** A row has null where the contract leaves a field away. */
type OverrideRow = { readonly [Key in keyof (Required<Override> & Required<OverrideEnd>)]: unknown };

const ofRow = (row: object): Override & OverrideEnd =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, key === "intent" ? (JSON.parse(String(value)) as unknown) : value]),
  ) as unknown as Override & OverrideEnd;

/** A person's wishes; an ended one is kept. What a wish costs is not: it is of the plan in force alone. */
export function overrideRepository(db: Database) {
  const columns = `id, kind, device_id AS deviceId, created_at_ms AS createdAtMs, until_ms AS untilMs, temp_c AS tempC, intent, origin, by`;
  const insert = db.prepare<Omit<OverrideRow, "extraCost" | "endedAtMs" | "endedBy">>(
    `INSERT INTO override (id, kind, device_id, created_at_ms, until_ms, temp_c, intent, origin, by)
     VALUES (:id, :kind, :deviceId, :createdAtMs, :untilMs, :tempC, :intent, :origin, :by)`,
  );
  const active = db.prepare<[number], object>(
    `SELECT ${columns} FROM override WHERE until_ms > ? AND ended_at_ms IS NULL ORDER BY created_at_ms, rowid`,
  );
  const end = db.prepare<[number, string | null, string, number]>(
    "UPDATE override SET ended_at_ms = ?, ended_by = ? WHERE id = ? AND ended_at_ms IS NULL AND until_ms > ?",
  );
  const between = db.prepare<{ fromMs: number; untilMs: number }, object>(
    `SELECT ${columns}, ended_at_ms AS endedAtMs, ended_by AS endedBy FROM override
     WHERE created_at_ms < :untilMs AND until_ms > :fromMs ORDER BY created_at_ms, rowid`,
  );
  return {
    add: ({ deviceId = null, tempC = null, by = null, intent, ...override }: OptionalNulls): void => {
      const { id, kind, createdAtMs, untilMs, origin } = override;
      const asText = intent ? JSON.stringify(intent) : null;
      insert.run({ id, kind, createdAtMs, untilMs, origin, deviceId, tempC, intent: asText, by });
    },
    /** Oldest first. */
    active: (nowMs: number): Override[] => active.all(nowMs).map(ofRow),
    /** Answers false when there is no such override, or it is over. */
    end: (id: string, nowMs: number, by?: string): boolean => end.run(nowMs, by ?? null, id, nowMs).changes > 0,
    /** All that held at any moment of [fromMs, untilMs), with the time somebody ended them early, and who. */
    between: (fromMs: number, untilMs: number): (Override & OverrideEnd)[] =>
      between.all({ fromMs, untilMs }).map(ofRow),
  };
}

type OptionalNulls = Omit<Override, "deviceId" | "tempC" | "by"> & {
  readonly deviceId?: string | null | undefined;
  readonly tempC?: number | null | undefined;
  readonly by?: string | null | undefined;
};
