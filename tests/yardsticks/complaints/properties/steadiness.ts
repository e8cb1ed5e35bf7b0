import { z } from "zod";
import type { CasePlan } from "../case-plan.ts";
import type { Scene } from "../scenes.ts";
import { seriesOf } from "../series-of.ts";
import { at, type Step } from "../step.ts";
import { type Judged, ofCase, ofScene, type PropertyKind, sceneNamed, shown, TOLERANCE } from "./property-kind.ts";

/** Above this a device acts. */
const ACTING_KW = 0.05;

/** All powers of a plan by name. */
function allPowers(plan: CasePlan): Map<string, readonly number[]> {
  return new Map([
    ["site.import", plan.importKw],
    ["site.export", plan.exportKw],
    ["site.pvUsed", plan.pvUsedKw],
    ...Object.entries(plan.batteries).flatMap(([id, { chargeKw, dischargeKw }]): [string, readonly number[]][] => [
      [`${id}.charge`, chargeKw],
      [`${id}.discharge`, dischargeKw],
    ]),
    ...Object.entries(plan.evs).map(([id, { chargeKw }]): [string, readonly number[]] => [`${id}.charge`, chargeKw]),
    ...Object.entries(plan.heaters),
    ...Object.entries(plan.appliances),
  ]);
}

export function differences(one: CasePlan, two: CasePlan, toleranceKw: number): string[] {
  if (one.slots.length === 0 || two.slots.length === 0) return [`no plan to compare: ${one.status} and ${two.status}`];
  if (one.slots.length !== two.slots.length) return [`${one.slots.length} slots, then ${two.slots.length}`];
  const others = allPowers(two);
  return [...allPowers(one)].flatMap(([name, kw]) => {
    const other = others.get(name);
    if (!other) return [`only one of the plans has ${name}`];
    return kw.flatMap((each, k) =>
      Math.abs(each - at(other, k)) <= toleranceKw
        ? []
        : [`${name} in slot ${k}: ${shown(each)}, then ${shown(at(other, k))} kW`],
    );
  });
}

/** What a device does in the first slot, and how much. */
function actionOf(step: Step, of: string): { action: string; kw: number } {
  const storage = step.plan.batteries[of] ?? step.plan.evs[of];
  if (!storage) {
    const kw = at(seriesOf(step, of), 0);
    return { action: kw > ACTING_KW ? "run" : "idle", kw };
  }
  const charge = at(storage.chargeKw, 0);
  const discharge = "dischargeKw" in storage ? at(storage.dischargeKw as readonly number[], 0) : 0;
  const kw = charge - discharge;
  return { action: kw > ACTING_KW ? "charge" : kw < -ACTING_KW ? "discharge" : "idle", kw };
}

const firstStep = (scene: Scene): Step => {
  const [step] = scene.steps;
  if (!step || step.plan.slots.length === 0) throw new Error(`"${scene.id}" has no plan (${scene.answer.status})`);
  return step;
};

const scenesAmong = (judged: Judged, among: readonly string[] | undefined): Scene[] =>
  among ? among.map((id) => sceneNamed(judged, id)) : [...judged.chosen];

/** Where each plan has the start of an appliance; undefined where it never runs. */
function startsOf({ steps, executed }: Scene, of: string): (number | undefined)[] {
  const startIn = (step: Step): number | undefined => {
    const kw = seriesOf(step, of);
    return step.slots.find((_, k) => at(kw, k) > ACTING_KW)?.startMs;
  };
  const reallyMs = startIn(executed);
  return steps.map((step) => {
    const nowMs = step.slots[0]?.startMs ?? 0;
    // What has begun has its start behind it.
    return reallyMs !== undefined && reallyMs < nowMs ? reallyMs : startIn(step);
  });
}

const moment = (ms: number | undefined): string => (ms === undefined ? "never" : new Date(ms).toISOString());

function movesOf(scene: Scene, of: string): string[] {
  const starts = startsOf(scene, of);
  return starts.flatMap((ms, n) => {
    const before = starts[n - 1];
    return n === 0 || ms === before ? [] : [`re-plan ${n} moves ${of} from ${moment(before)} to ${moment(ms)}`];
  });
}

