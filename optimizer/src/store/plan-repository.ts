import { gunzipSync, gzipSync } from "node:zlib";
import { type HouseholdProblem, MS_PER_HOUR, type Plan } from "@ohmstead/contract";
import type { Database } from "better-sqlite3";
import type { Told } from "../plan/told-devices.ts";

/** How the problem came to be and was given to the solver, beside the problem itself. */
export interface SolveSettings {
  /** The plan that was in force. */
  readonly previousId?: string | undefined;
  readonly validHours: number;
  readonly timeLimitMs?: number | undefined;
  /** What else devices could do was priced, too. */
  readonly alternatives?: boolean | undefined;
  /** Inputs that had to be guessed when the problem was built. */
  readonly missing?: readonly string[] | undefined;
  /** What people and circumstances made of the orders. */
  readonly told?: Told | undefined;
}

/** A plan together with the frozen inputs it was made from. */
export interface StoredPlan {
  readonly plan: Plan;
  readonly problem: HouseholdProblem;
  /** Why it was made: new prices, a person's wish, the time. */
  readonly cause: string;
  /** Absent for plans from before they were kept. */
  readonly settings?: SolveSettings;
}

export interface PlanSummary {
  readonly id: string;
  readonly createdAtMs: number;
  readonly rung: Plan["rung"];
  readonly cause: string;
  readonly solveMs: number;
}

interface PlanRow {
  readonly plan: Buffer;
  readonly problem: Buffer;
  readonly cause: string;
  readonly settings: string | null;
}

interface PlanOrigin {
  readonly id: string;
  readonly createdAtMs: number;
  readonly previousId: string | null;
}

/** Of each hour the first plan stays, with the one that was in force before it: without that it could not be made again. */
function outlived(plans: readonly PlanOrigin[], keptFromMs: number): string[] {
  const firsts = new Map<number, PlanOrigin>();
  for (const plan of plans) {
    const hour = Math.floor(plan.createdAtMs / MS_PER_HOUR);
    if (plan.createdAtMs >= keptFromMs && !firsts.has(hour)) firsts.set(hour, plan);
  }
  const kept = new Set([...firsts.values()].flatMap(({ id, previousId }) => [id, previousId]));
  return plans.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
}

// Level 6 takes 1 ms for a plan; higher levels gain nothing.
const pack = (value: unknown): Buffer => gzipSync(JSON.stringify(value), { level: 6 });
const unpack = (bytes: Buffer): unknown => JSON.parse(gunzipSync(bytes).toString("utf8"));
const asStored = (row: PlanRow | undefined): StoredPlan | undefined =>
  row && {
    plan: unpack(row.plan) as Plan,
    problem: unpack(row.problem) as HouseholdProblem,
    cause: row.cause,
    ...(row.settings === null ? {} : { settings: JSON.parse(row.settings) as SolveSettings }),
  };

export type PlanRepository = ReturnType<typeof planRepository>;

export function planRepository(db: Database) {
  const insert = db.prepare<[string, number, string, string, number, Buffer, Buffer, string | null]>(
    "INSERT INTO plan (id, created_at_ms, rung, cause, solve_ms, plan, problem, settings) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const newest = db.prepare<[], PlanRow>(
    "SELECT plan, problem, cause, settings FROM plan ORDER BY created_at_ms DESC, rowid DESC LIMIT 1",
  );
  const one = db.prepare<[string], PlanRow>("SELECT plan, problem, cause, settings FROM plan WHERE id = ?");
  const summaries = db.prepare<[number, number, number], PlanSummary>(`SELECT id, created_at_ms AS createdAtMs, rung,
    cause, solve_ms AS solveMs FROM plan WHERE created_at_ms >= ? AND created_at_ms < ?
    ORDER BY created_at_ms DESC, rowid DESC LIMIT ?`);
  const rungs = db.prepare<[], { readonly rung: string; readonly n: number }>(
    "SELECT rung, count(*) AS n FROM plan GROUP BY rung",
  );
  const origins = db.prepare<[number], PlanOrigin>(
    `SELECT id, created_at_ms AS createdAtMs, json_extract(settings, '$.previousId') AS previousId FROM plan
     WHERE created_at_ms < ? ORDER BY created_at_ms, rowid`,
  );
  const remove = db.prepare<[string]>("DELETE FROM plan WHERE id = ?");
  const before = db.prepare<[number], { readonly id: string }>(
    "SELECT id FROM plan WHERE created_at_ms <= ? ORDER BY created_at_ms DESC, rowid DESC LIMIT 1",
  );
  const alone = db.prepare<[string], { readonly plan: Buffer }>("SELECT plan FROM plan WHERE id = ?");
  const first = db.prepare<[], { readonly firstMs: number | null }>("SELECT min(created_at_ms) AS firstMs FROM plan");
  return {
    save: ({ plan, problem, cause, settings }: StoredPlan): void => {
      const { id, createdAtMs, rung, solveMs } = plan;
      const how = settings ? JSON.stringify(settings) : null;
      insert.run(id, createdAtMs, rung, cause, solveMs, pack(plan), pack(problem), how);
    },
    latest: (): StoredPlan | undefined => asStored(newest.get()),
    byId: (id: string): StoredPlan | undefined => asStored(one.get(id)),
    /** The id of the newest plan made until then. */
    newestBefore: (atMs: number): string | undefined => before.get(atMs)?.id,
    /** A plan without what it was made from. */
    planOf: (id: string): Plan | undefined => {
      const row = alone.get(id);
      return row && (unpack(row.plan) as Plan);
    },
    /** When the first plan that is stored was made, and which is the newest. */
    reach: (): { readonly firstMs: number; readonly newestId: string } | undefined => {
      const firstMs = first.get()?.firstMs;
      const newestId = before.get(Number.MAX_SAFE_INTEGER)?.id;
      return typeof firstMs === "number" && newestId !== undefined ? { firstMs, newestId } : undefined;
    },
    /** Newest first. */
    between: (fromMs: number, untilMs: number, limit = 1000): PlanSummary[] => summaries.all(fromMs, untilMs, limit),
    /** How many plans of each rung are stored. */
    countByRung: (): Record<string, number> => Object.fromEntries(rungs.all().map(({ rung, n }) => [rung, n])),
    /** Those that are not kept any more: older than `keptFromMs`, or older than `allFromMs` and not the first of their hour, nor the plan before it. */
    outlived: (keptFromMs: number, allFromMs: number): string[] => outlived(origins.all(allFromMs), keptFromMs),
    remove: (ids: readonly string[]): number => ids.reduce((sum, id) => sum + remove.run(id).changes, 0),
  };
}
