import { DeliveryError } from "../domain/errors.ts";

/** What came over the wire. */
export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

const LONGEST_WAIT_MS = 24 * 3_600_000;

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

function bodyOf(text: string): Fields {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Retry-After in seconds or as a date, or the moment in the body at which a daily limit ends. */
function waitOf({ retryAfter }: HttpAnswer, body: Fields, nowMs: number): number | undefined {
  const inSeconds = retryAfter === null || retryAfter.trim() === "" ? Number.NaN : Number(retryAfter);
  const limitReset = fieldsOf(body["extendedPayload"])["limitReset"];
  const untilMs = retryAfter === null ? Number(limitReset) : Date.parse(retryAfter);
  const waitMs = Number.isFinite(inSeconds) ? inSeconds * 1000 : untilMs - nowMs;
  return Number.isFinite(waitMs) && waitMs > 0 ? Math.min(Math.round(waitMs), LONGEST_WAIT_MS) : undefined;
}

/** The maker's own words for what is the matter behind its interface; they count more than the status. */
const BY_REASON: ReadonlyMap<unknown, DeliveryError["kind"]> = new Map<unknown, DeliveryError["kind"]>([
  ["EXPIRED TOKEN", "auth"],
  ["DEVICE_OFFLINE", "unreachable"],
  ["GATEWAY_OFFLINE", "unreachable"],
  ["RATE_LIMIT_EXCEEDED", "rateLimited"],
  ["DEVICE_COMMUNICATION_ERROR", "busy"],
]);

const BY_STATUS: ReadonlyMap<number, DeliveryError["kind"]> = new Map<number, DeliveryError["kind"]>([
  [400, "refused"],
  [401, "auth"],
  [403, "auth"],
  [404, "refused"],
  [405, "refused"],
  [408, "timeout"],
  [409, "busy"],
  [410, "refused"],
  [422, "refused"],
  [423, "busy"],
  [429, "rateLimited"],
  [503, "busy"],
  [504, "timeout"],
]);

/** What an answer that is not a success means for the call. `host` is for the message. */
export function failureOf(answer: HttpAnswer, host: string, nowMs: number): DeliveryError {
  const body = bodyOf(answer.text);
  const reason = fieldsOf(body["extendedPayload"])["reason"];
  const kind =
    BY_REASON.get(reason) ??
    BY_REASON.get(body["errorType"]) ??
    BY_REASON.get(body["error"]) ??
    BY_STATUS.get(answer.status) ??
    "error";
  const words = [reason, body["errorType"], body["message"], body["error"]];
  const said = words.find((each) => typeof each === "string" && each !== "");
  const retryAfterMs = waitOf(answer, body, nowMs);
  return new DeliveryError(
    kind,
    `${host} answered ${answer.status}${typeof said === "string" ? `: ${said.slice(0, 200)}` : ""}`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}
