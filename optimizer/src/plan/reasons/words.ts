import { currencySign, inCurrency, priceDigits, priceStep, sumDigits } from "@ohmstead/contract";
import { localClock } from "../../domain/local-time.ts";

/** A time of day alone is understood for this long ahead. */
const PLAIN_TIME_MS = 12 * 3_600_000;
/** On which the clocks are set back. */
const LONGEST_DAY_MS = 25 * 3_600_000;
const WEEKDAY_NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** How this house writes money, times and temperatures. */
export interface Words {
  /** "0.31 €/kWh", "72.4 Ft/kWh" */
  price(perKwh: number): string;
  /** "17:00", or "Sat 17:00" where the day is not plain: seen from a moment, in the house's time zone. */
  time(ms: number, fromMs: number): string;
}

/** "12.30 €", "4920 Ft" */
export const money = (amount: number, currency: string): string =>
  `${signed(amount, sumDigits(currency))} ${currencySign(currency)}`;

/** "20.5 °C" */
export const temp = (tempC: number): string => `${signed(tempC, 1)} °C`;

/** "45 %" */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** "2.1 kW" */
export const power = (kw: number): string => `${kw.toFixed(1)} kW`;

/** A true minus sign, and none before zero. */
const signed = (value: number, digits: number): string => {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
};

export function wordsFor(house: { readonly currency: string; readonly timeZone: string }): Words {
  // A plan has hundreds of reasons with times in them: a full calendar for each took a fifth of the planning.
  const clock = localClock(house.timeZone);
  return {
    price: (perKwh) => `${signed(perKwh, priceDigits(house.currency))} ${currencySign(house.currency)}/kWh`,
    time: (ms, fromMs) => {
      const { minuteOfDay, weekday } = clock(ms);
      const distanceMs = Math.abs(ms - fromMs);
      const isPlain =
        distanceMs <= PLAIN_TIME_MS || (distanceMs <= LONGEST_DAY_MS && weekday === clock(fromMs).weekday);
      const minutes = Math.floor(minuteOfDay);
      const text = `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
      return isPlain ? text : `${WEEKDAY_NAMES[weekday - 1]} ${text}`;
    },
  };
}

const twoDigits = (value: number): string => String(value).padStart(2, "0");

interface Money {
  readonly currency: string;
}

/** In euro. A reader can tell it from nothing, and cares. */
const CLEAR_EURO = 0.01;

/** Two prices of which the first is clearly higher. */
export const clearlyAbove = (price: number, other: number, { currency }: Money): boolean =>
  price - other >= inCurrency(CLEAR_EURO - 1e-9, currency);

/** Below zero by more than is hidden where a price is written. */
export const isNegative = (price: number, { currency }: Money): boolean => price < -priceStep(currency) / 2;
