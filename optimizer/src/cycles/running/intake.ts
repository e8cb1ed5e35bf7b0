import type { TelemetryAnswer, TelemetryBatch } from "@ohmstead/contract";
import type { Clock } from "../../domain/clock.ts";
import type { Store } from "../../store/store.ts";
import type { SignalReading, TelemetryBook } from "../../telemetry/telemetry-book.ts";
import type { DerivedReadings } from "../derived-readings.ts";
import type { MeasuredHistory } from "../measured-history.ts";

export interface Intake {
  /** Everything of it is stored, or, when it throws, nothing. */
  take(batch: TelemetryBatch): { readonly answer: TelemetryAnswer; readonly stored: readonly SignalReading[] };
  /** When the last reading came that was accepted. */
  lastMs(): number | undefined;
  counts(): { readonly accepted: number; readonly rejected: number };
}

/** Readings on their way into the house: checked, stored with what follows from them, or kept aside. */
export function createIntake({
  book,
  store,
  derived,
  history,
  clock,
}: {
  readonly book: Pick<TelemetryBook, "take">;
  readonly store: Pick<Store, "transaction" | "readings" | "quarantine">;
  readonly derived: DerivedReadings;
  readonly history: Pick<MeasuredHistory, "reopen">;
  readonly clock: Pick<Clock, "nowMs">;
}): Intake {
  const count = { accepted: 0, rejected: 0 };
  let lastMs: number | undefined;
  return {
    take: (batch) => {
      const nowMs = clock.nowMs();
      // All of a batch or nothing: whoever sent it and got no answer sends it again.
      const { answer, stored } = book.take(batch, nowMs, (news) =>
        store.transaction(() => {
          store.readings.save(news.stored);
          derived.update(news.stored, nowMs);
          store.quarantine.add(
            news.refused.map(({ signal, ...rest }) => ({ subject: signal, ...rest })),
            nowMs,
          );
        }),
      );
      history.reopen(stored);
      count.accepted += answer.accepted;
      count.rejected += answer.rejected.length;
      if (answer.accepted > 0) lastMs = nowMs;
      return { answer, stored };
    },
    lastMs: () => lastMs,
    counts: () => ({ ...count }),
  };
}
