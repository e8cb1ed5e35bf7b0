import type { LinearProgram } from "../model/linear-program.ts";

export type EngineName = "highs" | "javascript-lp-solver";

/** Where a simplex ended: a start for a programme of the same shape. */
export interface Basis {
  readonly columnStatus: Int32Array;
  readonly rowStatus: Int32Array;
}

/** Values of some columns, or of all: where a search for whole numbers begins. The engine fills in the rest if it can. */
export interface MipStart {
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

export interface ProgramOptions {
  readonly engine: EngineName;
  /** HiGHS only. Default: on. */
  readonly presolve?: boolean | undefined;
  /** HiGHS only. */
  readonly basis?: Basis | undefined;
  /** HiGHS only. Default: dual simplex. Primal where the basis is feasible and the costs are new. */
  readonly algorithm?: "dual" | "primal" | undefined;
  /** HiGHS only, programmes with integers: stop when the cost is proved to lie at most this share above the optimum. */
  readonly gap?: number | undefined;
  /** HiGHS only, programmes with integers. */
  readonly start?: MipStart | undefined;
}

export interface EngineOptions extends ProgramOptions {
  /** Soft: the engine stops by itself if it can. */
  readonly timeLimitMs: number;
}

/** What an engine says, believed by nobody yet. */
export interface RawAnswer {
  readonly status: "optimal" | "limit" | "infeasible" | "unbounded" | "error";
  /** The engine's own word for it. */
  readonly detail: string;
  readonly x?: Float64Array;
  /** Cost per unit of each row's right-hand side; engines without duals give none, nor do programmes with integers. */
  readonly rowDuals?: Float64Array;
  readonly objective?: number;
  readonly basis?: Basis;
  /** Programmes with integers: nothing costs less than this. */
  readonly bound?: number;
}

export interface Job {
  readonly lp: LinearProgram;
  readonly options: EngineOptions;
}

/** New bounds and costs of some columns, by rising index: all that may change in a programme that is kept. */
export interface ColumnChanges {
  readonly bounds: { readonly columns: Int32Array; readonly lower: Float64Array; readonly upper: Float64Array };
  readonly costs: { readonly columns: Int32Array; readonly values: Float64Array };
}

export type WorkerRequest =
  | { readonly type: "solve"; readonly job: Job }
  /** Solved and kept under its number. */
  | { readonly type: "open"; readonly session: number; readonly job: Job }
  /** Solved again from where it ended. */
  | {
      readonly type: "again";
      readonly session: number;
      readonly changes: ColumnChanges;
      readonly timeLimitMs: number;
    }
  /** Without an answer. */
  | { readonly type: "close"; readonly session: number };

export type WorkerMessage = { readonly type: "ready" } | { readonly type: "answer"; readonly answer: RawAnswer };
