import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { SolverError } from "../domain/errors.ts";
import type { LinearProgram } from "../model/linear-program.ts";
import { type AnswerTolerance, faultOf } from "./check-answer.ts";
import { type ProgramChanges, changedProgram, changesBetween } from "./changed-program.ts";
import type { Basis, EngineName, EngineOptions, ProgramOptions, RawAnswer } from "./protocol.ts";
import { type Thread, openThread } from "./thread.ts";
import { type CompiledModule, compileWebAssembly } from "./web-assembly.ts";

export interface SolveOptions extends EngineOptions {
  /** Solve in a thread that has never solved anything. */
  readonly freshWorker?: boolean;
}

/** An answer that has been checked: finite, within all limits, integers whole, its objective recomputed. */
export interface EngineAnswer {
  readonly engine: EngineName;
  /** feasible: stopped at the time limit. */
  readonly status: "optimal" | "feasible";
  readonly x: Float64Array;
  readonly rowDuals: Float64Array | undefined;
  readonly objective: number;
  /** For a next solve of a programme of the same shape. */
  readonly basis: Basis | undefined;
  /** Programmes with integers: no answer has a lower objective, as far as the engine has proved. */
  readonly bound: number | undefined;
  readonly solveMs: number;
}

export interface SessionOptions extends Omit<ProgramOptions, "engine"> {
  /** Begin in a thread that has never solved anything. */
  readonly freshWorker?: boolean;
}

export interface SessionSolve extends ProgramChanges {
  readonly timeLimitMs: number;
}

/** A programme that stays in HiGHS's memory: each solve sets out from where the one before ended, in a fifth of the time. */
export interface Session {
  /**
   * The programme with these changes against how it was opened. In order with everything else the solver does. Rejects as Solver.solve does, and
   * can be asked again afterwards: a session whose thread has ended opens itself in the next.
   */
  solve(asked: SessionSolve): Promise<EngineAnswer>;
  /** Frees its memory; may come twice. A session that is not closed keeps 3 MB until the thread ends. */
  close(): void;
}

export interface Solver {
  /** Begins to load the engine, so that the first solve finds it ready; solve() does the same when needed. */
  start(): void;
  /** One at a time, in order. Rejects with SolverError: no answer in time, none that can be trusted, or stopped. */
  solve(lp: LinearProgram, options: SolveOptions): Promise<EngineAnswer>;
  /** Keeps a programme for many solves; nothing happens before the first. Whoever opens closes. */
  open(lp: LinearProgram, options?: SessionOptions): Session;
  /** Ends the thread at once; may come twice, at any moment. A stopped solver can start again, its sessions cannot. */
  stop(): Promise<void>;
}

export interface SolverOptions {
  /** Beyond the time limit, how long an engine may take to come back before its thread is ended. */
  readonly graceMs?: number;
  /** JavaScript heap of the thread: what the dense engine may use. */
  readonly heapMb?: number;
}

const TOLERANCE: Readonly<Record<EngineName, AnswerTolerance>> = {
  highs: { residual: 1e-5, objective: 1e-6 },
  "javascript-lp-solver": { residual: 1e-4, objective: 1e-4 },
};

/** Once per process: a thread that is handed the compiled module answers its first job three times as fast. */
async function compileHighs(): Promise<CompiledModule> {
  const path = createRequire(import.meta.url).resolve("highs/runtime");
  return compileWebAssembly(await readFile(path));
}

/**
 * The engines, in one long-lived thread of their own: HiGHS, and javascript-lp-solver for when HiGHS fails.
 * A thread that passes the hard limit is ended, and the next is loading before anyone asks.
 */
