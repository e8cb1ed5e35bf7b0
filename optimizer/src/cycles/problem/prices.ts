import { type RestsOn, slotEndMs } from "@ohmstead/contract";
import { DateTime } from "luxon";
import { type PricedGrid, pricedGrid } from "../../forecasts/priced-grid.ts";
import { bordersOf } from "./borders.ts";
import type { Draft, ProblemInputs } from "./draft.ts";

/** So many stretches are told one by one. */
const MOST_TOLD = 4;

/** The slots of the plan with their prices; where they are not the best source's own it is said. Undefined when nobody knows a price for now. */
export function pricedSlots(
  inputs: ProblemInputs,
  { note, miss }: Pick<Draft, "note" | "miss">,
): PricedGrid | undefined {
  const { config, nowMs, prices, overrides, priceGivers: givers = [] } = inputs;
  const { horizonHours } = config.planning;
  const grid = pricedGrid(nowMs, horizonHours, prices, { borders: bordersOf(config, overrides, nowMs), givers });
  if (!grid) {
    miss(
      "prices",
      "No price is known for now: nothing can be planned. Check prices.source in the config, push prices, or set prices.fallback",
    );
    return undefined;
  }
  const { restsOn, slots } = grid;
  const endMs = Math.max(...slots.slice(-1).map(slotEndMs));
  const isShort = endMs < nowMs + horizonHours * 3_600_000;
  if (isShort || restsOn.some(({ rung }) => rung !== "best")) {
    const say = restsOn.some(
      (each, k) => isGuess(each) && (k === 0 || restsOn.slice(k).some((later) => !isGuess(later))),
    )
      ? (text: string) => miss("prices", text)
      : note;
    say(spokenPrices(restsOn, config.timeZone, isShort));
  }
  return grid;
}

/** Not a price that anybody gave. */
const isGuess = ({ rung }: RestsOn): boolean => rung === "learned" || rung === "fallback";

/** "Prices: until Sun 7 Jan, 00:00 from octopus-agile, then as on days like these" */
function spokenPrices(restsOn: readonly RestsOn[], timeZone: string, isShort: boolean): string {
  const at = (ms: number): string =>
    DateTime.fromMillis(ms, { zone: timeZone }).toFormat("ccc d LLL, HH:mm", { locale: "en" });
  const told = restsOn.slice(0, restsOn.length > MOST_TOLD ? MOST_TOLD - 1 : MOST_TOLD);
  const parts = told.map((each, k) => {
    const until = k === restsOn.length - 1 && k > 0 && !isShort ? "" : `until ${at(each.untilMs)} `;
    return `${k > 0 ? "then " : ""}${until}${spokenRung(each, at)}`;
  });
  const rest = restsOn.length - told.length;
  const more = rest > 0 ? [`then ${rest} more changes`] : [];
  return `Prices: ${[...parts, ...more].join(", ")}${isShort ? "; the plan ends there" : ""}`;
}

function spokenRung({ rung, source, issuedAtMs }: RestsOn, at: (ms: number) => string): string {
  if (rung === "fallback") return `by ${source} of the config`;
  if (rung === "learned") return source === "price-shape" ? "as on days like these" : "the mean of those known";
  if (rung === "cached" && issuedAtMs !== undefined) return `as ${source} said on ${at(issuedAtMs)}`;
  return `from ${source}`;
}
