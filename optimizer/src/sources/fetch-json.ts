import type { z } from "zod";
import { SourceError } from "../domain/errors.ts";
import { complaintsAbout } from "../domain/parse-config.ts";

export interface Request {
  /** The source's name, for messages. */
  readonly source: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/**
 * One answer in the shape asked for. Rejects with SourceError that says what came instead: no answer, an error with its text,
 * a body that is not JSON, a field that is wrong. Rejects with the signal's own reason when the caller gives up.
 */
export async function fetchJson<S extends z.ZodType>(url: URL, schema: S, request: Request): Promise<z.output<S>> {
  const { source } = request;
  const { status, ok, text } = await load(url, request);
  const body = parseJson(text);
  const said = errorTextOf(body);
  if (!ok) {
    const because = said ? `: ${said}` : "";
    throw new SourceError(source, `${url.host} answered ${status}${because} (asked for ${url.pathname})`);
  }
  if (body === undefined)
    throw new SourceError(source, `${url.host} gave ${text.length} characters that are not JSON, perhaps cut off`);
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  if (said) throw new SourceError(source, `${url.host} answered with an error: ${said}`);
  const complaints = complaintsAbout(schema, result.error)
    .slice(0, 3)
    .map(({ field, message }) => `${field} ${message}`);
  throw new SourceError(source, `${url.host} gave an answer that cannot be used: ${complaints.join("; ")}`);
}

async function load(url: URL, { source, signal, timeoutMs }: Request) {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      headers: { accept: "application/json" },
    });
    return { status: response.status, ok: response.ok, text: await response.text() };
  } catch (error) {
    signal.throwIfAborted();
    const isTimeout = error instanceof Error && error.name === "TimeoutError";
    throw new SourceError(
      source,
      isTimeout ? `${url.host} did not answer within ${timeoutMs / 1000} s` : `${url.host} cannot be reached`,
      { cause: error },
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What an error body says, in the spellings that are common: {reason}, {detail}, {error}, {message}. */
function errorTextOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  for (const key of ["reason", "detail", "error", "message"]) {
    const text = (body as Record<string, unknown>)[key];
    if (typeof text === "string" && text !== "") return text.slice(0, 200);
  }
  return undefined;
}
