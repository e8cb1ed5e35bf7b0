import { MS_PER_HOUR, type Slot, slotEndMs } from "@ohmstead/contract";
import fc from "fast-check";

/** Figures with few digits, so that a counterexample can be read. */
export const decimal = (min: number, max: number, step = 0.01): fc.Arbitrary<number> =>
  fc
    .integer({ min: Math.round(min / step), max: Math.round(max / step) })
    .map((count) => Math.round(count * step * 1e6) / 1e6);

/** One for each slot. */
export const each = <T>(count: number, value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(value, { minLength: count, maxLength: count });

/** Left out two times of three: most devices use few of their settings, and every pair of settings meets. */
export const sometimes = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

/** A record without the settings that were left out. */
export const device = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(fields).map((made) => withoutGaps(made));

export const withoutGaps = <T extends object>(made: T): T =>
  Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)) as T;

/** One device of a kind for each id, from none to all. */
export const some = <T>(ids: readonly string[], made: (id: string) => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.integer({ min: 0, max: ids.length }).chain((count) => fc.tuple(...ids.slice(0, count).map(made)));

/** A moment near the horizon: a border, a little off it, before, behind. */
export function anyMoment(slots: readonly Slot[]): fc.Arbitrary<number> {
  const borders = slots.map(slotEndMs);
  const beginMs = slots[0]?.startMs ?? 0;
  const endMs = borders.at(-1) ?? beginMs;
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(beginMs, ...borders) },
    { weight: 2, arbitrary: fc.integer({ min: beginMs - MS_PER_HOUR, max: endMs + 2 * MS_PER_HOUR }) },
  );
}

/** Two moments in order. */
export const anySpan = (slots: readonly Slot[]): fc.Arbitrary<{ fromMs: number; untilMs: number }> =>
  fc
    .tuple(anyMoment(slots), anyMoment(slots))
    .map(([a, b]) => (a === b ? { fromMs: a, untilMs: a + 1 } : { fromMs: Math.min(a, b), untilMs: Math.max(a, b) }));

/** Slots of mixed lengths, one to eight of them, that begin on some 5 minutes of a day, some of them at odd moments. */
export const anySlots: fc.Arbitrary<Slot[]> = fc
  .tuple(
    fc.integer({ min: 0, max: 24 * 12 }),
    fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 299_999 }) }),
    fc.array(
      fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(1 / 12, 0.25, 0.5, 1) },
        { weight: 1, arbitrary: fc.constantFrom(1 / 3600, 1 / 60, 1 / 7, 2.5 / 60, 6, 24) },
      ),
      { minLength: 1, maxLength: 8 },
    ),
  )
  .map(([first, oddMs, lengths]) => {
    let startMs = Date.UTC(2024, 0, 5) + first * 300_000 + oddMs;
    return lengths.map((hours) => {
      const slot = { startMs, hours };
      startMs = slotEndMs(slot);
      return slot;
    });
  });
