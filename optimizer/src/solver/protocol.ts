import type { LinearProgram } from "../model/linear-program.ts";

export type EngineName = "highs" | "javascript-lp-solver";

/** Where a simplex ended: a start for a programme of the same shape. */
export interface Basis {
  readonly columnStatus: Int32Array;
  readonly rowStatus: Int32Array;
}

export interface EngineOptions {
  readonly engine: EngineName;
  /** HiGHS only. Default: on. */
  readonly presolve?: boolean | undefined;
  /** HiGHS only. */
  readonly basis?: Basis | undefined;
  /** Soft: the engine stops by itself if it can. */
  readonly timeLimitMs: number;
}

/** What an engine says, believed by nobody yet. */
export interface RawAnswer {
  readonly status: "optimal" | "limit" | "infeasible" | "unbounded" | "error";
  /** The engine's own word for it. */
  readonly detail: string;
  readonly x?: Float64Array;
  /** Cost per unit of each row's right-hand side; engines without duals give none. */
  readonly rowDuals?: Float64Array;
  readonly objective?: number;
  readonly basis?: Basis;
}

export interface Job {
  readonly lp: LinearProgram;
  readonly options: EngineOptions;
}

export type WorkerMessage = { readonly type: "ready" } | { readonly type: "answer"; readonly answer: RawAnswer };
