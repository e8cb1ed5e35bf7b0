import { withOverrides } from "../complaints/overrides.ts";
import { type ControlCase, readControlInput, type Variant } from "./case-file.ts";
import { type Judgement, judgeCase } from "./judge-case.ts";
import { playCase } from "./play-case.ts";
import type { CycleMaker } from "./program.ts";
import type { CaseRecord } from "./record.ts";

/** The input of a variant: further settings, further events. */
function inputOf(input: unknown, { overrides, addEvents = [] }: Omit<Variant, "id">): unknown {
  const changed = withOverrides(input, overrides?.set ? { set: overrides.set } : undefined);
  const added = [...(overrides?.addEvents ?? []), ...addEvents];
  if (added.length === 0) return changed;
  const { timeline = [], ...rest } = changed as { timeline?: unknown[] };
  return { ...rest, timeline: [...timeline, ...added] };
}

/** Plays every variant of a case, and judges what happened. Throws for what nobody here knows. */
export function runCase(
  it: ControlCase,
  makeCycle?: CycleMaker,
): { readonly judgements: readonly Judgement[]; readonly records: ReadonlyMap<string, CaseRecord> } {
  const variants: readonly Variant[] = [{ id: "base" }, ...(it.variants ?? [])];
  const records = new Map(
    variants.map((variant) => [variant.id, playCase(readControlInput(inputOf(it.input, variant)), makeCycle)]),
  );
  return { records, judgements: judgeCase(it, records) };
}
