/** Digits that a person can use: a price to a tenth of a cent, power to 10 W, temperature to a tenth. */
function digitsOf(unit: string): number {
  if (unit === "%") return 0;
  if (unit === "°C" || unit === "K") return 1;
  return unit.endsWith("/kWh") ? 3 : 2;
}

/** For example "0.245 €/kWh"; what is not known is "–", never 0. */
export function valueText(value: number | undefined, unit: string): string {
  if (value === undefined) return "–";
  const rounded = value.toFixed(digitsOf(unit));
  const text = Number(rounded) === 0 ? (0).toFixed(digitsOf(unit)) : rounded; // no "-0.00"
  return `${text.replace("-", "−")} ${unit}`;
}

/** A battery's power in words rather than by its sign: charging counts positive. */
export function batteryPowerText(kw: number | undefined): string {
  if (kw === undefined || Math.abs(kw) < 0.005) return valueText(kw, "kW");
  return `${kw > 0 ? "charging" : "giving"} ${valueText(Math.abs(kw), "kW")}`;
}

/** For example "12.30 €"; money moves by cents. */
export function moneyText(amount: number, currency: string): string {
  return new Intl.NumberFormat("en-GB", { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(
    amount,
  );
}
