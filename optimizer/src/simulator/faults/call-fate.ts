import { ServiceCallError } from "../server/services.ts";
import type { Fault, FaultKind } from "./fault.ts";

/** What becomes of a call to one entity. */
export interface CallFate {
  /** at the device: at once, late, shown but without effect, or not at all */
  readonly act: "now" | "late" | "stored" | "never";
  readonly delaySeconds: number;
  /** the answer comes that much later */
  readonly answerSeconds: number;
  /** what Home Assistant answers instead of success */
  readonly error?: ServiceCallError;
  /** what becomes of the answer */
  readonly wire: Wire;
}
export type Wire = "answered" | "silent" | "cut";

export const WELL: CallFate = { act: "now", delaySeconds: 0, answerSeconds: 0, wire: "answered" };

const deviceError = (message: string): ServiceCallError => new ServiceCallError("home_assistant_error", message);

const failed = (error: ServiceCallError): Partial<CallFate> => ({ act: "never", error });

/** The words are those in which integrations pass on what their devices answered. */
const EFFECTS: Partial<Record<FaultKind, (entityId: string) => Partial<CallFate>>> = {
  ignoreCalls: () => ({ act: "never" }),
  loseBurst: () => ({ act: "never" }),
  storeWithoutEffect: () => ({ act: "stored" }),
  answer500: (entityId) =>
    failed(deviceError(`Error communicating with the device of ${entityId}: HTTP 500 Internal Server Error`)),
  answer401: (entityId) =>
    failed(
      deviceError(
        `Authentication failed for ${entityId}: HTTP 401 Unauthorized, the credentials are invalid or expired`,
      ),
    ),
  // An integration that does not catch what it cannot parse: Home Assistant passes the parser's own words on.
  answerGarbage: () => failed(new ServiceCallError("unknown_error", "Expecting value: line 1 column 1 (char 0)")),
  answerBusy: (entityId) => failed(deviceError(`The device of ${entityId} is busy (firmware update), try again later`)),
  refuseCalls: (entityId) => failed(deviceError(`The device of ${entityId} is unavailable`)),
  hangCalls: () => ({ act: "never", wire: "silent" }),
  loseAnswers: () => ({ wire: "silent" }),
  cutDuringCalls: () => ({ wire: "cut" }),
};

function effectOf(fault: Fault, entityId: string): Partial<CallFate> {
  if (fault.kind === "delayCalls") return { act: "late", delaySeconds: fault.delaySeconds };
  if (fault.kind === "slowCalls")
    return { act: "late", delaySeconds: fault.delaySeconds, answerSeconds: fault.delaySeconds };
  if (fault.kind === "answer429") {
    const { retryAfterSeconds } = fault;
    return failed(
      deviceError(`Rate limit of ${entityId} reached: HTTP 429 Too Many Requests, Retry-After: ${retryAfterSeconds}`),
    );
  }
  return EFFECTS[fault.kind]?.(entityId) ?? {};
}

const ACTS = ["now", "late", "stored", "never"] as const;
const WIRES = ["answered", "silent", "cut"] as const;
const worse = <T>(order: readonly T[], one: T, other: T): T =>
  order.indexOf(one) >= order.indexOf(other) ? one : other;

/** Several faults at once: the worst of each kind holds, and the first error is the one that is told. */
export const fateOf = (faults: readonly Fault[], entityId: string): CallFate =>
  faults.reduce<CallFate>((fate, fault) => {
    const { act = "now", delaySeconds = 0, answerSeconds = 0, wire = "answered", error } = effectOf(fault, entityId);
    const told = fate.error ?? error;
    return {
      act: worse(ACTS, fate.act, act),
      delaySeconds: Math.max(fate.delaySeconds, delaySeconds),
      answerSeconds: Math.max(fate.answerSeconds, answerSeconds),
      wire: worse(WIRES, fate.wire, wire),
      ...(told === undefined ? {} : { error: told }),
    };
  }, WELL);

/** What goes wrong for once, as often as the other: an error, a hiccup, no answer, a lost answer, a late effect. */
export function transientFault(random: () => number): Fault {
  const kinds: readonly Fault[] = [
    { kind: "answer500" },
    { kind: "answer429", retryAfterSeconds: 30 },
    { kind: "answerBusy" },
    { kind: "refuseCalls" },
    { kind: "hangCalls" },
    { kind: "loseAnswers" },
    { kind: "ignoreCalls" },
    { kind: "delayCalls", delaySeconds: 45 },
  ];
  return kinds[Math.floor(random() * kinds.length)] ?? { kind: "answer500" };
}
