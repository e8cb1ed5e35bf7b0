import type { Answer, PlanInForce, Question } from "./ask.ts";
import { type PlanningCase, readInput, type RollingChange } from "./case-file.ts";
import type { CasePlan } from "./case-plan.ts";
import { withOverrides } from "./overrides.ts";
import { roll } from "./rolling.ts";
import type { SpoiledKey } from "./spoil-key.ts";
import { createStep, type Step } from "./step.ts";

/** One input of a case, and all that was planned for it. */
export interface Scene {
  readonly id: string;
  /** What was asked first. */
  readonly question: Question;
  /** Of the first answer. */
  readonly answer: CasePlan;
  /** One step, or with rolling one for each plan. */
  readonly steps: readonly Step[];
  /** What was carried out; without rolling the only step. */
  readonly executed: Step;
  readonly spoiled: SpoiledKey | undefined;
  readonly hasCurrentPlan: boolean;
}

type Ask = (question: Question) => Promise<Answer>;

/** Every input of the case that is judged: the base, its variants, each afresh; and the runs, one after another. */
export async function playCase(it: PlanningCase, ask: Ask): Promise<Map<string, Scene>> {
  const scenes = new Map<string, Scene>();
  const add = (scene: Scene): void => {
    if (scenes.has(scene.id)) throw new Error(`two inputs are called "${scene.id}"`);
    scenes.set(scene.id, scene);
  };
  const runs = it.runs ?? [];
  const variants = it.variants ?? [];
  if (!runs.some((run) => run.of === undefined)) add(await playOne(it, "base", it.input, [], ask));
  for (const { id, overrides, mistype, rollingChanges } of variants) {
    const raw = withOverrides(it.input, overrides);
    add(
      mistype
        ? alone(id, { input: readInput(raw), mistype }, await ask({ input: readInput(raw), mistype }))
        : await playOne(it, id, raw, rollingChanges ?? [], ask),
    );
  }
  let previous: PlanInForce | undefined;
  for (const { id, of, overrides } of runs) {
    const variant = variants.find((each) => each.id === of);
    if (of !== undefined && of !== "base" && !variant)
      throw new Error(`run "${id}" starts from "${of}", which is not there`);
    const raw = withOverrides(withOverrides(it.input, variant?.overrides), overrides);
    const question: Question = { input: readInput(raw), previous };
    const answer = await ask(question);
    previous = answer.inForce ?? previous;
    add(alone(id, question, answer));
  }
  return scenes;
}

function alone(id: string, question: Question, answer: Answer): Scene {
  const step = createStep("plan", question.input, answer.casePlan);
  return {
    id,
    question,
    answer: answer.casePlan,
    steps: [step],
    executed: step,
    spoiled: answer.spoiled,
    hasCurrentPlan: answer.inForce !== undefined,
  };
}

async function playOne(
  it: PlanningCase,
  id: string,
  raw: unknown,
  changes: readonly RollingChange[],
  ask: Ask,
): Promise<Scene> {
  const question: Question = { input: readInput(raw) };
  if (!it.rolling) {
    if (changes.length > 0) throw new Error(`"${id}" has rollingChanges, but the case does not roll`);
    return alone(id, question, await ask(question));
  }
  const { first, steps, executed } = await roll(raw, it.rolling, changes, ask);
  return {
    id,
    question,
    answer: first.casePlan,
    steps,
    executed,
    spoiled: undefined,
    hasCurrentPlan: first.inForce !== undefined,
  };
}
