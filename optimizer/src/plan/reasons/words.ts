import { DateTime } from "luxon";

const SYMBOLS: Readonly<Record<string, string>> = { EUR: "€", GBP: "£", USD: "$", SEK: "kr", NOK: "kr", DKK: "kr" };
/** A time of day alone is understood for this long ahead. */
const PLAIN_TIME_MS = 12 * 3_600_000;

/** How this house writes money, times and temperatures. */
export interface Words {
  /** "0.31 €/kWh" */
  price(perKwh: number): string;
  /** "17:00", or "Sat 17:00" where the day is not plain: seen from a moment, in the house's time zone. */
  time(ms: number, fromMs: number): string;
}

export const money = (amount: number, currency: string): string =>
  `${signed(amount, 2)} ${SYMBOLS[currency] ?? currency}`;

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
  const local = (ms: number) => DateTime.fromMillis(ms, { zone: house.timeZone, locale: "en" });
  return {
    price: (perKwh) => `${money(perKwh, house.currency)}/kWh`,
    time: (ms, fromMs) => {
      const [moment, from] = [local(ms), local(fromMs)];
      const isPlain = moment.hasSame(from, "day") || Math.abs(ms - fromMs) <= PLAIN_TIME_MS;
      return moment.toFormat(isPlain ? "HH:mm" : "ccc HH:mm");
    },
  };
}

/** Two prices that a reader can tell apart: the second is higher by more than rounding hides. */
export const clearlyAbove = (price: number, other: number): boolean => price - other >= 0.01 - 1e-9;

/** Below zero by more than a price in hundredths hides. */
export const isNegative = (price: number): boolean => price < -0.005;
