import { currencySign, finePriceDigits, sumDigits } from "@ohmstead/contract/currency";

/** Digits that a person can use: power to 10 W, temperature to a tenth. */
function digitsOf(unit: string): number {
  if (unit === "%") return 0;
  return unit === "°C" || unit === "K" ? 1 : 2;
}

/** Of prices, which their money decides. */
export const priceLook = (currency: string): { readonly unit: string; readonly digits: number } => ({
  unit: `${currencySign(currency)}/kWh`,
  digits: finePriceDigits(currency),
});

/** For example "0.245 €/kWh"; what is not known is "–", never 0. */
export function valueText(value: number | undefined, unit: string, digits = digitsOf(unit)): string {
  if (value === undefined) return "–";
  const rounded = value.toFixed(digits);
  const text = Number(rounded) === 0 ? (0).toFixed(digits) : rounded; // no "-0.00"
  return `${text.replace("-", "−")} ${unit}`;
}

/** A battery's power in words rather than by its sign: charging counts positive. */
export function batteryPowerText(kw: number | undefined): string {
  if (kw === undefined || Math.abs(kw) < 0.005) return valueText(kw, "kW");
  return `${kw > 0 ? "charging" : "giving"} ${valueText(Math.abs(kw), "kW")}`;
}

/** For example "€12.30", "Ft 4,920": as people pay, in cents or in whole units. */
export function moneyText(amount: number, currency: string): string {
  const digits = { minimumFractionDigits: sumDigits(currency), maximumFractionDigits: sumDigits(currency) };
  const look = { style: "currency", currency, currencyDisplay: "narrowSymbol", ...digits } as const;
  return new Intl.NumberFormat("en-GB", look).format(amount);
}

/** An amount that is not all zeros where it is written. */
export const isWorthWords = (amount: number, currency: string): boolean => /[1-9]/.test(moneyText(amount, currency));
