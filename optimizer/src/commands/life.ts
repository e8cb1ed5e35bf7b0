import type { Command, CommandEvent, CommandEventType, CommandState } from "@ohmstead/contract";

/** What is fixed when a command is made; all the rest of it follows from its events. */
export type CommandOrder = Omit<Command, "state" | "attempt" | "lastError" | "changedAtMs">;

const FINAL: readonly CommandState[] = ["completed", "superseded", "expired", "failed"];

/** A live command still owns its device; a final one never changes again. */
export const isLive = (state: CommandState): boolean => !FINAL.includes(state);

/**
 * Which states an event may end, and what it leads to. All else is recorded and changes nothing: a late answer, a second one,
 * one about an attempt that is over.
 */
const TRANSITIONS: Readonly<
  Record<Exclude<CommandEventType, "created">, { readonly from: readonly CommandState[]; readonly to: CommandState }>
> = {
  sent: { from: ["pending", "retrying"], to: "sent" },
  acknowledged: { from: ["pending", "sent", "retrying"], to: "acknowledged" },
  attemptFailed: { from: ["pending", "sent", "acknowledged"], to: "retrying" },
  retried: { from: ["retrying"], to: "pending" },
  verified: { from: ["acknowledged"], to: "verified" },
  completed: { from: ["verified"], to: "completed" },
  superseded: { from: ["pending", "sent", "acknowledged", "retrying"], to: "superseded" },
  expired: { from: ["pending", "sent", "retrying"], to: "expired" },
  failed: { from: ["pending", "sent", "acknowledged", "retrying"], to: "failed" },
};

export const newCommand = (order: CommandOrder): Command => ({
  ...order,
  state: "pending",
  attempt: 1,
  changedAtMs: order.createdAtMs,
});

/** The command after one more event of its log. */
export function applyEvent(command: Command, event: CommandEvent): Command {
  if (event.type === "created") return command;
  const { from, to } = TRANSITIONS[event.type];
  if (!from.includes(command.state)) return command;
  // The calls of every attempt are the same, so a late acknowledgement is as good as a prompt one; a late failure says nothing new.
  if ((event.type === "attemptFailed" || event.type === "sent") && event.attempt !== command.attempt) return command;
  if (event.type === "retried" && event.attempt !== command.attempt + 1) return command;
  const saysWhy = event.type === "attemptFailed" || event.type === "failed";
  return {
    ...command,
    state: to,
    attempt: event.type === "retried" ? event.attempt : command.attempt,
    ...(saysWhy ? { lastError: event.cause } : {}),
    changedAtMs: event.atMs,
  };
}

/** The present command: a fold over its events, oldest first. */
export const foldCommand = (order: CommandOrder, events: readonly CommandEvent[]): Command =>
  events.reduce(applyEvent, newCommand(order));
