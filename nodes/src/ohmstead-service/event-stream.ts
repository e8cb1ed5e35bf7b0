import { setTimeout as wait } from "node:timers/promises";
import type { ServiceEvent } from "@ohmstead/contract";
import { createParser } from "eventsource-parser";
import { shortReason } from "../problem-text.ts";
import { type LinkState, parseServiceEvent, reconnectDelayMs, REFUSED_TEXT } from "./logic.ts";

export interface EventStreamSetup {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly onEvent: (event: ServiceEvent) => void;
  readonly onState: (state: LinkState) => void;
}

/** The service sends a comment every 15 s; a wire that carries nothing for three of them is dead, even if nobody says so. */
const DEAD_AFTER_MS = 45_000;
const CONNECT_WITHIN_MS = 10_000;

/** Keeps one server-sent event stream open until the signal says stop. Never rejects. */
export async function keepStreamOpen(setup: EventStreamSetup, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    setup.onState({ kind: "connecting" });
    const ended = await readStream(setup, signal, () => {
      failures = 0;
    });
    if (signal.aborted) return;
    setup.onState(ended);
    await wait(reconnectDelayMs(ended, failures, Math.random()), undefined, { signal }).catch(() => undefined);
    failures += 1;
  }
}

/** Reads until the stream ends; says how. */
async function readStream(setup: EventStreamSetup, signal: AbortSignal, onOpen: () => void): Promise<LinkState> {
  const dead = new AbortController();
  let timer = setTimeout(() => dead.abort(new Error("no answer")), CONNECT_WITHIN_MS);
  try {
    const response = await fetch(`${setup.url}/api/v1/events`, {
      headers: { ...setup.headers, accept: "text/event-stream" },
      signal: AbortSignal.any([signal, dead.signal]),
    });
    if (response.status === 401 || response.status === 403) return { kind: "refused", detail: REFUSED_TEXT };
    if (!response.ok || !response.body) return { kind: "away", detail: `answers ${response.status}` };
    onOpen();
    setup.onState({ kind: "connected" });
    const parser = createParser({
      onEvent: ({ data }) => {
        const event = parseServiceEvent(data);
        if (event) setup.onEvent(event);
      },
    });
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      clearTimeout(timer);
      timer = setTimeout(() => dead.abort(new Error("connection silent")), DEAD_AFTER_MS);
      parser.feed(chunk);
    }
    return { kind: "away", detail: "connection ended" };
  } catch (error) {
    return { kind: "away", detail: reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** fetch hides the useful part ("ECONNREFUSED") in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return shortReason(error);
}
