import { MS_PER_HOUR } from "@ohmstead/contract";
import { DateTime } from "luxon";
import type { SourceTrouble } from "../domain/errors.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import type { Source } from "../sources/source.ts";

/** How a source has just been asked, and what came of it. */
export interface Asked {
  readonly source: Pick<Source<unknown>, "refreshMinutes" | "publishedAt">;
  readonly nowMs: number;
  /** How far its answers reach; for a source that publishes at a certain time. */
  readonly knownUntilMs?: number | undefined;
  /** Absent when it gave a usable answer. */
  readonly failure?: Failure | undefined;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface Failure {
  readonly trouble: SourceTrouble;
  readonly retryAfterMs: number | undefined;
  /** So often in a row, this time included. */
  readonly times: number;
}

const FIRST_RETRY_MS = MS_PER_MINUTE;
/** Nobody changes a password in a minute, and a house that knocks all day is shut out. */
const CREDENTIALS_MS = MS_PER_HOUR;
const RATE_LIMIT_MS = 15 * MS_PER_MINUTE;
/** What is due at a certain time is asked for by every house: they spread over so long. */
const SPREAD_MS = 3 * MS_PER_MINUTE;
const SHORTEST_WAIT_MS = 2 * MS_PER_MINUTE;
const LONGEST_WAIT_MS = 30 * MS_PER_MINUTE;
/** Published prices are rarely put right, but it happens. */
const LONGEST_REST_MS = 6 * MS_PER_HOUR;
/** Some products end their day an hour before midnight. */
const DAY_END_SLACK_MS = 2 * MS_PER_HOUR;

/**
 * When a source is asked next. After an answer: `refreshMinutes` later; where it publishes at a certain time, at that time, and as long as the next
 * day is missing after growing delays (half of the time since the publication, 2 to 30 min), then not before the next publication, but every six
 * hours. After a failure: a minute later, then twice as long each time, at most `refreshMinutes`; when it asks for patience as long as it says; when it does
 * not take the credentials an hour.
 */
export function nextFetchMs({ source, nowMs, knownUntilMs, failure, random }: Asked): number {
  const regularMs = source.refreshMinutes * MS_PER_MINUTE;
  if (failure) return nowMs + pauseMs(failure, regularMs, random);
  if (!source.publishedAt) return nowMs + regularMs;
  const { publishedMs, nextMs, tomorrowEndMs } = publications(source.publishedAt, nowMs);
  const spreadMs = random() * SPREAD_MS;
  if (nowMs < publishedMs) return Math.min(nowMs + LONGEST_REST_MS, publishedMs + spreadMs);
  if ((knownUntilMs ?? 0) >= tomorrowEndMs - DAY_END_SLACK_MS)
    return Math.min(nowMs + LONGEST_REST_MS, nextMs + spreadMs);
  const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, (nowMs - publishedMs) / 2));
  return nowMs + jittered(waitMs, random);
}

function pauseMs({ trouble, retryAfterMs, times }: Failure, regularMs: number, random: () => number): number {
  const growingMs = Math.min(regularMs, FIRST_RETRY_MS * 2 ** (times - 1));
  if (trouble === "credentials") return Math.max(CREDENTIALS_MS, retryAfterMs ?? 0);
  // Never before the time that it said.
  if (trouble === "rateLimited")
    return (retryAfterMs ?? Math.max(RATE_LIMIT_MS, growingMs)) + random() * FIRST_RETRY_MS;
  return jittered(growingMs, random);
}

/** A fifth to either side. */
const jittered = (ms: number, random: () => number): number => ms * (0.8 + 0.4 * random());

/** Of the market's day of now: when the next day is published, when the one after it will be, and when the next day ends. */
function publications({ time, timeZone }: NonNullable<Source<unknown>["publishedAt"]>, nowMs: number) {
  const day = DateTime.fromMillis(nowMs, { zone: timeZone }).startOf("day");
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return {
    publishedMs: day.set({ hour, minute }).toMillis(),
    nextMs: day.plus({ days: 1 }).set({ hour, minute }).toMillis(),
    tomorrowEndMs: day.plus({ days: 2 }).toMillis(),
  };
}
