/**
 * Roughly how many units of each currency one euro buys: first those of the European Central Bank's reference rates, below the gap others, as of
 * autumn 2025, from general knowledge and rounded to what stays true for years. It is an order of magnitude for thresholds, limits and usual
 * prices, never a rate to convert an amount with.
 */
const PER_EURO = {
  EUR: 1,
  AUD: 2,
  BGN: 2,
  BRL: 6,
  CAD: 1.5,
  CHF: 1,
  CNY: 8,
  CZK: 25,
  DKK: 7.5,
  GBP: 1,
  HKD: 9,
  HUF: 400,
  IDR: 20_000,
  ILS: 4,
  INR: 100,
  ISK: 150,
  JPY: 175,
  KRW: 1600,
  MXN: 20,
  MYR: 5,
  NOK: 12,
  NZD: 2,
  PHP: 70,
  PLN: 4,
  RON: 5,
  SEK: 11,
  SGD: 1.5,
  THB: 40,
  TRY: 50,
  USD: 1,
  ZAR: 20,

  ALL: 100,
  BAM: 2,
  GEL: 3,
  MDL: 20,
  MKD: 60,
  RSD: 120,
  UAH: 50,
  AED: 4,
  ARS: 1700,
  AZN: 2,
  BDT: 140,
  CLP: 1100,
  COP: 4500,
  CRC: 600,
  EGP: 55,
  KES: 150,
  KZT: 600,
  LKR: 350,
  MAD: 11,
  NGN: 1700,
  PEN: 4,
  PKR: 330,
  QAR: 4,
  SAR: 4,
  TWD: 35,
  UYU: 46,
  VND: 30_000,
  /** No currency: an exercise, whose figures are like those in euro. */
  XXX: 1,
} as const;

/** ISO 4217. */
export type CurrencyCode = keyof typeof PER_EURO;
export const CURRENCY_CODES = Object.keys(PER_EURO).toSorted() as readonly CurrencyCode[];

const SIGNS: Readonly<Record<string, string>> = {
  EUR: "€",
  GBP: "£",
  USD: "$",
  SEK: "kr",
  NOK: "kr",
  DKK: "kr",
  ISK: "kr",
  CZK: "Kč",
  HUF: "Ft",
  PLN: "zł",
  RON: "lei",
  JPY: "¥",
  KRW: "₩",
  INR: "₹",
};

/** What a euro is worth, roughly. A currency that no config can name counts like the euro. */
export const perEuro = (currency: string): number => (PER_EURO as Readonly<Record<string, number>>)[currency] ?? 1;

/** An amount of the same order of size: 0.02 EUR are about 8 HUF. For thresholds and limits that were chosen in euro. */
export const inCurrency = (euro: number, currency: string): number => euro * perEuro(currency);

/** A usual price per kWh, for messages: 0.245, or 98 in forints. */
export const examplePrice = (currency: string): number => Number(inCurrency(0.245, currency).toPrecision(3));

/** "€", "Ft", "kr"; the code itself where no sign is usual. */
export const currencySign = (currency: string): string => SIGNS[currency] ?? currency;

/** From here on nobody pays hundredths. */
const WHOLE_UNITS_FROM = 100;

/** Digits after the point that a sum of money is written with: cents, pence and øre, but whole forints and yen. */
export const sumDigits = (currency: string): number => (perEuro(currency) >= WHOLE_UNITS_FROM ? 0 : 2);

/** Digits after the point of a price per kWh: one more, where a sum has none. */
export const priceDigits = (currency: string): number => sumDigits(currency) || 1;

/** The same where prices stand beside each other: to about a tenth of a cent. */
export const finePriceDigits = (currency: string): number => Math.max(1, Math.round(3 - Math.log10(perEuro(currency))));

/** The least difference of two prices per kWh that shows. */
export const priceStep = (currency: string): number => 10 ** -priceDigits(currency);
