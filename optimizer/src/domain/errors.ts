import type { CommandReport } from "@ohmstead/contract";

/** Decide by type, never by message text; the message says what to do. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Input that cannot be used: every complaint names its field. The API answers 422, `ohmstead solve` exits with 2. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly errors: readonly { readonly field: string; readonly message: string }[];

  constructor(message: string, errors: InputError["errors"]) {
    super(message);
    this.errors = errors;
  }
}

export class NotFound extends Error {
  override readonly name = "NotFound";
}

/** Not yet: the house has said too little, or nobody gave a price for now. Ask again later. */
export class NotReady extends Error {
  override readonly name = "NotReady";
}

/** Why a source gave nothing that can be used; decides when it is asked again, and what its owner is told. */
export type SourceTrouble =
  /** No answer in time, none at all, or an error of its own (5xx). */
  | "unreachable"
  /** It does not take our credentials (401, 403), or there are none: asking again is of no use before they are changed. */
  | "credentials"
  /** It asks for patience (429). */
  | "rateLimited"
  /** An answer that cannot be used, the field named; or a question that it does not understand (other 4xx). */
  | "malformed";

/** A source of prices, weather, sun or history that gave no usable answer. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly source: string;
  /** The message without the source's name, for where that stands beside it. */
  readonly complaint: string;
  readonly trouble: SourceTrouble;
  /** What it asked for, as by Retry-After. */
  readonly retryAfterMs: number | undefined;

  constructor(
    source: string,
    message: string,
    options: ErrorOptions & { readonly trouble?: SourceTrouble; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(`${source}: ${message}`, options);
    this.source = source;
    this.complaint = message;
    this.trouble = options.trouble ?? "malformed";
    this.retryAfterMs = options.retryAfterMs;
  }
}

export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** No engine gave an answer in time, or none that can be trusted. */
export class SolverError extends Error {
  override readonly name = "SolverError";
}

/** A call that a device, or the interface in front of it, did not take. The kind decides what may be tried next. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  readonly kind: NonNullable<CommandReport["failure"]>["kind"];
  /** What the other side asked for, as by Retry-After. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: DeliveryError["kind"], message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options);
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }
}
