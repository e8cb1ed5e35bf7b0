import type {
  AuditEntry,
  Command,
  Health,
  Override,
  OverrideChoice,
  Quarantine,
  Recommendation,
  Savings,
  ServiceEvent,
  Timeline,
} from "@ohmstead/contract";

export type Alert = Omit<Extract<ServiceEvent, { type: "alert" }>, "type">;
export type Connection = "connecting" | "live" | "lost";

/** Everything the page knows. What has not been answered yet is undefined. */
export interface House {
  readonly connection: Connection;
  readonly version?: string;
  readonly recommendation?: Recommendation;
  readonly timeline?: Timeline;
  readonly savings?: Savings;
  readonly health?: Health;
  readonly commands?: readonly Command[];
  /** Of today, oldest first. */
  readonly audit?: readonly AuditEntry[];
  /** What concerned the whole house yesterday. */
  readonly yesterday?: readonly AuditEntry[];
  /** Prices and readings that were not believed. */
  readonly quarantine?: Quarantine;
  readonly overrides?: readonly Override[];
  /** All that can be asked for. */
  readonly choices?: readonly OverrideChoice[];
  readonly alerts: readonly Alert[];
}

const ALERTS_KEPT = 20;

/** What was said since the page was opened, and what the service has kept of yesterday and today, newest first. */
export function alertsOf({ alerts, audit = [], yesterday = [] }: House): Alert[] {
  const kept = [...new Map([...yesterday, ...audit].map((each) => [`${each.atMs} ${each.what}`, each])).values()]
    .filter(({ deviceId, origin }) => deviceId === "house" && origin.kind === "plan")
    .map(({ atMs, name, what }): Alert => ({ level: "info", message: `${name} ${what}`, atMs }));
  const isSaid = (one: Alert): boolean =>
    alerts.some(({ atMs, message }) => atMs === one.atMs && message === one.message);
  return [...alerts, ...kept.filter((each) => !isSaid(each))].toSorted((a, b) => b.atMs - a.atMs).slice(0, ALERTS_KEPT);
}

/** What an event changes by itself; the rest is asked for again. */
export function withEvent(house: House, event: ServiceEvent): House {
  switch (event.type) {
    case "hello":
      return { ...house, connection: "live", version: event.version };
    case "recommendation":
      return { ...house, recommendation: event.recommendation };
    case "alert": {
      const { level, message, atMs } = event;
      return { ...house, alerts: [{ level, message, atMs }, ...house.alerts].slice(0, ALERTS_KEPT) };
    }
    case "overrides":
      return { ...house, overrides: event.overrides };
    case "deviation":
    case "plan":
    case "command":
    case "withdraw":
      return house;
    default:
      event satisfies never;
      return house; // a newer service has more to tell than this page knows
  }
}

export const timeZoneOf = (house: House): string | undefined => house.timeline?.timeZone;

export const currencyOf = ({ timeline, savings }: House): string | undefined => timeline?.currency ?? savings?.currency;

/** The house's own time, which in the demo runs faster than the clock on the wall. */
export const nowOf = ({ recommendation, timeline, health }: House): number | undefined => {
  const known = [recommendation?.nowMs, timeline?.nowMs, health?.nowMs].filter((each) => each !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
};

/** One that is left alone is in no recommendation. */
export const nameOf = ({ recommendation, choices }: House, deviceId: string): string =>
  recommendation?.devices.find((device) => device.deviceId === deviceId)?.name ??
  choices?.find((choice) => choice.deviceId === deviceId)?.deviceName ??
  deviceId;
