import type { CommandReport } from "@ohmstead/contract";

type Failure = NonNullable<CommandReport["failure"]>;

/**
 * Home Assistant passes on what an integration says of its device as a text and nothing else: the same code stands for a device that is busy, away, or
 * angry. So the words have to do. The first that fits decides; what fits nothing is an error like any other.
 */
const WORDS: readonly (readonly [Failure["kind"], RegExp])[] = [
  ["rateLimited", /(HTTP|status|code)\W*429\b|too many requests|rate.?limit/i],
  ["auth", /(HTTP|status|code)\W*40[13]\b|unauthori[sz]ed|forbidden|authentication|credentials/i],
  ["busy", /\bbusy\b|(HTTP|status|code)\W*503\b|firmware update|try again later/i],
  ["timeout", /timed? ?out|timeout|no (answer|response|reply)|(did|does) not (answer|respond)/i],
  [
    "unreachable",
    /unavailable|unreachable|not reachable|\boffline\b|cannot connect|no connection|not connected|connection (refused|lost|reset|failed|closed)|ECONN|EHOST/i,
  ],
  ["refused", /out of range|not supported|not valid|invalid (value|option)|is not a valid|validation error/i],
];
const RETRY_AFTER = /retry.?after:?\s*(\d{1,5})\b/i;

/** What kind of failure a text tells of, and what the device asked for, as by Retry-After. */
export function failureOf(text: string): Failure {
  const kind = WORDS.find(([, pattern]) => pattern.test(text))?.[0] ?? "error";
  const seconds = RETRY_AFTER.exec(text)?.[1];
  return seconds === undefined ? { kind } : { kind, retryAfterMs: Number(seconds) * 1000 };
}
