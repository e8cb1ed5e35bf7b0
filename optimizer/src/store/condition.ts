import { TROUBLE_SENTENCES } from "./disk-trouble.ts";
import type { Loss } from "./open-database.ts";
import type { Outage } from "./steady-database.ts";

/** How the store is, in words for the owner; nothing is absent when all is well. */
export interface StoreCondition {
  /** Why the disk is not used, and what follows. */
  readonly outage?: string;
  /** What a damaged database has cost, in the last days. */
  readonly loss?: string;
}

const SAID_FOR_MS = 3 * 86_400_000;
const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

function outageSentence({ trouble, message, sinceMs, dropped }: Outage): string {
  const lost = dropped === 0 ? "" : ` ${dropped} readings and plans had to be given up already.`;
  return (
    `Nothing is stored since ${utc(sinceMs)}, because ${TROUBLE_SENTENCES[trouble]} (${message}). ` +
    `The house is controlled from memory; what happens is stored when the disk is back, and lost if the program ends before.${lost}`
  );
}

function lossSentence({ foundAtMs, damage, setAsideAs, backupMadeAtMs, knownInMemory }: Loss): string {
  const aside = setAsideAs === undefined ? "" : ` It was set aside as ${setAsideAs}.`;
  const kept = knownInMemory ? " Commands and wishes of the last days were still in memory, and are kept." : "";
  const cost =
    backupMadeAtMs === undefined
      ? `There was no good backup, so a new one was begun: readings and commands from before ${utc(foundAtMs)} are lost.`
      : `The backup of ${utc(backupMadeAtMs)} was restored: readings and commands since ${utc(backupMadeAtMs)} are lost.`;
  return `The database was damaged (${damage}), found at ${utc(foundAtMs)}.${aside} ${cost}${kept}`;
}

/** A loss is told for three days. */
export const conditionOf = (outage: Outage | undefined, loss: Loss | undefined, nowMs: number): StoreCondition => ({
  ...(outage ? { outage: outageSentence(outage) } : {}),
  ...(loss && nowMs - loss.foundAtMs < SAID_FOR_MS ? { loss: lossSentence(loss) } : {}),
});
