import { DeliveryError } from "../domain/errors.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { failureOf, type HttpAnswer } from "./answer-failure.ts";
import { ask } from "./ask.ts";

export interface MakerApiSetup {
  readonly id: string;
  readonly baseUrl: string;
  readonly tokens: AccessTokens;
  readonly callsPerDay: number;
  /** So many of them are never spent on reading. */
  readonly keptForOrders: number;
  readonly nowMs: () => number;
}

export interface MakerRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH";
  readonly path: string;
  readonly body?: unknown;
}

/** A maker's interface over HTTP. Everything rejects with DeliveryError. */
export interface MakerApi {
  readonly id: string;
  /** The JSON of a success. `timeLimitMs` counts from here, a refresh of the token included. */
  readonly send: (request: MakerRequest, timeLimitMs: number, signal?: AbortSignal) => Promise<unknown>;
  readonly callsLeft: () => number;
}

const DAY_MS = 24 * 3_600_000;
const USUAL_PAUSE_MS = 60_000;

const isSuccess = ({ status }: HttpAnswer): boolean => status >= 200 && status < 300;

/**
 * Speaks for one account: the token is renewed when it runs out and once when it is refused; the day's calls are counted, and while the
 * maker has asked for a pause nothing is sent.
 */
export function createMakerApi({ id, baseUrl, tokens, callsPerDay, keptForOrders, nowMs }: MakerApiSetup): MakerApi {
  const { host } = new URL(baseUrl);
  let calledAtMs: number[] = [];
  let pausedUntilMs = 0;

  const callsLeft = (): number => {
    const sinceMs = nowMs() - DAY_MS;
    calledAtMs = calledAtMs.filter((each) => each > sinceMs);
    return callsPerDay - calledAtMs.length;
  };

  function checkPause(method: MakerRequest["method"]): void {
    const pauseMs = pausedUntilMs - nowMs();
    if (pauseMs > 0)
      throw new DeliveryError("rateLimited", `${host} asked for a pause`, { retryAfterMs: Math.round(pauseMs) });
    const left = callsLeft() - (method === "GET" ? keptForOrders : 0);
    if (left > 0) return;
    const freeAtMs = (calledAtMs[0] ?? nowMs()) + DAY_MS;
    throw new DeliveryError("rateLimited", `the ${callsPerDay} calls a day to ${host} are used up`, {
      retryAfterMs: Math.round(freeAtMs - nowMs()),
    });
  }

  async function call({ method, path, body }: MakerRequest, token: string, timeLimitMs: number, signal?: AbortSignal) {
    checkPause(method);
    calledAtMs.push(nowMs());
    const headers = { accept: "application/json", authorization: `Bearer ${token}` };
    return ask(
      new URL(baseUrl + path),
      body === undefined
        ? { method, headers }
        : { method, headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) },
      timeLimitMs,
      signal,
    );
  }

  function fail(answer: HttpAnswer): never {
    const failure = failureOf(answer, host, nowMs());
    if (failure.kind === "rateLimited") pausedUntilMs = nowMs() + (failure.retryAfterMs ?? USUAL_PAUSE_MS);
    throw failure;
  }

  const isExpired = (answer: HttpAnswer): boolean => failureOf(answer, host, nowMs()).kind === "auth";

  return {
    id,
    send: async (request, timeLimitMs, signal) => {
      const untilMs = performance.now() + timeLimitMs;
      const left = () => Math.max(1, Math.round(untilMs - performance.now()));
      checkPause(request.method);
      const token = await tokens.current();
      let answer = await call(request, token, left(), signal);
      if (!isSuccess(answer) && answer.status !== 403 && isExpired(answer))
        answer = await call(request, await tokens.insteadOf(token), left(), signal);
      if (!isSuccess(answer)) return fail(answer);
      return successIn(answer, host);
    },
    callsLeft,
  };
}

/** A success must be JSON, or nothing at all, and must not say inside that it is none. */
function successIn({ text }: HttpAnswer, host: string): unknown {
  if (text.trim() === "") return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new DeliveryError("error", `${host} gave ${text.length} characters that are not JSON, perhaps cut off`, {
      cause: error,
    });
  }
  const { data } = (typeof body === "object" && body !== null ? body : {}) as { data?: unknown };
  const { success, reason } = (typeof data === "object" && data !== null ? data : {}) as {
    success?: unknown;
    reason?: unknown;
  };
  if (success === false) throw new DeliveryError("error", `${host} could not do it: ${String(reason)}`);
  return body;
}
