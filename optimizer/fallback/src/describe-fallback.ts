import type { FallbackPack } from "@ohmstead/contract";
import type { FallbackDecision } from "./decide-fallback.ts";
import { priceAt, priceLevel } from "./price-level.ts";

const LEVEL_TEXTS = { cheap: "cheap", normal: "middling", expensive: "dear" } as const;

/** "1 h 40 min" */
function duration(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 ? `${hours} h` : "", rest > 0 ? `${rest} min` : ""].filter(Boolean).join(" ");
}

/** What fallback does at a moment, for people: which rung, how long or why, and which devices a reading overruled. */
export function describeFallback(pack: FallbackPack, decision: FallbackDecision, nowMs: number): string {
  const overruled = decision.actions.filter(({ by }) => by === "guard").map(({ reason }) => reason.replace(/\.$/, ""));
  const exceptions = overruled.length > 0 ? ` Overruled: ${overruled.join("; ")}.` : "";
  return `The planning service does not answer. ${rungText(pack, decision, nowMs)}${exceptions}`;
}

function rungText(pack: FallbackPack, { rung }: FallbackDecision, nowMs: number): string {
  if (rung === "plan") return `Its last plan goes on for another ${duration(pack.planValidUntilMs - nowMs)}.`;
  const price = priceAt(pack.prices, nowMs)?.importPricePerKwh;
  const level = priceLevel(pack.prices, nowMs);
  if (rung === "safe" || price === undefined || level === undefined)
    return "Its last plan has ended and no prices are known; every device is in its safe state.";
  return `Its last plan has ended; devices follow the price of the hour, ${price.toFixed(Math.abs(price) < 10 ? 2 : 0)} per kWh, which is ${LEVEL_TEXTS[level]}.`;
}
