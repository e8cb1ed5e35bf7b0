import { type HomeConfig, inCurrency, perEuro } from "@ohmstead/contract";
import { ConfigError } from "../domain/errors.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import type { Source } from "./source.ts";

type Exchange = NonNullable<HomeConfig["prices"]["source"][number]["exchange"]>;

/** A rate this many times off what is usual is written the wrong way round, or of other money. */
const FAR_OFF = 3;

/** Throws ConfigError for a rate that cannot be meant. */
export function checkExchange({ from, rate }: Exchange, kind: string, currency: string): void {
  const field = `prices.source of kind "${kind}": exchange`;
  if (kind === "push")
    throw new ConfigError(`${field} means nothing here: what is pushed comes in ${currency}, so leave it away`);
  if (from === currency) throw new ConfigError(`${field}.from is the house's own currency: leave exchange away`);
  const usual = inCurrency(1 / perEuro(from), currency);
  if (rate > FAR_OFF * usual || rate < usual / FAR_OFF)
    throw new ConfigError(
      `${field}.rate is ${rate}, but one ${from} is about ${Number(usual.toPrecision(1))} ${currency}: write how many ${currency} one ${from} is`,
    );
}

/** The source with its prices in the house's money, at so much of it for one of the source's. */
export const exchanged = (source: Source<readonly SpotSlot[]>, rate: number): Source<readonly SpotSlot[]> => ({
  ...source,
  fetch: async (nowMs, signal) =>
    (await source.fetch(nowMs, signal)).map(({ importPerKwh, exportPerKwh, ...slot }) => ({
      ...slot,
      importPerKwh: importPerKwh * rate,
      ...(exportPerKwh === undefined ? {} : { exportPerKwh: exportPerKwh * rate }),
    })),
});
