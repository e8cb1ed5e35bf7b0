/** Rough worth of a euro, where prices are known to be counted; of Australia and the United States, whose markets allow dearer hours, more. */
const PER_EURO: Readonly<Record<string, number>> = {
  EUR: 1,
  GBP: 1,
  CHF: 1,
  USD: 2,
  CAD: 2,
  AUD: 4,
  NZD: 4,
  BGN: 2,
  PLN: 4.5,
  RON: 5,
  DKK: 7,
};
/** Of any other currency: as much as the contract takes. */
const LARGEST_SCALE = 7;

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
  const scale = PER_EURO[currency] ?? LARGEST_SCALE;
  return {
    least: -1.5 * scale,
    most: 7 * scale,
    mostInTheMiddle: 1.5 * scale,
    usual: 0.1 * scale,
    small: 0.02 * scale,
  };
}