export function createSolver({ graceMs = 1000, heapMb = 256 }: SolverOptions = {}): Solver {
  let compiled: Promise<CompiledModule> | undefined;
  let thread: Promise<Thread> | undefined;
  let isUsed = false;
  let queue: Promise<unknown> = Promise.resolve();
  /** Counts stops: what was asked for before one is not begun after it. */
  let era = 0;
  let sessionCount = 0;

  const open = (): Promise<Thread> => {
    isUsed = false;
    compiled ??= compileHighs();
    // Without the file the thread looks for it by itself, and says what is wrong.
    return compiled.catch(() => undefined).then((wasmModule) => openThread(wasmModule, heapMb));
  };
  const renew = async (): Promise<void> => {
    const old = thread;
    thread = open();
    await (await old)?.end();
  };

  /** When those before are done, unless the solver is stopped meanwhile. */
  function inTurn<T>(work: () => Promise<T>, asked = era): Promise<T> {
    const done = queue.then(() => {
      if (asked !== era) throw new SolverError("the solver was stopped");
      return work();
    });
    queue = done.catch(() => undefined);
    return done;
  }

  /** The dense engine cannot stop by itself; HiGHS looks at the clock between steps, which are long in a search for whole numbers. */
  const graceOf = (lp: LinearProgram, engine: EngineName, timeLimitMs: number): number =>
    engine === "highs" ? graceMs + (lp.integrality ? timeLimitMs / 2 : 0) : 0;

  async function ask(
    lp: LinearProgram,
    engine: EngineName,
    { timeLimitMs, freshWorker = false }: { readonly timeLimitMs: number; readonly freshWorker?: boolean },
    put: (thread: Thread, hardLimitMs: number) => Promise<RawAnswer>,
  ): Promise<EngineAnswer> {
    if (freshWorker && isUsed) await renew();
    thread ??= open();
    const mine = thread;
    let beganMs = performance.now();
    const work = async (): Promise<RawAnswer> => {
      const current = await mine;
      await current.ready;
      isUsed = true;
      beganMs = performance.now();
      return put(current, timeLimitMs + graceOf(lp, engine, timeLimitMs));
    };
    const answer = await work().catch(async (error: unknown) => {
      // Unless stop() took it away, a thread that broke or was ended makes room for the next.
      if (thread === mine) await renew();
      throw error;
    });
    return checked(lp, engine, answer, performance.now() - beganMs);
  }

  function openSession(lp: LinearProgram, { freshWorker = false, ...options }: SessionOptions): Session {
    const born = era;
    const session = (sessionCount += 1);
    /** Where it is kept, and with which bounds and costs; undefined where nobody knows. */
    let home: Thread | undefined;
    let current: LinearProgram | undefined;
    let isFresh = freshWorker;
    let isClosed = false;
    return {
      solve({ timeLimitMs, ...changes }) {
        return inTurn(async () => {
          if (isClosed) throw new SolverError("the session is closed");
          const wanted = changedProgram(lp, changes);
          const wantsFresh = isFresh;
          isFresh = false;
          const answer = await ask(wanted, "highs", { timeLimitMs, freshWorker: wantsFresh }, (thread, limitMs) => {
            const before = home === thread ? current : undefined;
            home = thread;
            current = undefined;
            const job = { lp: wanted, options: { engine: "highs", timeLimitMs, ...options } } as const;
            return thread.ask(
              before
                ? { type: "again", session, changes: changesBetween(before, wanted), timeLimitMs }
                : { type: "open", session, job },
              limitMs,
              "highs",
            );
          });
          // Only now: what went wrong begins anew.
          current = wanted;
          return answer;
        }, born);
      },
      close() {
        isClosed = true;
        home?.tell({ type: "close", session });
        home = undefined;
      },
    };
  }

  return {
    start() {
      thread ??= open();
    },
    solve: (lp, { freshWorker = false, ...options }) =>
      inTurn(() =>
        ask(lp, options.engine, { timeLimitMs: options.timeLimitMs, freshWorker }, (thread, hardLimitMs) =>
          thread.ask({ type: "solve", job: { lp, options } }, hardLimitMs, options.engine),
        ),
      ),
    open: (lp, options = {}) => openSession(lp, options),
    async stop() {
      era += 1;
      const old = thread;
      thread = undefined;
      await (await old)?.end();
    },
  };
}

function checked(lp: LinearProgram, engine: EngineName, answer: RawAnswer, solveMs: number): EngineAnswer {
  const fault = faultOf(lp, answer, TOLERANCE[engine]);
  const { x, objective } = answer;
  if (fault !== undefined || !x || objective === undefined)
    throw new SolverError(`${engine}: ${fault ?? "no solution"}`);
  return {
    engine,
    status: answer.status === "optimal" ? "optimal" : "feasible",
    x,
    rowDuals: answer.rowDuals,
    objective,
    basis: answer.basis,
    bound: answer.bound,
    solveMs,
  };
}
