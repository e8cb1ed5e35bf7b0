import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildModel } from "../../optimizer/src/model/build-model.ts";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
import { household } from "./household.ts";
import { BENCH_TARIFFS, GRIDS } from "./solve-bench.ts";
import { toMps } from "./to-mps.ts";

export interface NativeRatio {
  readonly what: string;
  /** Our engine's time by that of native HiGHS, median over the instances, solve alone, cold. */
  readonly ratio: number;
  readonly count: number;
}

const SEEDS_PER_TARIFF = 3;
const SAME = 1e-6;

/** Why there is no comparison on this machine. */
export class NoNativeSolver extends Error {
  override readonly name = "NoNativeSolver";
}

interface NativeAnswer {
  readonly objective: number;
  readonly seconds: number;
}

function solveNative(files: readonly string[]): NativeAnswer[] {
  try {
    const script = join(import.meta.dirname, "native.py");
    const lines = execFileSync("python3", [script, ...files], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    return lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as NativeAnswer);
  } catch (error) {
    const { stderr } = error as { readonly stderr?: string };
    if (stderr?.includes("highspy")) throw new NoNativeSolver("python3 has no highspy: pip install highspy");
    throw error;
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The same programmes on our engine and on native HiGHS (python's highspy), one after the other on one core. */
export async function benchAgainstNative(): Promise<NativeRatio[]> {
  const folder = mkdtempSync(join(tmpdir(), "ohmstead-native-"));
  const solver = createSolver();
  try {
    const ratios: NativeRatio[] = [];
    for (const { what, slots } of GRIDS) {
      const programmes = BENCH_TARIFFS.flatMap((tariff) =>
        Array.from({ length: SEEDS_PER_TARIFF }, (_, seed) => buildModel(household(seed, slots, { tariff })).lp),
      );
      const files = programmes.map((lp, i) => {
        const file = join(folder, `${i}.mps`);
        writeFileSync(file, toMps(lp));
        return file;
      });
      const native = solveNative(files);
      const quotients: number[] = [];
      for (const [i, lp] of programmes.entries()) {
        const times: number[] = [];
        for (let round = 0; round < 3; round++) {
          const beganMs = performance.now();
          const answer = await solver.solve(lp, { engine: "highs", timeLimitMs: 60_000 });
          times.push(performance.now() - beganMs);
          const apart = Math.abs(answer.objective - (native[i]?.objective ?? Number.NaN));
          if (!(apart <= SAME * Math.max(1, Math.abs(answer.objective))))
            throw new Error(`${what}: ours ${answer.objective}, native ${native[i]?.objective}`);
        }
        quotients.push(median(times) / 1000 / (native[i]?.seconds ?? Number.NaN));
      }
      ratios.push({ what, ratio: median(quotients), count: quotients.length });
    }
    return ratios;
  } finally {
    await solver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
