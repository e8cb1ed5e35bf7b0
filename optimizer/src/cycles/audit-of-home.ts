import type { AuditEntry, Deviation } from "@ohmstead/contract";
import { auditOf } from "../commands/audit.ts";
import type { Store } from "../store/store.ts";
import type { DayQuery } from "./appliance.ts";
import { dayOf } from "./day-of.ts";
import { asCommand } from "./device-record.ts";

export interface AuditSetup {
  readonly store: Pick<Store, "commands" | "deviations" | "overrides" | "fallbackReports">;
  readonly names: ReadonlyMap<string, string>;
  readonly timeZone: string;
  readonly nowMs: number;
}

const MOST_REPORTS = 1000;

export function deviationsOfHome({ store, timeZone, nowMs }: AuditSetup, { day, deviceId }: DayQuery): Deviation[] {
  const { fromMs, untilMs } = dayOf(day, nowMs, timeZone);
  return store.deviations
    .between(fromMs, untilMs)
    .filter((each) => deviceId === undefined || each.deviceId === deviceId);
}

/** The audit trail of a local day, from the log alone. */
export function auditOfHome(setup: AuditSetup, query: DayQuery): AuditEntry[] {
  const { store, names, timeZone, nowMs } = setup;
  const { fromMs, untilMs } = dayOf(query.day, nowMs, timeZone);
  const isOfDay = ({ atMs }: { readonly atMs: number }) => atMs >= fromMs && atMs < untilMs;
  return auditOf({
    commands: store.commands
      .between(fromMs, untilMs)
      .map((each) => ({ command: asCommand(each), cause: each.events[0]?.cause ?? each.order.reason })),
    deviations: deviationsOfHome(setup, { day: query.day }),
    overrides: store.overrides.between(fromMs, untilMs),
    fallback: store.fallbackReports.newest(MOST_REPORTS),
    nameOf: (deviceId) => names.get(deviceId) ?? deviceId,
  }).filter((entry) => isOfDay(entry) && (query.deviceId === undefined || entry.deviceId === query.deviceId));
}
