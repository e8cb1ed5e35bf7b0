import { ServiceEvent } from "@ohmstead/contract";

/** How things stand with the service. Refused: it answers, but not to this token. */
export type LinkState =
  | { readonly kind: "connecting" }
  | { readonly kind: "connected" }
  | { readonly kind: "refused"; readonly detail: string }
  | { readonly kind: "away"; readonly detail: string };

export interface Status {
  readonly fill: "green" | "yellow" | "red" | "grey";
  readonly shape: "dot" | "ring";
  readonly text: string;
}

export const REFUSED_TEXT =
  "the service refuses this token: set the token in the ohmstead-service node (OHMSTEAD_TOKEN)";

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
/** A wrong token does not become right by asking often. */
const REFUSED_DELAY_MS = 60_000;

/** Real milliseconds before the next attempt: 0.25 s doubling to 10 s, spread by ±20 %. `random` is in [0, 1). */
export function reconnectDelayMs(state: LinkState, failures: number, random: number): number {
  const delayMs =
    state.kind === "refused" ? REFUSED_DELAY_MS : Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS);
  return delayMs * (0.8 + 0.4 * random);
}

export function statusOf(state: LinkState): Status {
  if (state.kind === "connected") return { fill: "green", shape: "dot", text: "connected" };
  if (state.kind === "connecting") return { fill: "yellow", shape: "ring", text: "connecting" };
  const text = state.kind === "refused" ? "token refused (401)" : `service away: ${state.detail}`;
  return { fill: "red", shape: "ring", text: text.slice(0, 80) };
}

/** Undefined for what this version of the contract does not know: a newer service may say more. */
export function parseServiceEvent(data: string): ServiceEvent | undefined {
  try {
    const result = ServiceEvent.safeParse(JSON.parse(data));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

/** Node-RED leaves `${NAME}` as it is when the environment has no such variable; that is no value. */
export function resolvedValue(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  return text === "" || /^\$\{[^}]*\}$/.test(text) ? undefined : text;
}

/** What has been heard from the service. House times are epoch milliseconds of the house's clock. */
export interface Heard {
  readonly lastEventMs: number;
  readonly lastEventRealMs: number;
  /** When the next plan was promised for. */
  readonly nextDueMs?: number;
}

export function hear(heard: Heard, event: ServiceEvent, nowMs: number, realMs: number): Heard {
  const nextDueMs =
    event.type === "plan"
      ? event.nextDueMs
      : event.type === "recommendation"
        ? event.recommendation.nextDueMs
        : heard.nextDueMs;
  return { lastEventMs: nowMs, lastEventRealMs: realMs, ...(nextDueMs === undefined ? {} : { nextDueMs }) };
}

/** A connected service may be busy for so long, however fast the house's clock runs. */
const BUSY_REAL_MS = 8000;

/**
 * True when the service must be taken for gone: nothing for a cycle after the promised time. With the connection lost half a
 * cycle is enough, so that fallback stands within two cycles of the last plan.
 */
export function isSilent(heard: Heard, link: LinkState, nowMs: number, realMs: number, cycleMs: number): boolean {
  const promisedMs = Math.max(heard.nextDueMs ?? heard.lastEventMs + cycleMs, heard.lastEventMs);
  if (link.kind !== "connected") return nowMs > promisedMs + cycleMs / 2;
  return nowMs > promisedMs + cycleMs && realMs - heard.lastEventRealMs > BUSY_REAL_MS;
}
