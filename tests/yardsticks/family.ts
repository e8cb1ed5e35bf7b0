import type { Solver } from "../../optimizer/src/solver/solver.ts";

/** One case: what we found beside what was published. Figures as they are printed. */
export interface Verdict {
  readonly name: string;
  readonly ours: string;
  readonly published: string;
  readonly difference: string;
  readonly pass: boolean;
  /** Why it failed, or what a reader should know. */
  readonly detail?: string;
}

/** A public format of cases, translated into household problems. Knows the format, never a case. */
export interface Family {
  readonly name: string;
  /** Said before anything runs: what counts as equal. */
  readonly tolerance: string;
  /** Every case of the format in the folder. */
  run(folder: string, tools: { readonly solver: Solver }): AsyncGenerator<Verdict>;
}
