import type { Logger } from "pino";
import type { Clock } from "../domain/clock.ts";
import { SourceError, type SourceTrouble } from "../domain/errors.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import type { Source } from "../sources/source.ts";
import { nextFetchMs } from "./next-fetch.ts";

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
  readonly trouble: SourceTrouble | undefined;
}

export interface SourceAsker {
  /**
   * Asks when it is time, and answers undefined when it is not, or when there is no usable answer. Never rejects. `knownUntilMs` says how far
   * an answer reaches: a source that publishes at a certain time is asked again until the next day is there.
   */
  ask<T>(series: string, source: Source<T>, knownUntilMs?: (answer: T) => number | undefined): Promise<T | undefined>;
  isDue(series: string, source: Pick<Source<unknown>, "name">): boolean;
  states(): readonly SourceState[];
  /** Every source's time has come: the clock was set, so that no time that was noted means anything. */
  askAgain(): void;
  stop(): void;
}

type Entry = { -readonly [K in keyof SourceState]: SourceState[K] };

/** When each source is asked (next-fetch.ts); a failure is said once, what somebody must do about it to the owner, too. */
export function createSourceAsker({
  clock,
  logger,
  random = Math.random,
  say = () => {},
}: {
  readonly clock: Pick<Clock, "nowMs">;
  readonly logger: Pick<Logger, "info" | "warn">;
  /** From 0 to 1. */
  readonly random?: () => number;
  /** For the owner. */
  readonly say?: (message: string) => void;
}): SourceAsker {
  const stopping = new AbortController();
  const entries = new Map<string, Entry>();

  function entryOf(series: string, source: string): Entry {
    const key = `${series} ${source}`;
    const known = entries.get(key);
    if (known) return known;
    const made: Entry = {
      series,
      source,
      answeredAtMs: undefined,
      nextAtMs: 0,
      failedTimes: 0,
      failure: undefined,
      trouble: undefined,
    };
    entries.set(key, made);
    return made;
  }

  function complain(entry: Entry, error: unknown): void {
    const said = error instanceof Error ? error.message : String(error);
    // It speaks of itself by its kind: of two of a kind the name tells which.
    const message = error instanceof SourceError && error.source !== entry.source ? `${entry.source}: ${said}` : said;
    const trouble = error instanceof SourceError ? error.trouble : "malformed";
    if (entry.failure !== message)
      logger.warn(
        { source: entry.source, err: error },
        `${entry.series}: the source cannot be read; the last good answer stays`,
      );
    if (trouble === "credentials" && entry.trouble !== "credentials")
      say(`${entry.series}: ${message}. It is asked once an hour until this is put right; the other sources go on.`);
    entry.failure = message;
    entry.trouble = trouble;
    entry.failedTimes += 1;
  }

  return {
    ask: async (series, source, knownUntilMs = () => undefined) => {
      const entry = entryOf(series, source.name);
      const nowMs = clock.nowMs();
      if (nowMs < entry.nextAtMs) return undefined;
      // While it is being asked nobody asks again.
      entry.nextAtMs = nowMs + source.refreshMinutes * MS_PER_MINUTE;
      try {
        const answer = await source.fetch(nowMs, stopping.signal);
        if (entry.failure) logger.info({ source: source.name }, `${series}: the source answers again`);
        entry.answeredAtMs = nowMs;
        entry.failedTimes = 0;
        entry.failure = undefined;
        entry.trouble = undefined;
        entry.nextAtMs = nextFetchMs({ source, nowMs, knownUntilMs: knownUntilMs(answer), random });
        return answer;
      } catch (error) {
        if (stopping.signal.aborted) return undefined;
        complain(entry, error);
        const retryAfterMs = error instanceof SourceError ? error.retryAfterMs : undefined;
        const failure = { trouble: entry.trouble ?? "malformed", retryAfterMs, times: entry.failedTimes };
        entry.nextAtMs = nextFetchMs({ source, nowMs, failure, random });
        return undefined;
      }
    },
    isDue: (series, source) => clock.nowMs() >= entryOf(series, source.name).nextAtMs,
    states: () => [...entries.values()],
    askAgain: () => {
      for (const entry of entries.values()) entry.nextAtMs = 0;
    },
    stop: () => stopping.abort(),
  };
}
