import { type FallbackPack, isServiceCall } from "@ohmstead/contract";
import type { CallRecord } from "../../optimizer/src/simulator/server/call-desk.ts";
import type { StoredCommand } from "../../optimizer/src/store/command-repository.ts";
import { actionsOf, carriedOf, keyOf, keyOfRecord } from "../support/carried-calls.ts";

/** House time in which a process was not there, and some time after, in which what it had begun may still arrive. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface CallJudgement {
  readonly made: number;
  /** Calls of attempts that the carrier reported. */
  readonly byCommands: number;
  /** Calls by which Node-RED stood in for the optimizer. */
  readonly byFallback: number;
  /** Carried once more because Node-RED was killed in the middle: each sets a value, so the second changes nothing. */
  readonly repeated: number;
  /** That no command and no fallback explains. */
  readonly doubles: readonly string[];
  /** Reported as carried, and never seen by the house. */
  readonly missing: readonly string[];
}

const isIn = (windows: readonly Window[], atMs: number): boolean =>
  windows.some(({ fromMs, untilMs }) => fromMs <= atMs && atMs <= untilMs);

function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function take(counts: Map<string, number>, key: string): boolean {
  const left = counts.get(key) ?? 0;
  if (left > 0) counts.set(key, left - 1);
  return left > 0;
}

/** Holds every call that reached the house against the log of commands and what fallback may do. */
export function judgeCalls(facts: {
  readonly calls: readonly CallRecord[];
  readonly stored: readonly StoredCommand[];
  readonly packs: readonly FallbackPack[];
  /** When the optimizer was away, for Node-RED to stand in. */
  readonly optimizerAway: readonly Window[];
  readonly nodeRedAway: readonly Window[];
}): CallJudgement {
  const carried = facts.stored.map(carriedOf);
  const sure = counted(carried.flatMap((each) => each.sure).map(keyOf));
  const perhaps = counted(carried.flatMap((each) => each.perhaps).map(keyOf));
  const standIns = new Set(
    facts.packs.flatMap(({ devices }) => devices.flatMap(actionsOf).flatMap(({ calls }) => calls.map(keyOf))),
  );
  const ordered = new Set(facts.stored.flatMap(({ order }) => order.calls.filter(isServiceCall).map(keyOf)));
  const doubles: string[] = [];
  let byCommands = 0;
  let byFallback = 0;
  let repeated = 0;
  for (const call of facts.calls) {
    const key = keyOfRecord(call);
    if (take(sure, key) || take(perhaps, key)) byCommands += 1;
    else if (isIn(facts.optimizerAway, call.atMs) && standIns.has(key)) byFallback += 1;
    else if (isIn(facts.nodeRedAway, call.atMs) && ordered.has(key)) repeated += 1;
    else doubles.push(`${new Date(call.atMs).toISOString()} ${key}`);
  }
  const missing = [...sure].flatMap(([key, count]) => Array<string>(count).fill(key));
  return { made: facts.calls.length, byCommands, byFallback, repeated, doubles, missing };
}
