import type { HouseholdProblem } from "@ohmstead/contract";
import { type GridColumns, isTempting } from "./grid.ts";
import { at, sum } from "./horizon.ts";
import type { GridDirection, SlotColumns, StorageDirection } from "./house-program.ts";
import type { StorageColumns } from "./storage.ts";

/** Flows above this against each other are a plan to burn energy, or to trade where that is not allowed, not noise. kW. */
export const BOTH_KW = 1e-5;

export interface MeteredColumns {
  readonly grid: GridColumns;
  readonly pvArrays: readonly SlotColumns[];
  readonly storages: readonly StorageColumns[];
}

const mayNotBuy = ({ storage }: StorageColumns): boolean => !storage.mayChargeFromGrid;
const mayNotSell = ({ storage }: StorageColumns): boolean => !storage.mayExport;

/** What an answer lets flow in a slot, kW. */
function flowsIn({ grid, storages }: MeteredColumns, x: Float64Array, k: number) {
  const total = (flows: readonly number[]): number => sum(flows.map((column) => at(x, column)));
  // What flows both ways at once is settled by itself: here only the difference counts.
  const flowing = (direction: StorageDirection, which: readonly StorageColumns[]): number =>
    sum(
      which.map(({ charge, discharge }) => {
        const chargeKw = at(x, at(charge, k)) - at(x, at(discharge, k));
        return Math.max(0, direction === "charge" ? chargeKw : -chargeKw);
      }),
    );
  return {
    importKw: total(grid.import[k] ?? []),
    exportKw: total(grid.export[k] ?? []),
    chargeKw: flowing("charge", storages),
    dischargeKw: flowing("discharge", storages),
    /** Of storages that may not do so while the meter runs in, or out. */
    againstImportKw: flowing("charge", storages.filter(mayNotBuy)),
    againstExportKw: flowing("discharge", storages.filter(mayNotSell)),
  };
}

/**
 * Which way the meter is to go where a storage that may not trade with the grid goes against it; undefined where none does. Where neither
 * way is sure to leave the house a plan, the storage must give way instead.
 */
export function directionAgainst(
  problem: HouseholdProblem,
  columns: MeteredColumns,
  x: Float64Array,
  k: number,
): GridDirection | "giveWay" | undefined {
  const { importKw, exportKw, chargeKw, dischargeKw, againstImportKw, againstExportKw } = flowsIn(columns, x, k);
  if (Math.min(importKw, againstImportKw) <= BOTH_KW && Math.min(exportKw, againstExportKw) <= BOTH_KW)
    return undefined;
  // What the house lacks without these storages, and without any.
  const netKw = importKw - exportKw;
  const lacksKw = netKw - againstImportKw + againstExportKw;
  const lacksAloneKw = netKw - chargeKw + dischargeKw + keptBehindKw(problem, columns.pvArrays, x, k);
  if (lacksKw > 0 && lacksAloneKw > 0) return "import";
  return lacksKw > 0 || lacksAloneKw > 0 ? "giveWay" : "export";
}

/** Which way the meter is to go where its open direction tempts to buy and sell at once; undefined where it does not. */
export function temptedDirection(
  problem: HouseholdProblem,
  columns: MeteredColumns,
  x: Float64Array,
  k: number,
): GridDirection | undefined {
  if (!isTempting(at(problem.importPricePerKwh, k), at(problem.exportPricePerKwh, k))) return undefined;
  const { importKw, exportKw, againstImportKw, againstExportKw } = flowsIn(columns, x, k);
  const netKw = importKw - exportKw;
  // Where neither flows the better price decides: export pays more here than import costs. But what covers the house need not sell.
  if (Math.abs(netKw) <= BOTH_KW) return againstExportKw > againstImportKw ? "import" : "export";
  return netKw > 0 ? "import" : "export";
}

/** Sun that reaches batteries behind an inverter, but without them not the house. */
const keptBehindKw = (
  problem: HouseholdProblem,
  pvArrays: readonly SlotColumns[],
  x: Float64Array,
  k: number,
): number =>
  sum(
    problem.inverters.map(({ pvArrayIds, maxToHouseKw }) => {
      const used = pvArrays.filter((_, i) => pvArrayIds.includes(problem.pvArrays[i]?.id ?? ""));
      return Math.max(0, sum(used.map((columns) => at(x, at(columns, k)))) - maxToHouseKw);
    }),
  );
