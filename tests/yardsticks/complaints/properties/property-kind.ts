import { z } from "zod";
import type { Answer, Question } from "../ask.ts";
import type { Property } from "../case-file.ts";
import type { Scene } from "../scenes.ts";
import type { Step } from "../step.ts";

/** The program, for properties that ask it again. */
export interface Again {
  here(question: Question): Promise<Answer>;
  inNewProcess(question: Question): Promise<Answer>;
}

/** What a property is judged on: all scenes of the case, and those of them it speaks of. */
export interface Judged {
  readonly scenes: ReadonlyMap<string, Scene>;
  readonly chosen: readonly Scene[];
  readonly again: Again;
}

/** A type of property: what may stand in it, and when it holds. Complaints; none when it holds. */
export interface PropertyKind {
  judge(property: Property, judged: Judged): Promise<readonly string[]>;
}

export const TOLERANCE = { kw: 0.01, kwh: 0.01, soc: 0.001, kelvin: 0.05 } as const;

/** Fields that any property may have. */
const common = {
  type: z.string(),
  in: z.array(z.string()).optional(),
  note: z.string().optional(),
  onPlan: z.enum(["first", "each", "executed"]).optional(),
};

export const span = { from: z.string().optional(), until: z.string().optional() };

function read<S extends z.ZodRawShape>(fields: S, property: Property): z.output<z.ZodObject<S>> {
  const result = z.strictObject({ ...common, ...fields }).safeParse(property);
  if (result.success) return result.data as z.output<z.ZodObject<S>>;
  throw new Error(
    `the property cannot be read: ${result.error.issues.map(({ message, path }) => `${path.join(".")} ${message}`).join("; ")}`,
  );
}

const mostSaid = 3;

/** Not more than a reader wants to see of the same complaint. */
const shortened = (complaints: readonly string[]): string[] =>
  complaints.length <= mostSaid
    ? [...complaints]
    : [...complaints.slice(0, mostSaid), `and ${complaints.length - mostSaid} more`];

const stepsOf = (scene: Scene, { onPlan = "each" }: { readonly onPlan?: "first" | "each" | "executed" | undefined }) =>
  onPlan === "executed" ? [scene.executed] : onPlan === "first" ? scene.steps.slice(0, 1) : scene.steps;

/** A property of a plan by itself. */
export const ofPlan = <S extends z.ZodRawShape>(
  fields: S,
  check: (property: z.output<z.ZodObject<S>>, step: Step) => readonly string[],
  { needsPlan = true } = {},
): PropertyKind => ({
  judge: async (raw, { chosen }) => {
    const property = read(fields, raw);
    return chosen.flatMap((scene) =>
      stepsOf(scene, raw as z.output<z.ZodObject<typeof common>>).flatMap((step) => {
        const { status, messages } = step.plan;
        const where = scene.steps.length > 1 ? `${scene.id}, ${step.label}` : scene.id;
        if (needsPlan && step.plan.slots.length === 0)
          return [`${where}: no plan (${status}: ${messages.join(" ").slice(0, 300)})`];
        return shortened(check(property, step)).map((complaint) => `${where}: ${complaint}`);
      }),
    );
  },
});

/** A property of one input and all that was planned for it. */
export const ofScene = <S extends z.ZodRawShape>(
  fields: S,
  check: (
    property: z.output<z.ZodObject<S>>,
    scene: Scene,
    judged: Judged,
  ) => readonly string[] | Promise<readonly string[]>,
): PropertyKind => ({
  judge: async (raw, judged) => {
    const property = read(fields, raw);
    const complaints: string[] = [];
    for (const scene of judged.chosen)
      for (const complaint of shortened(await check(property, scene, judged)))
        complaints.push(`${scene.id}: ${complaint}`);
    return complaints;
  },
});

/** A property of several inputs of the case together. */
export const ofCase = <S extends z.ZodRawShape>(
  fields: S,
  check: (property: z.output<z.ZodObject<S>>, judged: Judged) => readonly string[] | Promise<readonly string[]>,
): PropertyKind => ({ judge: async (raw, judged) => shortened(await check(read(fields, raw), judged)) });

export function sceneNamed({ scenes }: Judged, id: string): Scene {
  const scene = scenes.get(id);
  if (!scene) throw new Error(`the case has no judged input "${id}"`);
  return scene;
}

/** Figures as people read them. */
export const shown = (value: number): string => String(Number(value.toFixed(4)));

/** "slot 12 (2026-05-12T15:00:00.000Z)" */
export const slotNamed = (step: Step, k: number): string => {
  const slot = step.slots[k];
  return `slot ${k} (${slot ? new Date(slot.startMs).toISOString() : "?"})`;
};
