import { inCurrency } from "@ohmstead/contract";

/** Where the market allows dearer hours than Europe's: 20 AUD in Australia, 9 USD in Texas. */
const DEARER: Readonly<Record<string, number>> = { USD: 2, AUD: 2, NZD: 2 };

export interface PossiblePrices {
  readonly least: number;
  readonly most: number;
  /** A whole day is never as dear as this in the middle. */
  readonly mostInTheMiddle: number;
  /** A usual price: about where the middle of a day lies. */
  readonly usual: number;
  /** Below this, prices may differ by any factor. */
  readonly small: number;
}

/**
 * What a kWh can cost. The day-ahead auctions of Europe take bids from −0.5 to 4 EUR (harmonised limits of the SDAC, to be raised after such hours),
 * the market of Australia from −1 to 20 AUD; taxes and fees come on top.
 */
export function possiblePrices(currency: string): PossiblePrices {
  const scale = inCurrency(DEARER[currency] ?? 1, currency);
  return {
    least: -1.5 * scale,
    most: 7 * scale,
    mostInTheMiddle: 1.5 * scale,
    usual: 0.1 * scale,
    small: 0.02 * scale,
  };
}
