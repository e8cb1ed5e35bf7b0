import { NewOverride, type Override, type OverrideChoice, OverrideKind } from "@ohmstead/contract";

/** What a message asks for. */
export type Wish =
  | { readonly kind: "new"; readonly body: NewOverride }
  | { readonly kind: "end"; readonly id: string; readonly by: string }
  | { readonly kind: "list" };

/** Who asks, unless the message says. */
const BY = "node-red";

/** Throws with what to write instead. An empty payload asks for the list. */
export function wishIn(payload: unknown): Wish {
  if (payload === undefined || payload === null || payload === "") return { kind: "list" };
  if (typeof payload === "object" && "end" in payload && typeof payload.end === "string")
    return { kind: "end", id: payload.end, by: "by" in payload && typeof payload.by === "string" ? payload.by : BY };
  const body = NewOverride.safeParse(payload);
  if (body.success) return { kind: "new", body: { by: BY, ...body.data } };
  const wrong = body.error.issues.map(({ path, message }) => `${path.join(".") || "it"}: ${message}`).join("; ");
  throw new Error(
    `msg.payload must be { kind, deviceId, minutes or untilMs } with a kind of ${OverrideKind.options.join(", ")}, or { end: id } (${wrong})`,
  );
}

/** What listeners learn: the overrides in force, all that can be asked for, and how the last wish went. */
export interface OverrideNews {
  readonly active: readonly Override[];
  readonly choices: readonly OverrideChoice[];
  readonly result?: { readonly ok: boolean; readonly text: string };
}

export const textOf = (wish: Exclude<Wish, { kind: "list" }>): string =>
  wish.kind === "new" ? `${wish.body.kind}${wish.body.minutes ? ` for ${wish.body.minutes} min` : ""}` : "ended";
