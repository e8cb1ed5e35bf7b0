import type { GridColumns } from "./grid.ts";
import { at } from "./horizon.ts";
import type { HouseProgram } from "./house-program.ts";
import type { Term } from "./linear-program.ts";
import { mostExportedKw, mostImportedKw } from "./restrictions.ts";
import type { StorageColumns } from "./storage.ts";
import type { StorageProblem } from "./storage-limits.ts";
import type { Stretch } from "./storage-flow.ts";

/**
 * Whole numbers for what a linear programme cannot promise by itself: the meter goes one way in each slot, a storage too, one that may not
 * trade with the grid does not, and stages of a power are filled in their order. Behind all other columns: an answer of the relaxed programme
 * fits in front of them.
 */
export function addExactDirections(house: HouseProgram, grid: GridColumns, storages: readonly StorageColumns[]): void {
  const { problem } = house;
  problem.slots.forEach((_, k) => {
    const imports = addDirection(house, grid.import[k] ?? [], mostImportedKw(house, k));
    const exports = addDirection(house, grid.export[k] ?? [], mostExportedKw(house, k));
    eitherOr(house, imports, exports);
    for (const { storage, flows, energy } of storages) {
      const [charges, discharges] = [flows.charge, flows.discharge].map((flow) =>
        addDirection(house, [at(flow.columns, k)], at(flow.topKw, k)),
      );
      eitherOr(house, charges, discharges);
      if (!storage.mayChargeFromGrid) eitherOr(house, charges, imports);
      if (!storage.mayExport) eitherOr(house, discharges, exports);
      endInside(house, storage, charges, at(energy, k));
      fillInOrder(house, flows.charge.stretches[k] ?? []);
      fillInOrder(house, flows.discharge.stretches[k] ?? []);
    }
  });
}

/** 1 while anything flows: flows ≤ most·direction; undefined where nothing can. */
function addDirection({ builder }: HouseProgram, flows: readonly number[], mostKw: number): number | undefined {
  const sum = flows.map((column): Term => [column, 1]);
  if (mostKw === 0) {
    // What the house has no use for could still go in and out at once.
    builder.row(-Infinity, 0, sum);
    return undefined;
  }
  const direction = builder.column({ upper: 1, integer: true });
  builder.row(-Infinity, 0, [...sum, [direction, -mostKw]]);
  return direction;
}

function eitherOr({ builder }: HouseProgram, one: number | undefined, other: number | undefined): void {
  if (one === undefined || other === undefined) return;
  builder.row(-Infinity, 1, [
    [one, 1],
    [other, 1],
  ]);
}

/** What begins above maxSoc is charged only in slots that it ends inside. */
function endInside(
  { builder }: HouseProgram,
  { soc, maxSoc, capacityKwh }: StorageProblem,
  charges: number | undefined,
  energy: number,
): void {
  if (soc <= maxSoc || charges === undefined) return;
  builder.row(-Infinity, soc * capacityKwh, [
    [energy, 1],
    [charges, (soc - maxSoc) * capacityKwh],
  ]);
}

/** A stretch begins only when the one before it is full. */
function fillInOrder({ builder }: HouseProgram, stretches: readonly Stretch[]): void {
  stretches.forEach((next, i) => {
    const before = stretches[i - 1];
    if (!before) return;
    const isFull = builder.column({ upper: 1, integer: true });
    builder.row(0, Infinity, [
      [before.column, 1],
      [isFull, -before.lengthKw],
    ]);
    builder.row(-Infinity, 0, [
      [next.column, 1],
      [isFull, -next.lengthKw],
    ]);
  });
}
