import { type CurrencyCode, CURRENCY_CODES } from "@ohmstead/contract";
import { refuse } from "./checked-slots.ts";

interface Written {
  readonly major: readonly string[];
  /** A hundredth. */
  readonly minor: readonly string[];
}

const CENTS = ["c", "ct", "¢", "cent", "cents"];

/** How money is written in units of price beside its code, in small letters; where nothing stands here, by its code alone. */
const MONEY: Readonly<Partial<Record<CurrencyCode, Written>>> = {
  EUR: { major: ["€", "euro"], minor: ["ct", "c", "cent", "cents", "eurocent", "snt"] },
  GBP: { major: ["£", "pound"], minor: ["p", "pence", "penny"] },
  CHF: { major: ["fr"], minor: ["rp", "rappen", "ct"] },
  SEK: { major: ["kr"], minor: ["öre", "ore"] },
  NOK: { major: ["kr"], minor: ["øre", "öre", "ore"] },
  DKK: { major: ["kr"], minor: ["øre", "öre", "ore"] },
  ISK: { major: ["kr"], minor: ["aurar"] },
  PLN: { major: ["zł", "zl"], minor: ["gr", "grosz"] },
  CZK: { major: ["kč", "kc"], minor: ["haléř", "haler", "hal"] },
  HUF: { major: ["ft"], minor: ["fillér", "filler"] },
  RON: { major: ["lei"], minor: ["bani"] },
  BGN: { major: ["лв"], minor: ["ст"] },
  JPY: { major: ["¥", "円", "yen"], minor: ["銭", "sen"] },
  CNY: { major: ["¥", "元", "yuan"], minor: ["分", "fen"] },
  KRW: { major: ["₩", "원", "won"], minor: [] },
  INR: { major: ["₹", "rs"], minor: ["paise", "p"] },
  TRY: { major: ["₺", "tl"], minor: ["kuruş", "krş"] },
  UAH: { major: ["₴", "грн"], minor: ["коп"] },
  USD: { major: ["$"], minor: CENTS },
  AUD: { major: ["$"], minor: CENTS },
  NZD: { major: ["$"], minor: CENTS },
  CAD: { major: ["$"], minor: CENTS },
  SGD: { major: ["$"], minor: CENTS },
  HKD: { major: ["$"], minor: CENTS },
  MXN: { major: ["$"], minor: ["centavo", "centavos"] },
  BRL: { major: ["r$"], minor: ["centavo", "centavos"] },
  ZAR: { major: ["r"], minor: CENTS },
  IDR: { major: ["rp"], minor: [] },
  MYR: { major: ["rm"], minor: ["sen"] },
  PHP: { major: ["₱"], minor: ["centavo", "centavos"] },
  THB: { major: ["฿", "baht"], minor: ["satang"] },
  ILS: { major: ["₪"], minor: ["agorot"] },
  ALL: { major: ["lek", "lekë"], minor: [] },
  BAM: { major: ["km"], minor: ["pf"] },
  GEL: { major: ["₾"], minor: ["tetri"] },
  MDL: { major: ["lei"], minor: ["bani"] },
  MKD: { major: ["ден"], minor: [] },
  RSD: { major: ["din", "дин"], minor: ["para"] },
};
const writtenOf = (currency: string): Written => {
  const { major = [], minor = [] } = (MONEY as Readonly<Record<string, Written>>)[currency] ?? {};
  return { major: [currency.toLowerCase(), ...major], minor };
};

/** Whose word it is, the likeliest first. */
const nameOf = (word: string): string | undefined =>
  Object.entries(MONEY).find(([, { major, minor }]) => [...major, ...minor].includes(word))?.[0];

const remedyFor = (foreign: string, currency: string): string =>
  `set the source or the house's currency so that they agree, or write exchange: { from: ${foreign}, rate: how many ${currency} one ${foreign} is } beside kind in prices.source`;

const PER_ENERGY: Readonly<Record<string, number>> = { kwh: 1, mwh: 0.001 };

/**
 * What a price in such a unit ("EUR / MWh", "ct/kWh", "Öre/kWh") is multiplied by to be in the house's currency per kWh. Throws SourceError
 * for a unit that is not known, and for another currency: it is converted at no other rate than the household's own (exchange.ts).
 */
export function perKwhOf(unit: string, currency: string, source: string, field: string): number {
  const [money = "", energy = "", ...more] = unit.toLowerCase().replaceAll(/\s/g, "").split("/");
  const perEnergy = more.length === 0 ? PER_ENERGY[energy] : undefined;
  if (perEnergy !== undefined) {
    const { major, minor } = writtenOf(currency);
    if (major.includes(money)) return perEnergy;
    if (minor.includes(money)) return perEnergy / 100;
    const known = CURRENCY_CODES.find((code) => code.toLowerCase() === money) ?? nameOf(money);
    const foreign = known ?? (/^[a-z]{3}$/.test(money) ? money.toUpperCase() : undefined);
    if (foreign !== undefined)
      refuse(
        source,
        field,
        `is ${unit}, money of ${foreign}, but the house counts in ${currency}: ${remedyFor(foreign, currency)}`,
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
      `is ${given}, but the house counts in ${currency}: ${remedyFor(given.toUpperCase(), currency)}`,
    );
}
