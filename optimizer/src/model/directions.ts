import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { at, sum } from "./horizon.ts";
import type { FixedDirections, GridDirection, StorageDirection } from "./house-program.ts";
import { BOTH_KW, type MeteredColumns, directionAgainst, temptedDirection } from "./meter-direction.ts";
import { insideBorder } from "./overfull.ts";
import type { StoragePowers } from "./powers.ts";
import type { StorageColumns } from "./storage.ts";
import { type Flow, flowName } from "./storage-flow.ts";

interface DirectedColumns extends MeteredColumns {
  readonly fixed: FixedDirections | undefined;
  readonly exact: boolean;
}

/** Per slot what is fixed; undefined where nothing is. */
type PerSlot<T> = readonly (T | undefined)[];

interface Finding<T> {
  readonly name: string;
  readonly known: PerSlot<T> | undefined;
  readonly found: PerSlot<T>;
}

const withNew = <T>(known: PerSlot<T> | undefined, found: PerSlot<T>): PerSlot<T> =>
  found.map((each, k) => each ?? known?.[k]);

/** The directions that an answer leaves open and must not: those of this model and new ones; undefined when there is nothing to fix. */
export function directionsToFix(
  problem: HouseholdProblem,
  columns: DirectedColumns,
  x: Float64Array,
  guide?: Schedule,
): FixedDirections | undefined {
  const { fixed } = columns;
  if (columns.exact) return undefined;
  const against = problem.slots.map((_, k) => (fixed?.grid[k] ? undefined : directionAgainst(problem, columns, x, k)));
  const inside = new Map(fixed?.inside);
  for (const each of columns.storages) {
    const border = inside.has(each.storage.id) ? undefined : insideBorder(each, x);
    if (border !== undefined) inside.set(each.storage.id, border);
  }
  const hasNewInside = inside.size > (fixed?.inside?.size ?? 0);
  const storages = columns.storages.map((each): Finding<StorageDirection> => {
    const { id } = each.storage;
    const known = fixed?.storages.get(id);
    const isOutside = (k: number): boolean => !fixed?.inside?.has(id) && k < (inside.get(id) ?? 0);
    const followed = [...(guide?.batteries ?? []), ...(guide?.evs ?? [])].find((other) => other.id === id);
    return {
      name: id,
      known,
      found: problem.slots.map((_, k) => {
        if (isOutside(k)) return "discharge";
        if (known?.[k] && against[k] !== "giveWay") return undefined;
        return storageDirection(each, x, k, against[k] === "giveWay", followed);
      }),
    };
  });
  const stages = columns.storages.flatMap(flowsOf).map(({ name, flow }): Finding<number> => {
    const known = fixed?.stages?.get(name);
    return {
      name,
      known,
      found: problem.slots.map((_, k) => {
        const inOrder = stagesInOrder(flow, x, k);
        // Filled out of order within what was left to it: one stage less, until there is no order left to break.
        return inOrder === undefined ? undefined : Math.min(inOrder, (known?.[k] ?? Infinity) - 1);
      }),
    };
  });
  // What storages lose by these they cannot give elsewhere: tempting prices are settled by an answer that knows it. A guide stays possible.
  const mustWait =
    guide === undefined && (against.some((each) => each !== undefined) || [...storages, ...stages].some(isNew));
  const grid: Finding<GridDirection> = {
    name: "meter",
    known: fixed?.grid,
    found: problem.slots.map((_, k) => {
      const wanted = against[k] ?? (mustWait || fixed?.grid[k] ? undefined : temptedDirection(problem, columns, x, k));
      if (wanted === undefined || wanted === "giveWay") return undefined;
      const guided = larger(guide?.importKw[k], guide?.exportKw[k]);
      return guided ? directionOf(guided) : wanted;
    }),
  };
  if (!hasNewInside && ![grid, ...storages, ...stages].some(isNew)) return undefined;
  return { grid: withNew(grid.known, grid.found), storages: fixedBy(storages), stages: fixedBy(stages), inside };
}

const isNew = ({ found }: Finding<unknown>): boolean => found.some((each) => each !== undefined);

/** By name what is fixed, old and new. */
const fixedBy = <T>(findings: readonly Finding<T>[]): Map<string, PerSlot<T>> =>
  new Map(findings.map(({ name, known, found }) => [name, withNew(known, found)]));

const flowsOf = ({ storage, flows }: StorageColumns): { readonly name: string; readonly flow: Flow }[] => [
  { name: flowName(storage.id, "charge"), flow: flows.charge },
  { name: flowName(storage.id, "discharge"), flow: flows.discharge },
];

/**
 * How many stretches the power of a slot would need if they were filled in order, where they are not: a programme that is paid to waste energy takes
 * those first that lose most.
 */
function stagesInOrder({ stretches, on }: Flow, x: Float64Array, k: number): number | undefined {
  const here = stretches[k] ?? [];
  const isOn = on[k] === undefined ? 1 : at(x, on[k]);
  const isInOrder = here.every(
    ({ column, lengthKw }, i) =>
      at(x, column) > lengthKw * isOn - BOTH_KW || here.slice(i + 1).every((later) => at(x, later.column) < BOTH_KW),
  );
  if (isInOrder) return undefined;
  let left = sum(here.map(({ column }) => at(x, column)));
  const last = here.findIndex(({ lengthKw }) => (left -= lengthKw * isOn) <= BOTH_KW);
  return last < 0 ? here.length : last + 1;
}

/** The way that a storage goes which wants both, or must give way to the meter; undefined where it may stay as it is. */
function storageDirection(
  { storage, charge, discharge }: StorageColumns,
  x: Float64Array,
  k: number,
  mustGiveWay: boolean,
  followed: StoragePowers | undefined,
): StorageDirection | undefined {
  const [chargeKw, dischargeKw] = [at(x, at(charge, k)), at(x, at(discharge, k))];
  if (Math.min(chargeKw, dischargeKw) > BOTH_KW)
    return (larger(followed?.chargeKw[k], followed?.dischargeKw[k]) || chargeKw - dischargeKw) > 0
      ? "charge"
      : "discharge";
  if (!mustGiveWay) return undefined;
  if (!storage.mayChargeFromGrid && chargeKw > BOTH_KW) return "discharge";
  return !storage.mayExport && dischargeKw > BOTH_KW ? "charge" : undefined;
}

const directionOf = (netKw: number): GridDirection => (netKw > 0 ? "import" : "export");

/** Which of two flows there is: positive for the first, negative for the second, 0 for neither. */
const larger = (first = 0, second = 0): number => first - second;
