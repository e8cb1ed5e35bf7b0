import { MS_PER_MINUTE } from "../domain/slots.ts";
import type { StoredCommand } from "../store/command-repository.ts";
import type { PvLimitSpan } from "./problem/free-sun.ts";

/** An inverter needs so long to let go. */
const RELEASE_MS = 5 * MS_PER_MINUTE;

/** When an array was held to a limit by commands of ours, oldest first: from the one that was sent until the next. */
export function pvLimitsIn(commands: readonly StoredCommand[]): PvLimitSpan[] {
  const sent = commands.flatMap(({ order, events }) => {
    const event = events.find(({ type }) => type === "sent" || type === "acknowledged");
    return event ? [{ intent: order.intent, atMs: event.atMs }] : [];
  });
  return sent.flatMap(({ intent, atMs }, k): PvLimitSpan[] => {
    const next = sent[k + 1];
    const untilMs = next ? next.atMs + RELEASE_MS : Number.POSITIVE_INFINITY;
    return intent.kind === "limit" ? [{ fromMs: atMs, untilMs, kw: intent.kw }] : [];
  });
}
