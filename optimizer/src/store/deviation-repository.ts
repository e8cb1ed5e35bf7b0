import type { Deviation } from "@ohmstead/contract";
import type { Database } from "better-sqlite3";

export type DeviationRepository = ReturnType<typeof deviationRepository>;

interface DeviationRow extends Omit<Deviation, "commandId"> {
  readonly commandId: string | null;
}

const ofRow = ({ commandId, ...deviation }: DeviationRow): Deviation => ({
  ...deviation,
  ...(commandId === null ? {} : { commandId }),
});

/** What reconciliation has found, and how known prices were changed; append only. */
export function deviationRepository(db: Database) {
  const insert = db.prepare<DeviationRow>(`INSERT INTO deviation (device_id, kind, at_ms, detail, command_id)
    VALUES (:deviceId, :kind, :atMs, :detail, :commandId)`);
  const between = db.prepare<[number, number], DeviationRow>(
    `SELECT device_id AS deviceId, kind, at_ms AS atMs, detail, command_id AS commandId FROM deviation
     WHERE at_ms >= ? AND at_ms < ? ORDER BY number`,
  );
  const counts = db.prepare<[], { readonly kind: string; readonly n: number }>(
    "SELECT kind, count(*) AS n FROM deviation WHERE kind <> 'prices' GROUP BY kind",
  );
  const prune = db.prepare<[number]>("DELETE FROM deviation WHERE at_ms < ?");
  return {
    add: (deviation: Deviation): void => {
      insert.run({ ...deviation, commandId: deviation.commandId ?? null });
    },
    /** Oldest first. */
    between: (fromMs: number, untilMs: number): Deviation[] => between.all(fromMs, untilMs).map(ofRow),
    /** Of devices. */
    countByKind: (): Record<string, number> => Object.fromEntries(counts.all().map(({ kind, n }) => [kind, n])),
    prune: (beforeMs: number): number => prune.run(beforeMs).changes,
  };
}
