import type { HouseholdProblem } from "@ohmstead/contract";
import { SolverError } from "../../domain/errors.ts";
import { type HouseholdModel, buildModel } from "../../model/build-model.ts";
import type { FixedDirections, MeterPrices } from "../../model/house-program.ts";
import type { LinearProgram } from "../../model/linear-program.ts";
import type { ColumnBounds, Pattern } from "../../model/switches.ts";
import { changedProgram } from "../../solver/changed-program.ts";
import type { Basis } from "../../solver/protocol.ts";
import type { EngineAnswer, Session, SessionOptions, Solver } from "../../solver/solver.ts";

export type SolvingEngine = Pick<Solver, "solve" | "open">;

/** What is settled before a programme is linear: who may flow which way, what is on, what is forced. */
export interface Decisions {
  readonly fixed?: FixedDirections | undefined;
  readonly meter?: MeterPrices | undefined;
  /** What it does not name is open between on and off. */
  readonly pattern?: Pattern | undefined;
  readonly forced?: readonly ColumnBounds[] | undefined;
}

/** An optimum under its decisions. */
export interface Solved {
  readonly model: HouseholdModel;
  /** With the bounds of all decisions. */
  readonly lp: LinearProgram;
  readonly answer: EngineAnswer;
}

/** A house whose programme stays with the engine while decisions are tried. */
export interface OpenHouse {
  readonly problem: HouseholdProblem;
  /** The model while all directions are open: in one with fixed directions some powers and switches are shut. */
  openModel(): HouseholdModel;
  readonly msLeft: () => number;
  solve(decisions: Decisions): Promise<Solved>;
  /** Another programme that grew out of this one's answer. */
  solveOther(lp: LinearProgram, options: Pick<SessionOptions, "basis" | "algorithm">): Promise<EngineAnswer>;
  close(): void;
}

export interface HouseOptions {
  readonly timeLimitMs: number;
  readonly presolve?: boolean;
  readonly freshWorker?: boolean;
}

/** Bounds and prices may differ in an open programme, coefficients and rows may not. */
const hasSameRows = (a: LinearProgram, b: LinearProgram): boolean =>
  a.columnCount === b.columnCount &&
  (["rowLower", "rowUpper", "rowStarts", "columnIndices", "coefficients"] as const).every(
    (series) =>
      a[series] === b[series] ||
      (a[series].length === b[series].length && a[series].every((value, i) => value === b[series][i])),
  );

/** All bounds and costs that lead from one programme to another of the same rows. */
function changesTo(from: LinearProgram, to: LinearProgram) {
  const bounds: ColumnBounds[] = [];
  const costs: (readonly [column: number, cost: number])[] = [];
  for (let j = 0; j < to.columnCount; j++) {
    const [lower = 0, upper = 0, cost = 0] = [to.columnLower[j], to.columnUpper[j], to.cost[j]];
    if (lower !== from.columnLower[j] || upper !== from.columnUpper[j]) bounds.push([j, lower, upper]);
    if (cost !== from.cost[j]) costs.push([j, cost]);
  }
  return { bounds, costs };
}

/** `timeLimitMs` is for all solves together. Whoever opens a house closes it. */
export function openHouse(
  problem: HouseholdProblem,
  solver: SolvingEngine,
  { timeLimitMs, presolve, freshWorker = false }: HouseOptions,
): OpenHouse {
  const endMs = performance.now() + timeLimitMs;
  let built: { readonly model: HouseholdModel; readonly decisions: Decisions } | undefined;
  let open: { readonly session: Session; readonly lp: LinearProgram } | undefined;
  let openModel: HouseholdModel | undefined;
  let basis: Basis | undefined;
  let count = 0;
  const msLeft = (): number => endMs - performance.now();

  const modelFor = (decisions: Decisions): HouseholdModel => {
    const { fixed, meter } = decisions;
    if (!built || built.decisions.fixed !== fixed || built.decisions.meter !== meter)
      built = { model: buildModel(problem, { fixed, meter }), decisions };
    if (!fixed) openModel ??= built.model;
    return built.model;
  };
  const sessionFor = (lp: LinearProgram): { readonly session: Session; readonly lp: LinearProgram } => {
    if (open && hasSameRows(open.lp, lp)) return open;
    open?.session.close();
    open = {
      lp,
      session: solver.open(lp, {
        ...(presolve === undefined ? {} : { presolve }),
        // Only the first programme of a house asks for a thread of its own.
        freshWorker: freshWorker && count === 0,
        ...(basis?.columnStatus.length === lp.columnCount && basis.rowStatus.length === lp.rowCount ? { basis } : {}),
      }),
    };
    return open;
  };
  const checkTime = (): void => {
    if (count > 0 && msLeft() <= 0) throw new SolverError("the time for this plan is over");
  };

  return {
    problem,
    openModel: () => (openModel ??= modelFor({})),
    msLeft,
    async solve(decisions) {
      checkTime();
      const model = modelFor(decisions);
      const bounds = [...(decisions.pattern ? model.boundsFor(decisions.pattern) : []), ...(decisions.forced ?? [])];
      const lp = bounds.length > 0 ? changedProgram(model.lp, { bounds }) : model.lp;
      const { session, lp: opened } = sessionFor(lp);
      count += 1;
      const answer = await session.solve({ ...changesTo(opened, lp), timeLimitMs: Math.max(1, msLeft()) });
      basis = answer.basis;
      return { model, lp, answer };
    },
    async solveOther(lp, options) {
      checkTime();
      const session = solver.open(lp, options);
      count += 1;
      try {
        return await session.solve({ timeLimitMs: Math.max(1, msLeft()) });
      } finally {
        session.close();
      }
    },
    close() {
      open?.session.close();
      open = undefined;
    },
  };
}
