import type { HomeConfig, PriceSlot } from "@ohmstead/contract";
import type { SpotSlot } from "../domain/spot-slot.ts";

type Rules = Pick<HomeConfig["prices"], "import" | "export">;

/** Final prices at the meter: spot · factor + addPerKwh, for each direction. */
export const applyTariff = (spots: readonly SpotSlot[], rules: Rules): PriceSlot[] =>
  spots.map(({ startMs, hours, importPerKwh, exportPerKwh = importPerKwh }) => ({
    startMs,
    hours,
    importPricePerKwh: importPerKwh * rules.import.factor + rules.import.addPerKwh,
    exportPricePerKwh: exportPerKwh * rules.export.factor + rules.export.addPerKwh,
  }));
