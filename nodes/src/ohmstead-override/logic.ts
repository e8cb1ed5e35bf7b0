import { NewOverride, type Override } from "@ohmstead/contract";

/** What a message asks for. */
export type Wish =
  | { readonly kind: "new"; readonly body: NewOverride }
  | { readonly kind: "end"; readonly id: string }
  | { readonly kind: "list" };

/** Throws with what to write instead. An empty payload asks for the list. */
export function wishIn(payload: unknown): Wish {
  if (payload === undefined || payload === null || payload === "") return { kind: "list" };
  if (typeof payload === "object" && "end" in payload && typeof payload.end === "string")
    return { kind: "end", id: payload.end };
  const body = NewOverride.safeParse(payload);
  if (body.success) return { kind: "new", body: body.data };
  throw new Error(
    'msg.payload must be { kind: "batteryHold", "boostWater" or "boostHeat", deviceId, minutes } or { end: id }',
  );
}

/** What listeners learn: the overrides in force, and how the last wish went. */
export interface OverrideNews {
  readonly active: readonly Override[];
  readonly result?: { readonly ok: boolean; readonly text: string };
}

export const textOf = (wish: Exclude<Wish, { kind: "list" }>): string =>
  wish.kind === "new" ? `${wish.body.kind}${wish.body.minutes ? ` for ${wish.body.minutes} min` : ""}` : "ended";
