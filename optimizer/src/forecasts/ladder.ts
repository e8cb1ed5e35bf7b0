import { type InputRung, type RestsOn, type Slot, slotEndMs } from "@ohmstead/contract";

/** Somebody who may know a value of a series. */
export interface Giver<V> {
  readonly rung: InputRung;
  readonly source: string;
  /** When it was said; absent for what has no such moment. */
  readonly issuedAtMs?: number | undefined;
  /** Undefined where this one says nothing; never a made-up value. */
  readonly at: (slot: Slot) => V | undefined;
}

export interface Given<V> {
  readonly value: V;
  readonly giver: Giver<V>;
}

/** The value of each slot by the first giver that has one; undefined where none has. Best first. */
export const climb = <V>(slots: readonly Slot[], givers: readonly Giver<V>[]): (Given<V> | undefined)[] =>
  slots.map((slot) => {
    for (const giver of givers) {
      const value = giver.at(slot);
      if (value !== undefined) return { value, giver };
    }
    return undefined;
  });

/** Which slots rest on what: neighbours of one giver are one stretch. Slots without a value are left out. */
export function restsOn<V>(
  series: string,
  slots: readonly Slot[],
  given: readonly (Given<V> | undefined)[],
): RestsOn[] {
  const stretches: { readonly giver: Giver<V>; readonly fromMs: number; untilMs: number }[] = [];
  for (const [k, slot] of slots.entries()) {
    const giver = given[k]?.giver;
    if (!giver) continue;
    const last = stretches.at(-1);
    if (last?.giver === giver && last.untilMs === slot.startMs) last.untilMs = slotEndMs(slot);
    else stretches.push({ giver, fromMs: slot.startMs, untilMs: slotEndMs(slot) });
  }
  return stretches.map(({ giver: { rung, source, issuedAtMs }, fromMs, untilMs }) => ({
    series,
    rung,
    source,
    ...(issuedAtMs === undefined ? {} : { issuedAtMs }),
    fromMs,
    untilMs,
  }));
}
