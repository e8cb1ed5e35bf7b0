import { type HouseholdProblem, MS_PER_HOUR } from "@ohmstead/contract";
import { HUNDREDTHS, SITE_LIMIT_PRICE_PER_KWH, at } from "./horizon.ts";
import type { HouseProgram } from "./house-program.ts";
import type { Term } from "./linear-program.ts";

export interface GridColumns {
  /** Per slot: power within the limit and, where there is a limit, power above it. */
  readonly import: readonly (readonly number[])[];
  readonly export: readonly (readonly number[])[];
  /** The balance row of each slot: its dual is what one more kW costs. */
  readonly balanceRows: readonly number[];
}

/** Where feeding in pays more than buying costs, a plan could earn by doing both at once: with prices this far apart it cannot. */
const APART = 0.0001;

/** Slots in which the meter's direction must be settled before both prices may count in full. */
export const isTempting = (importPrice: number, exportPrice: number): boolean => exportPrice > importPrice;

/** What the connection allows in a slot, kW; undefined: no limit. */
function limitKw(whole: number | undefined, perSlot: readonly number[] | undefined, k: number): number | undefined {
  const limit = Math.min(whole ?? Infinity, perSlot?.[k] ?? Infinity);
  return limit < Infinity ? limit : undefined;
}

/**
 * import − export + Σ feeding − Σ drawing = base load. Power above a limit of the site goes through a second column at a penalty.
 * Written last: by then every device has said what it feeds or draws.
 */
export function addGrid(house: HouseProgram): GridColumns {
  const { builder, problem } = house;
  const { site } = problem;
  const imports: number[][] = [];
  const exports: number[][] = [];
  const balanceRows: number[] = [];
  problem.slots.forEach(({ hours }, k) => {
    const only = house.fixed?.grid[k];
    const importPrice = at(problem.importPricePerKwh, k);
    const exportPrice = at(problem.exportPricePerKwh, k);
    const isOpen = !house.exact && only === undefined && isTempting(importPrice, exportPrice);
    const buyAt = isOpen && house.meter === "raiseImport" ? exportPrice + APART : importPrice;
    const sellAt = isOpen && house.meter === "capExport" ? importPrice - APART : exportPrice;
    const money = (pricePerKwh: number) => HUNDREDTHS * hours * pricePerKwh;
    const flow = (blocked: boolean, limit: number | undefined, pricePerKwh: number): number[] => {
      const within = builder.column({ upper: blocked ? 0 : (limit ?? Infinity), cost: money(pricePerKwh) });
      if (limit === undefined) return [within];
      const cost = money(pricePerKwh + SITE_LIMIT_PRICE_PER_KWH * house.penaltyScale);
      return [within, builder.column({ upper: blocked ? 0 : Infinity, cost })];
    };
    const importLimit = limitKw(site.importLimitKw, site.importLimitPerSlotKw, k);
    const exportLimit = limitKw(site.exportLimitKw, site.exportLimitPerSlotKw, k);
    const importColumns = flow(only === "export", importLimit, buyAt);
    const exportColumns = flow(only === "import", exportLimit, -sellAt);
    const terms: Term[] = [
      ...importColumns.map((column) => [column, 1] as const),
      ...exportColumns.map((column) => [column, -1] as const),
      ...(house.balance[k] ?? []),
    ];
    const baseLoadKw = at(problem.baseLoadKw, k);
    const [within = 0] = importColumns;
    const isRow = only === "export";
    balanceRows.push(isRow ? builder.row(baseLoadKw, baseLoadKw, terms) : builder.define(within, baseLoadKw, terms));
    imports.push(importColumns);
    exports.push(exportColumns);
  });
  addDemandCharge(house, imports);
  return { import: imports, export: exports, balanceRows };
}

/** Slots of the same metering period, by the clock. */
function meteringPeriods(problem: HouseholdProblem, meteringHours: number): number[][] {
  const periods = new Map<number, number[]>();
  problem.slots.forEach(({ startMs }, k) => {
    const period = Math.floor(startMs / (meteringHours * MS_PER_HOUR));
    periods.set(period, [...(periods.get(period) ?? []), k]);
  });
  return [...periods.values()];
}

/** One column for what the highest mean of a metering period lies above the free power. */
function addDemandCharge({ builder, problem }: HouseProgram, imports: readonly (readonly number[])[]): void {
  const { demandCharge } = problem.site;
  if (!demandCharge || demandCharge.pricePerKw === 0) return;
  const peak = builder.column({ cost: HUNDREDTHS * demandCharge.pricePerKw });
  const hoursOf = (k: number): number => problem.slots[k]?.hours ?? 0;
  for (const period of meteringPeriods(problem, demandCharge.meteringHours)) {
    const hours = period.reduce((sum, k) => sum + hoursOf(k), 0);
    const mean = period.flatMap((k) => (imports[k] ?? []).map((column): Term => [column, hoursOf(k) / hours]));
    builder.row(-Infinity, demandCharge.aboveKw, [...mean, [peak, -1]]);
  }
}
