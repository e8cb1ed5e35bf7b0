import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Solver } from "../../optimizer/src/solver/solver.ts";
import type { Family, Verdict } from "./family.ts";
import { ask } from "./complaints/ask.ts";
import { askFreshProcess } from "./complaints/asking.ts";
import { type PlanningCase, readCase } from "./complaints/case-file.ts";
import { type Judgement, judgeCase } from "./complaints/judge-case.ts";
import { moneyOf } from "./complaints/money-of.ts";
import { playCase, type Scene } from "./complaints/scenes.ts";

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What users of such systems complained of, and what a correct one must do instead. */
export const complaints: Family = {
  name: "complaints",
  tolerance:
    "every property holds; recomputed from the powers within 0.01 kW, 0.01 kWh, 0.001 of content and 0.05 K unless a property says otherwise",
  async *run(folder, { solver }) {
    // The last verdict waits for the count of what is not judged here.
    let held: Verdict | undefined;
    let controlCount = 0;
    for (const file of readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .toSorted()) {
      const found = read(join(folder, file));
      if (found === undefined) continue;
      if (found === "control") {
        controlCount += 1;
        continue;
      }
      if (held) yield held;
      held = "broken" in found ? failed(basename(file, ".json"), found.broken) : await verdictOn(found, solver);
    }
    if (held)
      yield controlCount > 0
        ? { ...held, detail: withNote(held.detail, `(${controlCount} control cases are not judged here)`) }
        : held;
  },
};

const withNote = (detail: string | undefined, note: string): string =>
  detail === undefined ? note : `${detail} ${note}`;

function read(path: string): PlanningCase | "control" | undefined | { readonly broken: string } {
  try {
    return readCase(JSON.parse(readFileSync(path, "utf8")), "the case");
  } catch (error) {
    return { broken: messageOf(error) };
  }
}

const failed = (name: string, detail: string): Verdict => ({
  name,
  ours: "not judged",
  published: "",
  difference: "",
  pass: false,
  detail,
});

async function verdictOn(it: PlanningCase, solver: Solver): Promise<Verdict> {
  try {
    const here = (question: Parameters<typeof ask>[0]) => ask(question, solver);
    const scenes = await playCase(it, here);
    const judgements = await judgeCase(it, scenes, { here, inNewProcess: askFreshProcess });
    return summed(it, scenes, judgements);
  } catch (error) {
    return failed(it.id, messageOf(error));
  }
}

function summed(it: PlanningCase, scenes: ReadonlyMap<string, Scene>, judgements: readonly Judgement[]): Verdict {
  const broken = judgements.filter((each) => each.complaints.length > 0);
  const detail = [
    ...broken.map(({ property, complaints }) => `\n    ${property.type}: ${complaints.join("\n      ")}`),
    ...figuresBesideReference(it, scenes).map((text) => `\n    ${text}`),
  ].join("");
  return {
    name: it.id,
    ours: `${judgements.length - broken.length} hold`,
    published: `${judgements.length} wanted`,
    difference: broken.length > 0 ? `${broken.length} broken` : "",
    pass: broken.length === 0,
    ...(detail === "" ? {} : { detail }),
  };
}

/** Our money beside that of the reference, for the inputs that have one. */
function figuresBesideReference({ reference = {} }: PlanningCase, scenes: ReadonlyMap<string, Scene>): string[] {
  return Object.entries(reference).flatMap(([id, figures]) => {
    const step = scenes.get(id)?.steps[0];
    if (!step || step.plan.slots.length === 0 || typeof figures !== "object" || figures === null) return [];
    const money: Readonly<Record<string, number>> = { ...moneyOf(step) };
    const pairs = Object.entries(figures).flatMap(([measure, value]) =>
      typeof value === "number" && money[measure] !== undefined
        ? [`${measure} ${money[measure].toFixed(4)} (${value.toFixed(4)})`]
        : [],
    );
    return pairs.length > 0 ? [`${id}, reference in brackets: ${pairs.join(", ")}`] : [];
  });
}
