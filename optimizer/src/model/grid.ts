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

/**
 * import − export + Σ feeding − Σ drawing = base load. Power above a limit of the site goes through a second column at a penalty.
 * Written last: by then every device has said what it feeds or draws.
 */
export function addGrid(house: HouseProgram): GridColumns {
  const { builder, problem } = house;
  const imports: number[][] = [];
  const exports: number[][] = [];
  const balanceRows: number[] = [];
  problem.slots.forEach(({ hours }, k) => {
    const only = house.fixed?.grid[k];
    const importPrice = at(problem.importPricePerKwh, k);
    const exportPrice = at(problem.exportPricePerKwh, k);
    const isOpen = only === undefined && isTempting(importPrice, exportPrice);
    const buyAt = isOpen && house.meter === "raiseImport" ? exportPrice + APART : importPrice;
    const sellAt = isOpen && house.meter === "capExport" ? importPrice - APART : exportPrice;
    const money = (pricePerKwh: number) => HUNDREDTHS * hours * pricePerKwh;
    const flow = (blocked: boolean, limitKw: number | undefined, pricePerKwh: number): number[] => {
      const within = builder.column({ upper: blocked ? 0 : (limitKw ?? Infinity), cost: money(pricePerKwh) });
      if (limitKw === undefined) return [within];
      const cost = money(pricePerKwh + SITE_LIMIT_PRICE_PER_KWH);
      return [within, builder.column({ upper: blocked ? 0 : Infinity, cost })];
    };
    const importColumns = flow(only === "export", problem.site.importLimitKw, buyAt);
    const exportColumns = flow(only === "import", problem.site.exportLimitKw, -sellAt);
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
  return { import: imports, export: exports, balanceRows };
}
