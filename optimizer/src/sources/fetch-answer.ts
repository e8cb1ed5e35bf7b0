import type { z } from "zod";
import { SourceError, type SourceTrouble } from "../domain/errors.ts";
import { complaintsAbout } from "../domain/parse-config.ts";

export interface Request {
  /** The source's name, for messages. */
  readonly source: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, by POST; without it the request is a GET. */
  readonly body?: unknown;
  /** Where the credentials are changed, for the message when they are refused. */
  readonly credentials?: string;
  /** When it may be asked again, for a maker who says so in the body of an error. */
  readonly retryAt?: (body: unknown) => number | undefined;
  /** Whether an error is only a maker's way to say that there is nothing; then its body is given like that of a success. */
  readonly saysNothing?: (text: string) => boolean;
}

/** The body of a success. Rejects with SourceError that says what came instead, or with the signal's own reason when the caller gives up. */
export async function fetchText(url: URL, request: Request): Promise<string> {
  return textOf(url, await load(url, request), request);
}

/** The body of a success; throws SourceError for any other answer. */
function textOf(url: URL, { status, ok, text, retryAfter }: Loaded, request: Request): string {
  if (ok || request.saysNothing?.(text)) return text;
  const body = parseJson(text);
  const refusal = graphQlError(body);
  const said = refusal?.said ?? errorTextOf(body) ?? reasonInXml(text);
  const because = said ? `: ${said}` : "";
  const trouble = refusal?.trouble === "credentials" ? "credentials" : troubleOf(status);
  const remedy = trouble === "credentials" && request.credentials ? `; check ${request.credentials}` : "";
  throw new SourceError(
    request.source,
    `${url.host} answered ${status}${because} (asked for ${url.pathname})${remedy}`,
    { trouble, retryAfterMs: waitOf(retryAfter) ?? waitUntil(request.retryAt?.(body)) },
  );
}

/** One answer in the shape asked for. Rejects as fetchText does, and for a body that is not JSON or a field that is wrong. */
export async function fetchJson<S extends z.ZodType>(url: URL, schema: S, request: Request): Promise<z.output<S>> {
  return parsed(url, await fetchText(url, request), schema, request);
}

/** The same; undefined for an answer whose status, one of `nothing`, says that there is nothing yet. */
export async function fetchJsonIfAny<S extends z.ZodType>(
  url: URL,
  schema: S,
  nothing: readonly number[],
  request: Request,
): Promise<z.output<S> | undefined> {
  const loaded = await load(url, request);
  return nothing.includes(loaded.status) ? undefined : parsed(url, textOf(url, loaded, request), schema, request);
}

function parsed<S extends z.ZodType>(url: URL, text: string, schema: S, { source, credentials }: Request): z.output<S> {
  const body = parseJson(text);
  if (body === undefined)
    throw new SourceError(source, `${url.host} gave ${text.length} characters that are not JSON, perhaps cut off`);
  const refusal = graphQlError(body);
  if (refusal) {
    const remedy = refusal.trouble === "credentials" && credentials ? `; check ${credentials}` : "";
    throw new SourceError(source, `${url.host} answered with an error: ${refusal.said}${remedy}`, refusal);
  }
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const said = errorTextOf(body);
  if (said) throw new SourceError(source, `${url.host} answered with an error: ${said}`);
  throw new SourceError(
    source,
    `${url.host} gave an answer that cannot be used: ${spokenComplaints(schema, result.error)}`,
  );
}

/** The first three wrong fields, for a sentence; `within` stands before each of them. */
export const spokenComplaints = (schema: z.ZodType, error: z.ZodError, within = ""): string =>
  complaintsAbout(schema, error)
    .slice(0, 3)
    .map(({ field, message }) => `${within}${field} ${message}`)
    .join("; ");

function troubleOf(status: number): SourceTrouble {
  if (status === 401 || status === 403) return "credentials";
  if (status === 429) return "rateLimited";
  return status >= 500 || status === 408 ? "unreachable" : "malformed";
}

/** Retry-After in seconds or as a date. */
function waitOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null || retryAfter.trim() === "") return undefined;
  const seconds = Number(retryAfter);
  return Number.isFinite(seconds) ? bounded(seconds * 1000) : waitUntil(Date.parse(retryAfter));
}

const waitUntil = (ms: number | undefined): number | undefined => (ms === undefined ? ms : bounded(ms - Date.now()));
const bounded = (waitMs: number): number | undefined =>
  Number.isFinite(waitMs) && waitMs > 0 ? Math.min(waitMs, 86_400_000) : undefined;

interface Loaded {
  readonly status: number;
  readonly ok: boolean;
  readonly text: string;
  readonly retryAfter: string | null;
}

async function load(url: URL, { source, signal, timeoutMs, headers, body }: Request): Promise<Loaded> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    const { status, ok } = response;
    return { status, ok, text: await response.text(), retryAfter: response.headers.get("retry-after") };
  } catch (error) {
    signal.throwIfAborted();
    const isTimeout = error instanceof Error && error.name === "TimeoutError";
    throw new SourceError(
      source,
      isTimeout ? `${url.host} did not answer within ${timeoutMs / 1000} s` : `${url.host} cannot be reached`,
      { cause: error, trouble: "unreachable" },
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

/** What an error body says, in the spellings that are common: {reason}, {detail}, {error}, {message}, {message: {text}}, {response_status: {message}}. */
function errorTextOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  for (const key of ["reason", "detail", "error", "message", "text", "response_status"]) {
    const text = (body as Record<string, unknown>)[key];
    if (typeof text === "string" && text !== "") return text.slice(0, 200);
    if ((key === "message" || key === "response_status") && typeof text === "object") return errorTextOf(text);
  }
  return undefined;
}

/** GraphQL says with a status of success what it refused, and may give half of what was asked for beside it. */
function graphQlError(body: unknown): { readonly said: string; readonly trouble: SourceTrouble } | undefined {
  const { errors } = (body ?? {}) as { readonly errors?: unknown };
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  const all = errors as readonly { message?: unknown; extensions?: { code?: unknown } }[];
  const isUnknown = all.some((each) => each.extensions?.code === "UNAUTHENTICATED");
  const said = all.flatMap(({ message }) => (typeof message === "string" ? [message] : [])).join("; ");
  return { said: (said || "without a word").slice(0, 200), trouble: isUnknown ? "credentials" : "malformed" };
}

/** What an Acknowledgement_MarketDocument of ENTSO-E gives as its reason. */
const reasonInXml = (text: string): string | undefined => /<text>([^<]{1,200})<\/text>/.exec(text)?.[1];
