import { refuse } from "./checked-slots.ts";

interface Written {
  readonly major: readonly string[];
  /** A hundredth. */
  readonly minor: readonly string[];
}

/** How money is written in units of price, in small letters. */
const MONEY: Readonly<Record<string, Written>> = {
  EUR: { major: ["eur", "€", "euro"], minor: ["ct", "c", "cent", "cents", "eurocent", "snt"] },
  GBP: { major: ["gbp", "£", "pound"], minor: ["p", "pence", "penny"] },
  SEK: { major: ["sek", "kr"], minor: ["öre", "ore"] },
  NOK: { major: ["nok", "kr"], minor: ["øre", "öre", "ore"] },
  DKK: { major: ["dkk", "kr"], minor: ["øre", "öre", "ore"] },
  ISK: { major: ["isk", "kr"], minor: [] },
  PLN: { major: ["pln", "zł", "zl"], minor: ["gr", "grosz"] },
  CZK: { major: ["czk", "kč", "kc"], minor: [] },
  HUF: { major: ["huf", "ft"], minor: [] },
  RON: { major: ["ron", "lei"], minor: ["bani"] },
  BGN: { major: ["bgn", "лв"], minor: [] },
  CHF: { major: ["chf", "fr"], minor: ["rp", "rappen", "ct"] },
};
const writtenOf = (currency: string): Written =>
  MONEY[currency] ?? { major: [currency.toLowerCase(), "$"], minor: ["c", "ct", "cent", "cents"] };

const PER_ENERGY: Readonly<Record<string, number>> = { kwh: 1, mwh: 0.001 };

/**
 * What a price in such a unit ("EUR / MWh", "ct/kWh", "Öre/kWh") is multiplied by to be in the house's currency per kWh. Throws SourceError
 * for a unit that is not known, and for another currency: Ohmstead converts no money.
 */
export function perKwhOf(unit: string, currency: string, source: string, field: string): number {
  const [money = "", energy = "", ...more] = unit.toLowerCase().replaceAll(/\s/g, "").split("/");
  const perEnergy = more.length === 0 ? PER_ENERGY[energy] : undefined;
  if (perEnergy !== undefined) {
    const { major, minor } = writtenOf(currency);
    if (major.includes(money)) return perEnergy;
    if (minor.includes(money)) return perEnergy / 100;
    const known = Object.entries(MONEY).find(([, each]) => [...each.major, ...each.minor].includes(money))?.[0];
    const foreign = known ?? (/^[a-z]{3}$/.test(money) ? money.toUpperCase() : undefined);
    if (foreign !== undefined)
      refuse(
        source,
        field,
        `is ${unit}, money of ${foreign}, but the house counts in ${currency}: set the source or the house's currency so that they agree`,
      );
  }
  return refuse(source, field, `is "${unit}", a unit that is not known: ${currency}/kWh and ${currency}/MWh are`);
}

/** Throws SourceError for a currency that is not the house's. */
export function wantCurrency(given: string, currency: string, source: string, field: string): void {
  if (given.toUpperCase() !== currency)
    refuse(
      source,
      field,
      `is ${given}, but the house counts in ${currency}: set the source or the house's currency so that they agree`,
    );
}
