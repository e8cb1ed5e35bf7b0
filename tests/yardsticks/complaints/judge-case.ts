import type { PlanningCase, Property } from "./case-file.ts";
import { answers } from "./properties/answers.ts";
import { contents } from "./properties/contents.ts";
import { money } from "./properties/money.ts";
import { powers } from "./properties/powers.ts";
import type { Again, PropertyKind } from "./properties/property-kind.ts";
import { steadiness } from "./properties/steadiness.ts";
import { warmth } from "./properties/warmth.ts";
import type { Scene } from "./scenes.ts";

export const PROPERTY_KINDS: ReadonlyMap<string, PropertyKind> = new Map(
  Object.entries({ ...answers, ...powers, ...contents, ...warmth, ...money, ...steadiness }),
);

export interface Judgement {
  readonly property: Property;
  /** None when it holds. */
  readonly complaints: readonly string[];
}

/** Every entry of `must`; one that cannot be judged does not hold. */
export async function judgeCase(
  { must }: PlanningCase,
  scenes: ReadonlyMap<string, Scene>,
  again: Again,
): Promise<Judgement[]> {
  const judgements: Judgement[] = [];
  for (const property of must) judgements.push({ property, complaints: await complaintsOf(property, scenes, again) });
  return judgements;
}

async function complaintsOf(
  property: Property,
  scenes: ReadonlyMap<string, Scene>,
  again: Again,
): Promise<readonly string[]> {
  const kind = PROPERTY_KINDS.get(property.type);
  if (!kind) return [`nobody here knows the property "${property.type}"`];
  const strange = property.in?.filter((id) => !scenes.has(id)) ?? [];
  if (strange.length > 0) return [`it speaks of ${strange.join(", ")}, which the case does not have`];
  const chosen = [...scenes.values()].filter(({ id }) => !property.in || property.in.includes(id));
  if (chosen.length === 0) return ["it speaks of nothing"];
  try {
    return await kind.judge(property, { scenes, chosen, again });
  } catch (error) {
    return [`cannot be judged: ${error instanceof Error ? error.message : String(error)}`];
  }
}
