import type { Command, CommandEvent, Intent } from "@ohmstead/contract";
import { intentOf } from "../adapter.ts";
import { isNear } from "../recipe.ts";
import type { CommandLog, Wish } from "../record.ts";
import type { Facts } from "./property-kind.ts";

/** Orders that come to the same for the device. */
const SAME_KW = 0.2;
const FINAL = ["completed", "superseded", "expired", "failed", "deadLettered"];

export const isSameIntent = (a: Intent, b: Intent): boolean =>
  a.kind === b.kind &&
  isNear("kw" in a ? a.kw : 0, "kw" in b ? b.kw : 0, SAME_KW) &&
  ("level" in a ? a.level : "") === ("level" in b ? b.level : "") &&
  ("offsetK" in a ? a.offsetK : 0) === ("offsetK" in b ? b.offsetK : 0);

/** What the log says became of a command, by the events alone. */
const SAYS: Readonly<Partial<Record<CommandEvent["type"], Command["state"]>>> = {
  created: "pending",
  sent: "sent",
  acknowledged: "acknowledged",
  attemptFailed: "retrying",
  retried: "pending",
  verified: "verified",
  completed: "completed",
  superseded: "superseded",
  expired: "expired",
  failed: "failed",
  deadLettered: "deadLettered",
};

/** When a command was said to be done, if that came before any other end. */
export const provedMs = ({ events }: CommandLog): number | undefined => {
  const first = events.find(({ type }) => type === "verified" || FINAL.includes(type));
  return first?.type === "verified" || first?.type === "completed" ? first.atMs : undefined;
};

const endMs = ({ events }: CommandLog): number =>
  events.find(({ type }) => FINAL.includes(type))?.atMs ?? Number.POSITIVE_INFINITY;

/** The last state, and once a final one is reached, that: whatever is reported later. */
function stateAt({ events }: CommandLog, atMs: number): Command["state"] | undefined {
  const known = events.filter((event) => event.atMs <= atMs);
  const final = known.find(({ type }) => FINAL.includes(type));
  return SAYS[(final ?? known.at(-1))?.type ?? "discarded"];
}

/**
 * What became of a wish, as the controller says it. Proved once is proved; otherwise the newest of its commands that came to an end; without
 * any command the wish itself waits, was replaced, or its time is over.
 */
export function outcomeAt(facts: Facts, [wish]: readonly Wish[], lastUntilMs: number, atMs: number): string {
  if (!wish) return "pending";
  const { record } = facts;
  const wanted = intentOf(facts.device(wish.deviceId), wish.want);
  const replacedMs = Math.min(
    ...record.wishes
      .filter((other) => other.deviceId === wish.deviceId && other.index !== wish.index && other.fromMs >= wish.fromMs)
      .filter((other) => other.fromMs > wish.fromMs || other.index > wish.index)
      .map((other) => other.fromMs),
    Number.POSITIVE_INFINITY,
  );
  const overMs = Math.min(replacedMs, lastUntilMs);
  const commands = record.commands.filter(
    ({ command, events }) =>
      command.deviceId === wish.deviceId &&
      isSameIntent(command.intent, wanted) &&
      command.createdAtMs < overMs &&
      command.createdAtMs <= atMs &&
      endMs({ command, events }) >= wish.fromMs,
  );
  const isProved = commands.some((each) => {
    const proved = provedMs(each);
    return proved !== undefined && proved <= Math.min(atMs, overMs + facts.slackMs(wish.deviceId));
  });
  if (isProved) return "completed";
  const states = commands.map((each) => stateAt(each, atMs));
  const concluded = states.findLast((state) => state !== undefined && FINAL.includes(state) && state !== "superseded");
  const last = concluded ?? states.at(-1);
  if (last !== undefined) return last;
  if (atMs >= replacedMs) return "superseded";
  return atMs >= lastUntilMs ? "expired" : "pending";
}
