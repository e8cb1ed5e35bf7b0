import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { CommandReport } from "@ohmstead/contract";
import { shortReason } from "../problem-text.ts";
import type { CarriedAttempt } from "./logic.ts";

/** More than can be open at once in any house. */
const MOST_KEPT = 200;

export interface CarriedFile {
  read(): readonly CarriedAttempt[];
  /** Returns when it is on disk, so that what follows may happen. */
  write(attempts: readonly CarriedAttempt[]): void;
}

/**
 * What was carried, beside the fallback pack: a restarted Node-RED must not make a call again that it has made. Without it (no folder, a full
 * disk, half a file) commands are carried all the same.
 */
export function createCarriedFile(path: string | undefined, warn: (text: string) => void): CarriedFile {
  let hasWarned = false;
  return {
    read: () => {
      if (path === undefined) return [];
      try {
        const stored: unknown = JSON.parse(readFileSync(path, "utf8"));
        return Array.isArray(stored) ? stored.flatMap((each) => attemptIn(each) ?? []) : [];
      } catch {
        return [];
      }
    },
    write: (attempts) => {
      if (path === undefined) return;
      try {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(`${path}.new`, JSON.stringify(attempts.slice(-MOST_KEPT)), { mode: 0o600, flush: true });
        renameSync(`${path}.new`, path);
        hasWarned = false;
      } catch (error) {
        if (!hasWarned) warn(`what was carried could not be stored: ${shortReason(error)}`);
        hasWarned = true;
      }
    },
  };
}

function attemptIn(stored: unknown): CarriedAttempt | undefined {
  const { key, reports } = (stored ?? {}) as { key?: unknown; reports?: unknown };
  if (typeof key !== "string" || !Array.isArray(reports)) return undefined;
  const known = reports.flatMap((each) => {
    const { commandId, report } = (each ?? {}) as { commandId?: unknown; report?: unknown };
    const result = CommandReport.safeParse(report);
    return typeof commandId === "string" && result.success ? [{ commandId, report: result.data }] : [];
  });
  return { key, reports: known };
}
