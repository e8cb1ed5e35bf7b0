import type { NewOverride, ServiceEvent } from "@ohmstead/contract";
import { createEventReader } from "./event-stream.ts";

/** The token is missing or wrong. */
export class NotAllowed extends Error {}

/** The service answered, but not with what was asked for. */
export class Refused extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(detailOf(body) ?? `the service answers with status ${status}`);
    this.status = status;
    this.body = body;
  }
}

function detailOf(body: unknown): string | undefined {
  return typeof body === "object" && body !== null && "detail" in body && typeof body.detail === "string"
    ? body.detail
    : undefined;
}

const ANSWER_WITHIN_MS = 10_000;
/** An override answers when a plan respects it. */
const PLAN_WITHIN_MS = 60_000;
/** The service sends a comment every 15 s: after three of them missed, the line is dead. */
const SILENCE_MS = 45_000;

export interface Service {
  get(path: string, withinMs?: number): Promise<unknown>;
  addOverride(wish: NewOverride): Promise<void>;
  endOverride(id: string): Promise<void>;
  /** A dead letter is tried once more, or seen off. */
  settleCommand(id: string, how: "replay" | "discard"): Promise<void>;
  /** Hands over events until the stream ends or the signal stops it; rejects when it breaks. */
  listen(onEvent: (event: ServiceEvent) => void, signal: AbortSignal): Promise<void>;
}

/** All addresses are relative, so that the page works behind any proxy's path. */
export function createService(token: string): Service {
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("Authorization", `Bearer ${token}`);
    const response = await fetch(path, { ...init, headers, cache: "no-store" });
    if (response.status === 401) throw new NotAllowed("the token is not accepted");
    if (!response.ok) throw new Refused(response.status, await response.json().catch(() => undefined));
    return response;
  };
  return {
    async get(path, withinMs = ANSWER_WITHIN_MS) {
      const response = await ask(path, { signal: AbortSignal.timeout(withinMs) });
      return response.json();
    },
    async addOverride(wish) {
      await ask("api/v1/overrides", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(wish),
        signal: AbortSignal.timeout(PLAN_WITHIN_MS),
      });
    },
    async endOverride(id) {
      const signal = AbortSignal.timeout(PLAN_WITHIN_MS);
      await ask(`api/v1/overrides/${encodeURIComponent(id)}?by=status%20page`, { method: "DELETE", signal });
    },
    async settleCommand(id, how) {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      await ask(`api/v1/commands/${encodeURIComponent(id)}/${how}`, { method: "POST", signal });
    },
    async listen(onEvent, signal) {
      const silence = new AbortController();
      const response = await ask("api/v1/events", { signal: AbortSignal.any([signal, silence.signal]) });
      const pieces = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      if (!pieces) return;
      const read = createEventReader();
      for (;;) {
        const timer = setTimeout(() => silence.abort(), SILENCE_MS);
        const { done, value } = await pieces.read().finally(() => clearTimeout(timer));
        if (done) return;
        read(value).forEach(onEvent);
      }
    },
  };
}
