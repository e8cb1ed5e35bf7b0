import highsPackage, { type BasisStatus, type Highs, type InitOptions } from "highs";
import type { LinearProgram } from "../model/linear-program.ts";
import type { ColumnChanges, Job, ProgramOptions, RawAnswer } from "./protocol.ts";
import type { CompiledModule } from "./web-assembly.ts";

/** The package's types describe its CommonJS face; as an ES module its default export is the loader itself. */
const loadHighs = highsPackage as unknown as (options: InitOptions) => Promise<Highs>;

/** HiGHS counts its solution as feasible (kSolutionStatusFeasible). */
const FEASIBLE = 2;

/** kSimplexStrategyPrimal */
const PRIMAL_SIMPLEX = 4;

type Model = ReturnType<Highs["createModel"]>;

/** A programme that stays in the engine's memory until it is closed. */
export interface KeptProgram {
  solve(timeLimitMs: number): RawAnswer;
  change(changes: ColumnChanges): void;
  close(): void;
}

export interface HighsEngine {
  solve(job: Job): RawAnswer;
  open(job: Omit<Job, "options"> & { readonly options: ProgramOptions }): KeptProgram;
}

/** Loads the WebAssembly once; `wasmModule` saves compiling it again in a later worker. */
export async function loadHighsEngine(wasmModule?: CompiledModule): Promise<HighsEngine> {
  const highs = await loadHighs(wasmModule ? { wasmModule: wasmModule as NonNullable<InitOptions["wasmModule"]> } : {});
  const open: HighsEngine["open"] = ({ lp, options }) => openProgram(highs, lp, options);
  return {
    open,
    solve(job) {
      const program = open(job);
      try {
        return program.solve(job.options.timeLimitMs);
      } finally {
        program.close();
      }
    },
  };
}

/** HiGHS wants the chosen columns by rising index. */
const some = (columns: Int32Array) => ({ kind: "set" as const, indices: columns });

function openProgram(highs: Highs, lp: LinearProgram, options: ProgramOptions): KeptProgram {
  const model = highs.createModel(modelData(lp));
  // A model that is not disposed of leaks 3 MB of the engine's own memory.
  const close = (): void => model.dispose();
  try {
    prepare(model, options);
  } catch (error) {
    close();
    throw error;
  }
  return {
    solve: (timeLimitMs) => run(highs, model, timeLimitMs, lp.integrality !== undefined),
    change({ bounds, costs }) {
      if (bounds.columns.length > 0) model.changeColsBounds(some(bounds.columns), bounds.lower, bounds.upper);
      if (costs.columns.length > 0) model.changeColsCost(some(costs.columns), costs.values);
    },
    close,
  };
}

const modelData = (lp: LinearProgram) =>
  ({
    numCols: lp.columnCount,
    numRows: lp.rowCount,
    colCost: lp.cost,
    colLower: lp.columnLower,
    colUpper: lp.columnUpper,
    rowLower: lp.rowLower,
    rowUpper: lp.rowUpper,
    ...(lp.integrality ? { integrality: Int32Array.from(lp.integrality) } : {}),
    matrix: {
      format: "csr",
      numRows: lp.rowCount,
      numCols: lp.columnCount,
      starts: lp.rowStarts,
      indices: lp.columnIndices,
      values: lp.coefficients,
    },
  }) as const;

function prepare(model: Model, { presolve, basis, algorithm, gap, start }: ProgramOptions): void {
  model.options.set({
    output_flag: false,
    presolve: presolve === false ? "off" : "choose",
    ...(algorithm === "primal" ? { simplex_strategy: PRIMAL_SIMPLEX } : {}),
    ...(gap === undefined ? {} : { mip_rel_gap: gap }),
  });
  if (basis)
    model.setBasis({
      colStatus: basis.columnStatus as Int32Array & readonly BasisStatus[],
      rowStatus: basis.rowStatus as Int32Array & readonly BasisStatus[],
    });
  if (start) model.setSolution({ indices: start.columns, values: start.values });
}

function run({ constants }: Highs, model: Model, timeLimitMs: number, hasIntegers: boolean): RawAnswer {
  const { modelStatus } = constants;
  // The limit counts all runs of a model together.
  model.zeroAllClocks();
  model.options.set("time_limit", timeLimitMs / 1000);
  const { modelStatus: status } = model.run();
  const name = Object.entries(modelStatus).find(([, code]) => code === status)?.[0] ?? `status ${status}`;
  if (status === modelStatus.infeasible) return { status: "infeasible", detail: name };
  if (status === modelStatus.unbounded || status === modelStatus.unboundedOrInfeasible)
    return { status: "unbounded", detail: name };
  const isOptimal = status === modelStatus.optimal;
  const isStopped = status === modelStatus.timeLimit || status === modelStatus.iterationLimit;
  // At a limit there may be numbers that satisfy nothing: the length of x proves nothing.
  if (!(isOptimal || isStopped) || model.info.get("primal_solution_status") !== FEASIBLE)
    return { status: isStopped ? "limit" : "error", detail: name };
  const { colValue, rowDual } = model.getSolution();
  const found = {
    status: isOptimal ? "optimal" : "limit",
    detail: name,
    x: colValue,
    objective: model.getObjectiveValue(),
  } as const;
  if (hasIntegers) return { ...found, bound: Number(model.info.get("mip_dual_bound")) };
  const { colStatus, rowStatus } = model.getBasis();
  return { ...found, rowDuals: rowDual, basis: { columnStatus: colStatus, rowStatus } };
}
