import { z } from "zod";

/** Ways in which the house may misbehave, for so many seconds of house time; without a time until they are cleared. */
export const Fault = z.strictObject({
  kind: z.enum(["sensorNaN", "sensorFrozen", "sensorUnavailable", "ignoreCalls", "goAway"]),
  entityId: z.string().optional().describe("one entity only; without it every sensor, or every call"),
  forSeconds: z
    .number()
    .positive()
    .max(30 * 86_400)
    .optional(),
});
export type Fault = Readonly<z.output<typeof Fault>>;

/** Home Assistant is back by itself, so going away always has an end. */
const AWAY_SECONDS = 60;

export interface Faults {
  add(fault: Fault, nowMs: number): void;
  clear(): void;
  /** Is this fault on, for this entity? */
  has(kind: Fault["kind"], nowMs: number, entityId?: string): boolean;
  list(
    nowMs: number,
  ): readonly { readonly kind: Fault["kind"]; readonly entityId?: string; readonly untilMs: number | null }[];
}

export function createFaults(): Faults {
  let active: { readonly fault: Fault; readonly untilMs: number }[] = [];
  return {
    add: (fault, nowMs) => {
      const seconds = fault.forSeconds ?? (fault.kind === "goAway" ? AWAY_SECONDS : Number.POSITIVE_INFINITY);
      active = [...active.filter((each) => each.untilMs > nowMs), { fault, untilMs: nowMs + seconds * 1000 }];
    },
    clear: () => {
      active = [];
    },
    has: (kind, nowMs, entityId) =>
      active.some(
        ({ fault, untilMs }) =>
          fault.kind === kind && untilMs > nowMs && (fault.entityId === undefined || fault.entityId === entityId),
      ),
    list: (nowMs) =>
      active
        .filter(({ untilMs }) => untilMs > nowMs)
        .map(({ fault, untilMs }) => ({
          kind: fault.kind,
          ...(fault.entityId === undefined ? {} : { entityId: fault.entityId }),
          untilMs: Number.isFinite(untilMs) ? untilMs : null,
        })),
  };
}
