import { MS_PER_HOUR, slotEndMs } from "@ohmstead/contract";
import type { Database } from "better-sqlite3";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { packSpots, roundedPrice, unpackSpots } from "./packed-spots.ts";

export interface PriceQuestion {
  readonly source: string;
  /** As it was known at this moment. */
  readonly atMs: number;
  /** What it said before this does not count. */
  readonly saidSinceMs?: number | undefined;
  readonly fromMs: number;
  readonly untilMs: number;
}

export type PriceVintageRepository = ReturnType<typeof priceVintageRepository>;

/** What each source said when, as it said it: before any tariff, without what was not believed. */
export function priceVintageRepository(db: Database) {
  const insert = db.prepare<{ source: string; saidAtMs: number; fromMs: number; untilMs: number; spots: Buffer }>(
    `INSERT OR IGNORE INTO price_vintage (source, said_at_ms, from_ms, until_ms, spots)
     VALUES (:source, :saidAtMs, :fromMs, :untilMs, :spots)`,
  );
  const saidUntil = db.prepare<Required<PriceQuestion>, { readonly spots: Buffer }>(
    `SELECT spots FROM price_vintage WHERE source = :source AND said_at_ms BETWEEN :saidSinceMs AND :atMs AND until_ms > :fromMs AND from_ms < :untilMs
     ORDER BY said_at_ms DESC, number DESC`,
  );
  const remove = db.prepare<[number]>("DELETE FROM price_vintage WHERE until_ms < ?");

  const knownAt = (question: PriceQuestion): SpotSlot[] => {
    const kept = noOverlap();
    const { saidSinceMs = 0 } = question;
    for (const { spots } of saidUntil.all({ ...question, saidSinceMs }))
      for (const slot of unpackSpots(spots))
        if (slot.startMs < question.untilMs && slotEndMs(slot) > question.fromMs) kept.add(slot);
    return kept.all();
  };

  return {
    /** Keeps what is new or different from what the source said before, and answers that: nothing, mostly. */
    add: (source: string, spots: readonly SpotSlot[], saidAtMs: number): readonly SpotSlot[] => {
      const fromMs = Math.min(...spots.map(({ startMs }) => startMs));
      const untilMs = Math.max(...spots.map(slotEndMs));
      if (spots.length === 0) return [];
      const known = new Map(knownAt({ source, atMs: saidAtMs, fromMs, untilMs }).map((slot) => [slot.startMs, slot]));
      const news = spots.filter((slot) => !isSame(slot, known.get(slot.startMs)));
      const [first] = news;
      if (first)
        insert.run({
          source,
          saidAtMs,
          fromMs: first.startMs,
          untilMs: Math.max(...news.map(slotEndMs)),
          spots: packSpots(news),
        });
      return news;
    },
    /** Slots that reach into the time asked for, as the source had last said them at that moment; ascending, without overlap. */
    knownAt,
    /** Forgets what was said of times before; answers how many rows went. */
    prune: (beforeMs: number): number => remove.run(beforeMs).changes,
  };
}

const isSame = (slot: SpotSlot, known: SpotSlot | undefined): boolean =>
  known !== undefined &&
  slotEndMs(slot) === slotEndMs(known) &&
  roundedPrice(slot.importPerKwh) === known.importPerKwh &&
  (slot.exportPerKwh === undefined ? undefined : roundedPrice(slot.exportPerKwh)) === known.exportPerKwh;

/** The hours of UTC that a slot touches, by their number. */
function hoursOf(slot: SpotSlot): number[] {
  const first = Math.floor(slot.startMs / MS_PER_HOUR);
  return Array.from({ length: Math.ceil(slotEndMs(slot) / MS_PER_HOUR) - first }, (_, k) => first + k);
}

/** Of slots that overlap the one that is added first stays. */
function noOverlap() {
  const byHour = new Map<number, SpotSlot[]>();
  const all: SpotSlot[] = [];
  return {
    add: (slot: SpotSlot): void => {
      const hours = hoursOf(slot);
      const isTaken = hours.some((hour) =>
        byHour.get(hour)?.some((each) => each.startMs < slotEndMs(slot) && slot.startMs < slotEndMs(each)),
      );
      if (isTaken) return;
      all.push(slot);
      for (const hour of hours) byHour.set(hour, [...(byHour.get(hour) ?? []), slot]);
    },
    all: (): SpotSlot[] => all.toSorted((a, b) => a.startMs - b.startMs),
  };
}
