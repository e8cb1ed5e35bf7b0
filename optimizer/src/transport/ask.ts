import { DeliveryError } from "../domain/errors.ts";
import type { HttpAnswer } from "./answer-failure.ts";

export interface Question {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams;
}

/** One question over HTTP. Any answer is an answer; rejects with DeliveryError when none comes. */
export async function ask(
  url: URL,
  question: Question,
  timeLimitMs: number,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  const limit = AbortSignal.timeout(timeLimitMs);
  try {
    const response = await fetch(url, { ...question, signal: signal ? AbortSignal.any([signal, limit]) : limit });
    return {
      status: response.status,
      retryAfter: response.headers.get("retry-after"),
      text: await response.text(),
    };
  } catch (error) {
    signal?.throwIfAborted();
    throw limit.aborted
      ? new DeliveryError("timeout", `${url.host} did not answer within ${timeLimitMs / 1000} s`, { cause: error })
      : new DeliveryError("unreachable", `${url.host} cannot be reached`, { cause: error });
  }
}
