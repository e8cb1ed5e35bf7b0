import { z } from "zod";
import { CURRENCY_CODES, examplePrice, inCurrency, perEuro } from "./currency.ts";

/** Of a config or a problem: what all its money counts in. */
export const Currency = z.enum(CURRENCY_CODES, {
  error: ({ input }) =>
    input === undefined
      ? "is needed: the ISO 4217 code of your money, for example EUR, GBP or SEK"
      : "is no currency that is known here: write an ISO 4217 code such as EUR, GBP, SEK or HUF (optimizer/contract/src/currency.ts has all)",
});

/** What a money field may be, in euro: in another currency it is about as much. */
interface MoneyLimits {
  readonly leastEuro: number;
  readonly mostEuro: number;
  /** What beyond the limits is likely, where something is. */
  readonly looksLike?: string;
}

const moneyFields = z.registry<MoneyLimits>();

/**
 * An amount in the house's currency. A default stands beside it in euro; limits and default are those of the currency once the whole is known:
 * `usualMoney` before, `moneyComplaints` after the parse.
 */
export const money = (limits: MoneyLimits) => z.number().register(moneyFields, limits);

/** A price per kWh, whoever says it. */
export const price = money({ leastEuro: -50, mostEuro: 50, looksLike: "looks like cents or price per MWh" });
/** A price per kWh that a person writes into the config. */
export const pricePerKwh = money({ leastEuro: -5, mostEuro: 5, looksLike: "looks like cents" });
/** What ageing costs per kWh. */
export const wear = money({ leastEuro: 0, mostEuro: 5 }).min(0);
/** What a start of a machine costs. */
export const startPrice = money({ leastEuro: 0, mostEuro: 50 }).min(0);
/** What a kelvin too cold is worth, per hour. */
export const discomfort = money({ leastEuro: 0, mostEuro: 100 }).min(0);
/** What a change is to save. */
export const gain = money({ leastEuro: 0, mostEuro: 10 }).min(0);
/** What a wish is worth, never negative. */
export const weight = money({ leastEuro: 0, mostEuro: 1000 }).min(0);

interface MoneyField {
  readonly amount: unknown;
  /** The default, in euro. */
  readonly usualEuro: unknown;
  readonly limits: MoneyLimits;
  readonly path: readonly PropertyKey[];
}

interface Definition {
  readonly type: string;
  readonly innerType?: z.core.$ZodType;
  readonly defaultValue?: unknown;
  readonly element?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly options?: readonly z.core.$ZodType[];
  readonly in?: z.core.$ZodType;
  readonly out?: z.core.$ZodType;
}
const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The option of a union that a value has the shape of. */
function fits(schema: z.core.$ZodType, value: unknown): boolean {
  const { type, innerType, in: input, out } = definitionOf(schema);
  if (innerType) return fits(innerType, value);
  if (type === "pipe" && input && out) return fits(definitionOf(input).type === "transform" ? out : input, value);
  if (type === "array") return Array.isArray(value);
  return type === "object" ? isRecord(value) : true;
}

/** The same value with every amount of money in it changed; parts without money are kept as they are. */
function mapMoney(
  schema: z.core.$ZodType,
  value: unknown,
  change: (field: MoneyField) => unknown,
  { path = [], usual }: { readonly path?: readonly PropertyKey[]; readonly usual?: unknown } = {},
): unknown {
  const limits = moneyFields.get(schema as z.ZodNumber);
  if (limits) return change({ amount: value, usualEuro: usual, limits, path });
  const { type, innerType, defaultValue, element, shape, options, in: input, out } = definitionOf(schema);
  if (type === "default" && innerType) return mapMoney(innerType, value, change, { path, usual: defaultValue });
  if (type === "prefault" && innerType) return mapMoney(innerType, value ?? defaultValue, change, { path });
  if (innerType) return mapMoney(innerType, value, change, { path, usual });
  if (type === "pipe" && input && out)
    return mapMoney(definitionOf(input).type === "transform" ? out : input, value, change, { path });
  if (options) {
    const option = options.find((each) => fits(each, value));
    return option ? mapMoney(option, value, change, { path }) : value;
  }
  if (element && Array.isArray(value)) {
    const mapped = value.map((each, k) => mapMoney(element, each, change, { path: [...path, k] }));
    return mapped.every((each, k) => each === value[k]) ? value : mapped;
  }
  if (!shape || !isRecord(value)) return value;
  const changed = Object.entries(shape).flatMap(([key, field]) => {
    const mapped = mapMoney(field, value[key], change, { path: [...path, key] });
    return mapped === value[key] ? [] : [[key, mapped] as const];
  });
  return changed.length > 0 ? { ...value, ...Object.fromEntries(changed) } : value;
}

/** What was left away of the money, filled in with about as much of the value's own `currency` as the default is in euro. */
function usualMoney(schema: z.core.$ZodType, raw: unknown): unknown {
  const currency = isRecord(raw) ? raw["currency"] : undefined;
  if (typeof currency !== "string" || perEuro(currency) === 1) return raw;
  return mapMoney(schema, raw, ({ amount, usualEuro }) =>
    amount === undefined && typeof usualEuro === "number" ? inCurrency(usualEuro, currency) : amount,
  );
}

/** Every amount times a factor: the same in money of another size. */
export const timesMoney = <S extends z.ZodType>(schema: S, value: z.output<S>, factor: number): z.output<S> =>
  mapMoney(schema, value, ({ amount }) => (typeof amount === "number" ? amount * factor : amount)) as z.output<S>;

interface MoneyComplaint {
  readonly path: PropertyKey[];
  readonly message: string;
}

/** Amounts that no house with this currency can mean, each with its field and what to write. */
function moneyComplaints(schema: z.core.$ZodType, value: unknown, currency: string): MoneyComplaint[] {
  const complaints: MoneyComplaint[] = [];
  mapMoney(schema, value, ({ amount, limits: { leastEuro, mostEuro, looksLike }, path }) => {
    const [least, most] = [inCurrency(leastEuro, currency), inCurrency(mostEuro, currency)];
    if (typeof amount === "number" && (amount < least || amount > most)) {
      const remedy = looksLike
        ? `${looksLike}: write ${currency} per kWh, for example ${examplePrice(currency)}`
        : `write ${currency}, from ${least} to ${most}`;
      complaints.push({ path: [...path], message: remedy });
    }
    return amount;
  });
  return complaints;
}

/** The schema with the limits of a currency, which its values name or somebody knows. */
export const limitedIn = <S extends z.ZodType>(fields: S, currencyOf: (value: z.output<S>) => string): S =>
  fields.superRefine((value, context) => {
    for (const { path, message } of moneyComplaints(fields, value, currencyOf(value)))
      context.addIssue({ code: "custom", path, message });
  });

/** A schema of something with a `currency` that all its money counts in: defaults and limits are those of that currency. */
export const inOwnCurrency = <S extends z.ZodObject<{ currency: z.ZodType<string> }>>(fields: S) =>
  z.preprocess(
    (raw) => usualMoney(fields, raw),
    limitedIn(fields, (value) => (value as { readonly currency: string }).currency),
  );
