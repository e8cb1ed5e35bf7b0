import { DateTime } from "luxon";

/** The day of the European day-ahead market, which is that of Brussels, Oslo and Berlin. */
export const MARKET_ZONE = "Europe/Brussels";

/** A day of the market: 23, 24 or 25 hours. */
export interface MarketDay {
  /** 2026-03-29 */
  readonly date: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Yesterday, today and tomorrow, as the market counts. */
export function marketDays(nowMs: number, zone = MARKET_ZONE): readonly [MarketDay, MarketDay, MarketDay] {
  const today = DateTime.fromMillis(nowMs, { zone }).startOf("day");
  const dayAt = (days: number): MarketDay => {
    const start = today.plus({ days });
    return {
      date: start.toFormat("yyyy-MM-dd"),
      startMs: start.toMillis(),
      endMs: start.plus({ days: 1 }).toMillis(),
    };
  };
  return [dayAt(-1), dayAt(0), dayAt(1)];
}
