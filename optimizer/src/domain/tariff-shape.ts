import type { TariffShape } from "@ohmstead/contract";
import type { LocalTime } from "./local-time.ts";
import { holdsAt } from "./season-rule.ts";

/** The tariff's prices at a moment: of the times that hold the last in the list, for each direction by itself. */
export function tariffAt(
  tariff: TariffShape,
  clock: (ms: number) => LocalTime,
): (ms: number) => Pick<TariffShape, "importPerKwh" | "exportPerKwh"> {
  return (ms) => {
    const local = clock(ms);
    const holding = tariff.times.filter((time) => holdsAt(time, local));
    const last = (field: "importPerKwh" | "exportPerKwh"): number =>
      holding.findLast((time) => time[field] !== undefined)?.[field] ?? tariff[field];
    return { importPerKwh: last("importPerKwh"), exportPerKwh: last("exportPerKwh") };
  };
}
