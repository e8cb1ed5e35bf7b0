import { type PriceSlot, slotEndMs } from "@ohmstead/contract";
import type { Database } from "better-sqlite3";

/** A slot as its source gave it, and when it last did. */
export interface PriceOpinion extends PriceSlot {
  readonly source: string;
  readonly storedAtMs: number;
}

export type PriceRepository = ReturnType<typeof priceRepository>;

/** Final prices at the meter, by source. */
export function priceRepository(db: Database) {
  const remove = db.prepare<[string, number, number]>(
    "DELETE FROM price WHERE source = ? AND start_ms < ? AND end_ms > ?",
  );
  const insert = db.prepare<PriceOpinion & { readonly endMs: number }>(`INSERT INTO price VALUES
    (:source, :startMs, :endMs, :hours, :importPricePerKwh, :exportPricePerKwh, :storedAtMs)`);
  // No slot is longer than a day (contract), so one that reaches into the window begins at most a day before it.
  const window = "start_ms > :fromMs - 86400001 AND start_ms < :untilMs AND end_ms > :fromMs";
  const said = db.prepare<{ fromMs: number; untilMs: number }, PriceOpinion>(
    `SELECT start_ms AS startMs, hours, import_price_per_kwh AS importPricePerKwh,
     export_price_per_kwh AS exportPricePerKwh, source, stored_at_ms AS storedAtMs
     FROM price WHERE ${window} ORDER BY start_ms`,
  );
  const lastEnd = db.prepare<[], { readonly endMs: number | null }>("SELECT max(end_ms) AS endMs FROM price");
  const saveAll = db.transaction((source: string, slots: readonly PriceSlot[], storedAtMs: number) => {
    for (const slot of slots) {
      const endMs = slotEndMs(slot);
      remove.run(source, endMs, slot.startMs);
      insert.run({ ...slot, source, endMs, storedAtMs });
    }
  });
  return {
    /** Replaces what the source said before about the same time. Returns how many slots were stored. */
    save: (source: string, slots: readonly PriceSlot[], storedAtMs: number): number => {
      saveAll(source, slots, storedAtMs);
      return slots.length;
    },
    /** All that the sources say of [fromMs, untilMs): slots that reach into it, sorted; those of different sources may overlap. */
    opinions: (fromMs: number, untilMs: number): PriceOpinion[] => said.all({ fromMs, untilMs }),
    /** Up to when any price is known. */
    knownUntilMs: (): number | undefined => lastEnd.get()?.endMs ?? undefined,
  };
}
