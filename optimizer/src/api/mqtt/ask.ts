import type { NewOverride, Override } from "@ohmstead/contract";

/** What somebody asks for over MQTT. */
export type Ask =
  | { readonly kind: "add"; readonly wish: NewOverride }
  | { readonly kind: "end"; readonly ids: readonly string[] }
  | { readonly kind: "replan" };

/** A payload that means nothing: it says what to write instead. */
export class BadPayload extends Error {
  override readonly name = "BadPayload";
}

export const BY = "homeassistant";
const DAY_MINUTES = 24 * 60;
const LONGEST_VACATION_DAYS = 60;

/** The overrides of one kind and device: one at most. */
const ofKind = (active: readonly Override[], { kind, deviceId }: Pick<NewOverride, "kind" | "deviceId">) =>
  active.filter((each) => each.kind === kind && each.deviceId === deviceId).map(({ id }) => id);

/** A switch: on asks, off ends. One that is inverted (automatic) asks when it is switched off. */
export function askOfSwitch(
  payload: string,
  subject: Pick<NewOverride, "kind" | "deviceId">,
  active: readonly Override[],
  isInverted = false,
): Ask {
  if (payload !== "ON" && payload !== "OFF")
    throw new BadPayload(`"${payload}" is no state of a switch: write ON or OFF`);
  const isAsking = (payload === "ON") !== isInverted;
  return isAsking ? { kind: "add", wish: { ...subject, by: BY } } : { kind: "end", ids: ofKind(active, subject) };
}

/** Days until the return; 0: everybody is back. */
export function askOfVacationDays(payload: string, active: readonly Override[]): Ask {
  const days = payload.trim() === "" ? Number.NaN : Number(payload);
  if (!Number.isFinite(days) || days < 0 || days > LONGEST_VACATION_DAYS)
    throw new BadPayload(`"${payload}" is no number of days: write 0 to ${LONGEST_VACATION_DAYS}, 0 for being back`);
  return days === 0
    ? { kind: "end", ids: ofKind(active, { kind: "vacation" }) }
    : { kind: "add", wish: { kind: "vacation", minutes: days * DAY_MINUTES, by: BY } };
}

export function askOfButton(payload: string): Ask {
  if (payload !== "PRESS") throw new BadPayload(`"${payload}" does not press a button: write PRESS`);
  return { kind: "replan" };
}
