import type { Command, CommandEvent, CommandEventType, CommandState } from "@ohmstead/contract";

/** What is fixed when a command is made; all the rest of it follows from its events. */
export type CommandOrder = Omit<
  Command,
  "state" | "attempt" | "lastError" | "failure" | "retryAtMs" | "deadLetter" | "changedAtMs"
>;

const FINAL: readonly CommandState[] = ["completed", "superseded", "expired", "failed", "deadLettered"];

/** A live command still owns its device; a final one never changes again. */
export const isLive = (state: CommandState): boolean => !FINAL.includes(state);

const UNDER_WAY: readonly CommandState[] = ["pending", "sent", "acknowledged", "retrying"];

/**
 * Which states an event may end, and what it leads to. All else is recorded and changes nothing: a late answer, a second one,
 * one about an attempt that is over. A reading may show the effect whatever the carrier says of it, even while an answer is missing.
 */
const TRANSITIONS: Readonly<
  Record<
    Exclude<CommandEventType, "created" | "replayed" | "discarded">,
    { readonly from: readonly CommandState[]; readonly to: CommandState }
  >
> = {
  sent: { from: ["pending", "retrying"], to: "sent" },
  acknowledged: { from: ["pending", "sent", "retrying"], to: "acknowledged" },
  attemptFailed: { from: ["pending", "sent", "acknowledged"], to: "retrying" },
  retried: { from: ["retrying"], to: "pending" },
  verified: { from: UNDER_WAY, to: "verified" },
  completed: { from: ["verified"], to: "completed" },
  superseded: { from: UNDER_WAY, to: "superseded" },
  expired: { from: ["pending", "sent", "acknowledged", "retrying"], to: "expired" },
  failed: { from: UNDER_WAY, to: "failed" },
  deadLettered: { from: UNDER_WAY, to: "deadLettered" },
};

export const newCommand = (order: CommandOrder): Command => ({
  ...order,
  state: "pending",
  attempt: 1,
  changedAtMs: order.createdAtMs,
});

/** The command after one more event of its log. */
export function applyEvent(command: Command, event: CommandEvent): Command {
  const { type } = event;
  if (type === "created") return command;
  if (type === "replayed" || type === "discarded")
    return command.deadLetter === "open" ? { ...command, deadLetter: type } : command;
  const { from, to } = TRANSITIONS[type];
  if (!from.includes(command.state)) return command;
  // The calls of every attempt are the same, so a late acknowledgement is as good as a prompt one; a late failure says nothing new.
  if ((type === "attemptFailed" || type === "sent") && event.attempt !== command.attempt) return command;
  if (type === "retried" && event.attempt !== command.attempt + 1) return command;
  const { retryAtMs: _over, ...lasting } = command;
  const saysWhy = type === "attemptFailed" || type === "failed" || type === "deadLettered";
  return {
    ...lasting,
    state: to,
    attempt: type === "retried" ? event.attempt : command.attempt,
    ...(saysWhy ? { lastError: event.cause } : {}),
    ...(saysWhy && event.failure ? { failure: event.failure } : {}),
    ...(type === "attemptFailed" && event.retryAtMs !== undefined ? { retryAtMs: event.retryAtMs } : {}),
    ...(type === "deadLettered" ? { deadLetter: "open" as const } : {}),
    changedAtMs: event.atMs,
  };
}

/** The present command: a fold over its events, oldest first. */
export const foldCommand = (order: CommandOrder, events: readonly CommandEvent[]): Command =>
  events.reduce(applyEvent, newCommand(order));
