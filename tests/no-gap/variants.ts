import { MS_PER_HOUR, type TariffShape } from "@ohmstead/contract";
import { seeded } from "../support/seeded.ts";
import type { Truth } from "./month.ts";
import { randomOutages, sixHoursADay } from "./outages.ts";
import type { Circumstances, MonthOptions } from "./replay.ts";

export interface Variant extends Circumstances {
  readonly what: string;
}

const NEVER = [[], []] as const;

/** The month with everything known, as published, and with what may go wrong: each trouble by the ladder, and with holes that end the plan. */
export function variantsOf({ fromMs, untilMs }: MonthOptions, seed: number): Variant[] {
  const random = seeded(seed);
  const down = [randomOutages(fromMs, untilMs, random), randomOutages(fromMs, untilMs, random)];
  const holes = sixHoursADay(fromMs, untilMs + 72 * MS_PER_HOUR, random);
  const quiet = { fromMs: fromMs + 72 * MS_PER_HOUR, untilMs: fromMs + 10 * 24 * MS_PER_HOUR };
  const troubles = [
    { what: "each source down at random", down },
    { what: "six hours a day that nobody gives", down: NEVER, holes },
    { what: "no market from day 4 to 10", down: [[quiet], [quiet]] },
  ];
  return [
    { what: "48 hours known", down: NEVER, knownHours: 72, below: "ladder" },
    { what: "as published", down: NEVER, below: "ladder" },
    ...troubles.flatMap((trouble): Variant[] => [
      { ...trouble, below: "ladder" },
      { ...trouble, what: `${trouble.what}, holes end the plan`, below: "nothing" },
    ]),
  ];
}

/** A contract at the mean price of the four weeks before, which a household would have written into its config. */
export function contractOf(truth: Truth, fromMs: number): TariffShape {
  const before = truth.between(fromMs - 28 * 24 * MS_PER_HOUR, fromMs);
  const meanOf = (values: readonly number[]): number =>
    Number((before.reduce((sum, k) => sum + (values[k] ?? 0), 0) / Math.max(1, before.length)).toFixed(3));
  return {
    importPerKwh: meanOf(truth.year.importPricePerKwh),
    exportPerKwh: meanOf(truth.year.exportPricePerKwh),
    times: [],
  };
}
