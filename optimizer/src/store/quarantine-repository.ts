import type { Database } from "better-sqlite3";

/** A value that came and was not believed. */
export interface Quarantined {
  /** A signal id, or a series of a source: `prices/octopus-agile`. */
  readonly subject: string;
  /** The moment the value is of. */
  readonly atMs: number;
  /** As it came. */
  readonly value: string;
  readonly reason: string;
}
export interface QuarantinedRow extends Quarantined {
  readonly refusedAtMs: number;
}

/** A source that is wrong for weeks, or in fifty thousand values at once, fills nobody's disk: of each subject the newest are kept. */
const KEPT_PER_SUBJECT = 500;

export type QuarantineRepository = ReturnType<typeof quarantineRepository>;

export function quarantineRepository(db: Database) {
  const insert = db.prepare<Quarantined & { readonly refusedAtMs: number }>(
    `INSERT OR IGNORE INTO quarantine (subject, at_ms, value, reason, refused_at_ms)
     VALUES (:subject, :atMs, :value, :reason, :refusedAtMs)`,
  );
  const columns = "subject, at_ms AS atMs, value, reason, refused_at_ms AS refusedAtMs";
  const newest = db.prepare<[number, number], QuarantinedRow>(
    `SELECT ${columns} FROM quarantine WHERE refused_at_ms >= ? ORDER BY number DESC LIMIT ?`,
  );
  const newestOf = db.prepare<{ subject: string | null; perSubject: number | null; limit: number }, QuarantinedRow>(
    `SELECT ${columns} FROM
       (SELECT *, row_number() OVER (PARTITION BY subject ORDER BY number DESC) AS place FROM quarantine
        WHERE :subject IS NULL OR subject = :subject)
     WHERE :perSubject IS NULL OR place <= :perSubject ORDER BY number DESC LIMIT :limit`,
  );
  const counts = db.prepare<[], { readonly subject: string; readonly n: number }>(
    "SELECT subject, count(*) AS n FROM quarantine GROUP BY subject ORDER BY subject",
  );
  const count = db.prepare<[string], number>("SELECT count(*) FROM quarantine WHERE subject = ?").pluck();
  const trim = db.prepare<[string, string, number]>(
    `DELETE FROM quarantine WHERE subject = ? AND number NOT IN
     (SELECT number FROM quarantine WHERE subject = ? ORDER BY number DESC LIMIT ?)`,
  );
  const prune = db.prepare<[number]>("DELETE FROM quarantine WHERE refused_at_ms < ?");
  const trimTo = (subject: string, most: number): number =>
    (count.get(subject) ?? 0) > most ? trim.run(subject, subject, KEPT_PER_SUBJECT).changes : 0;
  return {
    /** The same value of the same moment counts once. Of what is too much of a subject the newest stay. Answers how many were new. */
    add: (all: readonly Quarantined[], refusedAtMs: number): number =>
      [...Map.groupBy(all, ({ subject }) => subject)].reduce((sum, [subject, ofSubject]) => {
        const newest = ofSubject.slice(-KEPT_PER_SUBJECT);
        const added = newest.reduce((n, each) => n + insert.run({ ...each, refusedAtMs }).changes, 0);
        trimTo(subject, 2 * KEPT_PER_SUBJECT);
        return sum + added;
      }, 0),
    /** Newest first. */
    since: (fromMs: number, limit = 200): QuarantinedRow[] => newest.all(fromMs, limit),
    /** Of one subject or all, newest first; a sensor that is wrong every minute need not hide the others. */
    newest: ({
      subject,
      perSubject,
      limit,
    }: {
      readonly subject?: string | undefined;
      readonly perSubject?: number | undefined;
      readonly limit: number;
    }): QuarantinedRow[] => newestOf.all({ subject: subject ?? null, perSubject: perSubject ?? null, limit }),
    countBySubject: (): ReadonlyMap<string, number> => new Map(counts.all().map(({ subject, n }) => [subject, n])),
    /** Returns how many were removed. */
    prune: (beforeMs: number): number => {
      const trimmed = counts.all().reduce((sum, { subject }) => sum + trimTo(subject, KEPT_PER_SUBJECT), 0);
      return trimmed + prune.run(beforeMs).changes;
    },
  };
}
