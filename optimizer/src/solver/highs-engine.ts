import highsPackage, { type BasisStatus, type Highs, type InitOptions } from "highs";
import type { Job, RawAnswer } from "./protocol.ts";
import type { CompiledModule } from "./web-assembly.ts";

/** The package's types describe its CommonJS face; as an ES module its default export is the loader itself. */
const loadHighs = highsPackage as unknown as (options: InitOptions) => Promise<Highs>;

/** HiGHS counts its solution as feasible (kSolutionStatusFeasible). */
const FEASIBLE = 2;

export type HighsEngine = (job: Job) => RawAnswer;

/** Loads the WebAssembly once; `wasmModule` saves compiling it again in a later worker. */
export async function loadHighsEngine(wasmModule?: CompiledModule): Promise<HighsEngine> {
  const highs = await loadHighs(wasmModule ? { wasmModule: wasmModule as NonNullable<InitOptions["wasmModule"]> } : {});
  return (job) => solveWithHighs(highs, job);
}

function solveWithHighs(highs: Highs, { lp, options }: Job): RawAnswer {
  const { modelStatus } = highs.constants;
  const source = {
    numCols: lp.columnCount,
    numRows: lp.rowCount,
    colCost: lp.cost,
    colLower: lp.columnLower,
    colUpper: lp.columnUpper,
    rowLower: lp.rowLower,
    rowUpper: lp.rowUpper,
    matrix: {
      format: "csr",
      numRows: lp.rowCount,
      numCols: lp.columnCount,
      starts: lp.rowStarts,
      indices: lp.columnIndices,
      values: lp.coefficients,
    },
  } as const;
  // A model that is not disposed of leaks 3 MB of the engine's own memory.
  return highs.withModel(source, (model): RawAnswer => {
    model.options.set({
      output_flag: false,
      time_limit: options.timeLimitMs / 1000,
      presolve: options.presolve === false ? "off" : "choose",
    });
    if (options.basis)
      model.setBasis({
        colStatus: options.basis.columnStatus as Int32Array & readonly BasisStatus[],
        rowStatus: options.basis.rowStatus as Int32Array & readonly BasisStatus[],
      });
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
    const { colStatus, rowStatus } = model.getBasis();
    return {
      status: isOptimal ? "optimal" : "limit",
      detail: name,
      x: colValue,
      rowDuals: rowDual,
      objective: model.getObjectiveValue(),
      basis: { columnStatus: colStatus, rowStatus },
    };
  });
}
