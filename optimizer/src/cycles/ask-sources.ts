import type { Logger } from "pino";
import type { Clock } from "../domain/clock.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import type { Source } from "../sources/source.ts";

export interface SourceState {
  /** `prices`, `weather`, `history`, `pv/<array>`. */
  readonly series: string;
  readonly source: string;
  /** When it gave its last good answer. */
  readonly answeredAtMs: number | undefined;
  readonly nextAtMs: number;
  readonly failedTimes: number;
  /** What it said when it was last asked and could not be read. */
  readonly failure: string | undefined;
}

export interface SourceAsker {
  /** Asks when it is time, and answers undefined when it is not, or when there is no usable answer. Never rejects. */
  ask<T>(series: string, source: Source<T>): Promise<T | undefined>;
  states(): readonly SourceState[];
  /** Every source's time has come: the clock was set, so that no time that was noted means anything. */
  askAgain(): void;
  stop(): void;
}

const FIRST_RETRY_MS = MS_PER_MINUTE;

type Entry = { -readonly [K in keyof SourceState]: SourceState[K] };

/** When each source is asked; a failure is said once, and asked again after growing pauses, at most the source's own. */
export function createSourceAsker({
  clock,
  logger,
}: {
  readonly clock: Pick<Clock, "nowMs">;
  readonly logger: Pick<Logger, "info" | "warn">;
}): SourceAsker {
  const stopping = new AbortController();
  const entries = new Map<string, Entry>();

  function entryOf(series: string, source: string): Entry {
    const key = `${series} ${source}`;
    const known = entries.get(key);
    if (known) return known;
    const made: Entry = { series, source, answeredAtMs: undefined, nextAtMs: 0, failedTimes: 0, failure: undefined };
    entries.set(key, made);
    return made;
  }

  return {
    ask: async (series, source) => {
      const entry = entryOf(series, source.name);
      const nowMs = clock.nowMs();
      if (nowMs < entry.nextAtMs) return undefined;
      const regularMs = source.refreshMinutes * MS_PER_MINUTE;
      entry.nextAtMs = nowMs + regularMs;
      try {
        const answer = await source.fetch(nowMs, stopping.signal);
        if (entry.failure) logger.info({ source: source.name }, `${series}: the source answers again`);
        entry.answeredAtMs = nowMs;
        entry.failedTimes = 0;
        entry.failure = undefined;
        return answer;
      } catch (error) {
        if (stopping.signal.aborted) return undefined;
        const message = error instanceof Error ? error.message : String(error);
        if (entry.failure !== message)
          logger.warn(
            { source: source.name, err: error },
            `${series}: the source cannot be read; the last good answer stays`,
          );
        entry.failure = message;
        entry.nextAtMs = nowMs + Math.min(regularMs, FIRST_RETRY_MS * 2 ** entry.failedTimes);
        entry.failedTimes += 1;
        return undefined;
      }
    },
    states: () => [...entries.values()],
    askAgain: () => {
      for (const entry of entries.values()) entry.nextAtMs = 0;
    },
    stop: () => stopping.abort(),
  };
}