/** The same for the same, and no change without a reason. */
export const steadiness: Readonly<Record<string, PropertyKind>> = {
  planEqualOnRepeat: ofScene(
    { times: z.int().min(2), toleranceKw: z.number().optional() },
    async ({ times, toleranceKw = TOLERANCE.kw }, { question, answer }, { again }) => {
      const complaints: string[] = [];
      for (let n = 1; n < times; n += 1) {
        const here = (await again.here(question)).casePlan;
        complaints.push(...differences(answer, here, toleranceKw).map((text) => `asked again: ${text}`));
        const elsewhere = (await again.inNewProcess(question)).casePlan;
        complaints.push(...differences(answer, elsewhere, toleranceKw).map((text) => `in a new process: ${text}`));
      }
      return complaints;
    },
  ),

  planEqualToVariant: ofScene(
    { variant: z.string(), toleranceKw: z.number().optional() },
    ({ variant, toleranceKw = TOLERANCE.kw }, { answer }, judged) =>
      differences(answer, sceneNamed(judged, variant).answer, toleranceKw),
  ),

  planEqualToFresh: ofCase(
    { run: z.string(), toleranceKw: z.number().optional() },
    async ({ run, toleranceKw = TOLERANCE.kw }, judged) => {
      const { question, answer } = sceneNamed(judged, run);
      const fresh = (await judged.again.inNewProcess({ input: question.input })).casePlan;
      return differences(answer, fresh, toleranceKw).map((text) => `${run}: ${text}`);
    },
  ),

  currentActionUnchanged: ofCase(
    { of: z.string(), among: z.array(z.string()).optional(), toleranceKw: z.number().optional() },
    ({ of, among, toleranceKw = TOLERANCE.kw }, judged) => {
      const [first, ...others] = scenesAmong(judged, among).map((scene) => ({
        id: scene.id,
        ...actionOf(firstStep(scene), of),
      }));
      if (!first || others.length === 0) throw new Error("currentActionUnchanged has nothing to compare");
      return others.flatMap(({ id, action, kw }) =>
        action === first.action && Math.abs(kw - first.kw) <= toleranceKw
          ? []
          : [`${of}: ${first.action} ${shown(first.kw)} kW in ${first.id}, ${action} ${shown(kw)} kW in ${id}`],
      );
    },
  ),

  currentActionIs: ofCase(
    { of: z.string(), action: z.enum(["charge", "discharge", "idle", "run"]), among: z.array(z.string()).optional() },
    ({ of, action, among }, judged) =>
      scenesAmong(judged, among).flatMap((scene) => {
        const now = actionOf(firstStep(scene), of);
        return now.action === action
          ? []
          : [`${scene.id}: ${of} does ${now.action} ${shown(now.kw)} kW, wanted ${action}`];
      }),
  ),

  pvLimitUnchanged: ofCase(
    { among: z.array(z.string()).optional(), toleranceKw: z.number().optional() },
    ({ among, toleranceKw = TOLERANCE.kw }, judged) => {
      const used = scenesAmong(judged, among).map((scene) => ({
        id: scene.id,
        kw: at(firstStep(scene).plan.pvUsedKw, 0),
      }));
      const [first, ...others] = used;
      if (!first || others.length === 0) throw new Error("pvLimitUnchanged has nothing to compare");
      return others.flatMap(({ id, kw }) =>
        Math.abs(kw - first.kw) <= toleranceKw
          ? []
          : [`${shown(first.kw)} kW of sun in ${first.id}, ${shown(kw)} in ${id}`],
      );
    },
  ),

  startUnchangedOverReplans: ofScene({ of: z.string() }, ({ of }, scene) => movesOf(scene, of)),

  startMovesAtMost: ofScene({ of: z.string(), count: z.int() }, ({ of, count }, scene) => {
    const moves = movesOf(scene, of);
    return moves.length <= count ? [] : [`${moves.length} moves, wanted at most ${count}`, ...moves];
  }),
};
