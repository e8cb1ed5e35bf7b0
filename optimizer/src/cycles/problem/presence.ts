import { type Override, type Slot, slotEndMs, type TankConfig, type ZoneConfig } from "@ohmstead/contract";
import { DateTime } from "luxon";
import { comfortMinTempC } from "../../forecasts/comfort.ts";
import { forecastDraw } from "../../forecasts/hot-water.ts";
import type { Draft } from "./draft.ts";

// Who is at home, as people have said: nobody during a vacation, more than usual with guests. Guests go before: nobody is to freeze.

/** More people tap more hot water, and wait less patiently for it. */
const GUEST_DRAW_FACTOR = 1.5;
const GUEST_TANK_RAISE_K = 5;

type Wishes = Pick<Draft, "overrides" | "nowMs">;

/** The latest end of a kind of wish that holds now. */
const endOf = ({ overrides, nowMs }: Wishes, kind: Override["kind"]): number | undefined => {
  const ends = overrides.flatMap((each) => (each.kind === kind && each.untilMs > nowMs ? [each.untilMs] : []));
  return ends.length > 0 ? Math.max(...ends) : undefined;
};

type Presence = "usual" | "away" | "guests";

/** How it is at the end of a slot: at the moment of the return it is as usual again, and guests are warm until they leave. */
const presenceAt = (draft: Wishes): ((slot: Slot) => Presence) => {
  const [returnMs = 0, guestsUntilMs = 0] = [endOf(draft, "vacation"), endOf(draft, "guests")];
  return (slot) => {
    const endMs = slotEndMs(slot);
    if (endMs <= guestsUntilMs) return "guests";
    return endMs < returnMs ? "away" : "usual";
  };
};

/** Lowest temperature wished for at the end of each slot. Whoever comes home finds it warm as by day, whatever the hour. */
export function wishedMinTempC(draft: Draft, comfort: ZoneConfig["comfort"]): number[] {
  const { slots, clock } = draft;
  const { night: _night, ...byDay } = comfort;
  const usual = comfortMinTempC(slots, comfort, clock);
  const asByDay = comfortMinTempC(slots, byDay, clock);
  const presence = presenceAt(draft);
  const returnMs = endOf(draft, "vacation");
  return slots.map((slot, k) => {
    const usualC = usual[k] ?? comfort.minTempC;
    const dayC = asByDay[k] ?? comfort.minTempC;
    const who = presence(slot);
    if (who === "away") return Math.min(usualC, comfort.vacationTempC);
    return who === "guests" || slotEndMs(slot) === returnMs ? Math.max(usualC, dayC) : usualC;
  });
}

/** Lowest temperature of a tank at the end of each slot. */
export function wishedTankMinTempC(draft: Draft, { minTempC, maxTempC, vacationTempC }: TankConfig): number[] {
  const presence = presenceAt(draft);
  const byPresence: Record<Presence, number> = {
    usual: minTempC,
    away: Math.min(minTempC, vacationTempC),
    guests: Math.max(minTempC, Math.min(maxTempC, minTempC + GUEST_TANK_RAISE_K)),
  };
  return draft.slots.map((slot) => byPresence[presence(slot)]);
}

/** What the taps take, kW of heat: nothing of an empty house until people are back in it. */
export function expectedDrawKw(draft: Draft, { id }: TankConfig): number[] {
  const presence = presenceAt(draft);
  const [returnMs = 0] = [endOf(draft, "vacation")];
  const factorOf = (slot: Slot): number => {
    if (presence(slot) === "guests") return GUEST_DRAW_FACTOR;
    return slot.startMs < returnMs ? 0 : 1;
  };
  const profile = draft.usualDraws.get(id);
  const usual = profile ? forecastDraw(draft.slots, profile) : [];
  return draft.slots.map((slot, k) => (usual[k] ?? 0) * factorOf(slot));
}

/** Says what the plan makes of a vacation. */
export function noteVacation(draft: Draft): void {
  const { config, endMs, note } = draft;
  const returnMs = endOf(draft, "vacation");
  if (returnMs === undefined) return;
  const back = DateTime.fromMillis(returnMs, { zone: config.timeZone }).toFormat("ccc d LLL, HH:mm", { locale: "en" });
  note(
    returnMs <= endMs
      ? `Everybody is away until ${back}: rooms and water are warm again by then`
      : `Everybody is away until ${back}: heating up for the return begins when it comes within the plan`,
  );
}
