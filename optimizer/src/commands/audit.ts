import type { AuditEntry, Command, Deviation, FallbackReport, Override } from "@ohmstead/contract";

export interface AuditFacts {
  /** With why each was made: the cause of its first event. */
  readonly commands: readonly { readonly command: Command; readonly cause: string }[];
  readonly deviations: readonly Deviation[];
  readonly overrides: readonly (Override & { readonly endedAtMs?: number; readonly endedBy?: string })[];
  readonly fallback: readonly FallbackReport[];
  readonly nameOf: (deviceId: string) => string;
}

/** The device id of what concerns all of it. */
export const HOUSE = "house";
const PRICES = "Prices";

const FOUND: Readonly<Record<Exclude<Deviation["kind"], "prices">, string>> = {
  override: "was changed by hand",
  drift: "was no longer as it had been told",
  unknown: "cannot be read",
  notStored: "did not take an order",
  noEffect: "took an order and did nothing",
  partial: "took half of an order",
  unreachable: "did not answer",
};

/** What was done to each device, and who or what caused it; oldest first. Everything in it is read from the log. */
export function auditOf({ commands, deviations, overrides, fallback, nameOf }: AuditFacts): AuditEntry[] {
  const about = (deviceId: string | undefined) =>
    deviceId === undefined ? { deviceId: HOUSE, name: "The house" } : { deviceId, name: nameOf(deviceId) };
  const ordered = commands.map(({ command, cause }): AuditEntry => ({
    atMs: command.createdAtMs,
    ...about(command.deviceId),
    what: `was told "${command.intent.kind}": ${cause}`,
    origin: command.origin,
    commandId: command.id,
    outcome: command.state,
  }));
  const found = deviations.map(({ deviceId, kind, atMs, detail, commandId }): AuditEntry =>
    kind === "prices"
      ? { atMs, deviceId, name: PRICES, what: detail.replace(`${PRICES} `, ""), origin: { kind: "plan" } }
      : {
          atMs,
          ...about(deviceId),
          what: `${FOUND[kind]}: ${detail}`,
          origin: { kind: kind === "override" ? "person" : "reconciliation" },
          ...(commandId === undefined ? {} : { commandId }),
        },
  );
  const wishes = overrides.flatMap(({ kind, deviceId, createdAtMs, origin, by, endedAtMs, endedBy }): AuditEntry[] => {
    const asked: AuditEntry = {
      atMs: createdAtMs,
      ...about(deviceId),
      what: origin === "detected" ? `is respected as changed by hand (${kind})` : `"${kind}" was asked for`,
      origin: { kind: origin === "automation" ? "automation" : "person", ...(by === undefined ? {} : { detail: by }) },
    };
    if (endedAtMs === undefined) return [asked];
    const who = endedBy === undefined ? {} : { detail: endedBy };
    return [asked, { ...asked, atMs: endedAtMs, what: `"${kind}" was ended`, origin: { kind: "person", ...who } }];
  });
  const stoodIn = fallback.flatMap(({ actions, rung }) =>
    actions.map(({ atMs, deviceId, intent, reason }): AuditEntry => ({
      atMs,
      ...about(deviceId),
      what: `was told "${intent.kind}": ${reason}`,
      origin: { kind: "fallback", detail: rung },
    })),
  );
  return [...ordered, ...found, ...wishes, ...stoodIn].toSorted((a, b) => a.atMs - b.atMs);
}
