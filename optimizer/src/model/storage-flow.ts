import type { HouseProgram, StorageDirection } from "./house-program.ts";
import type { Term } from "./linear-program.ts";
import {
  SLACK_KW,
  type FlowLimits,
  type PowerBands,
  type PowerCurve,
  type StorageProblem,
  topOf,
} from "./storage-limits.ts";

/** A piece of a curve with a column of its own, kW. */
export interface Stretch {
  readonly column: number;
  readonly lengthKw: number;
}

/** One direction of a storage, per slot. */
export interface Flow {
  readonly columns: number[];
  /** Where the efficiency changes with the power: what must be filled in this order. */
  readonly stretches: (readonly Stretch[])[];
  /** Switches: undefined where none is needed. */
  readonly on: (number | undefined)[];
  readonly fromGrid: (number | undefined)[];
  /** By a direction that was fixed. */
  readonly isClosed: boolean[];
  readonly topKw: number[];
}

export const emptyFlow = (): Flow => ({ columns: [], stretches: [], on: [], fromGrid: [], isClosed: [], topKw: [] });

interface FlowSlot {
  readonly direction: StorageDirection;
  readonly k: number;
  /** More than this cannot flow, whatever the storage can do, kW. */
  readonly reachKw: number;
}

/** What the meter's or the storage's own fixed direction forbids. */
function isClosed({ fixed }: HouseProgram, storage: StorageProblem, { direction, k }: FlowSlot): boolean {
  const mine = fixed?.storages.get(storage.id)?.[k];
  if (mine !== undefined && mine !== direction) return true;
  const meter = fixed?.grid[k];
  return direction === "charge"
    ? meter === "import" && !storage.mayChargeFromGrid
    : meter === "export" && !storage.mayExport;
}

const upTo = (bands: PowerBands, reachKw: number): PowerBands =>
  bands
    .map(({ fromKw, toKw }) => ({ fromKw, toKw: Math.min(toKw, reachKw) }))
    .filter(({ fromKw, toKw }) => toKw > SLACK_KW && fromKw <= toKw);

/**
 * One direction in one slot: its power, and what is needed where it has a least power, stages or a gap; returns the power inside, kW per
 * unit of columns. With one efficiency and no least power that is one column and no row.
 */
export function addFlow(
  house: HouseProgram,
  storage: StorageProblem,
  limits: FlowLimits,
  flow: Flow,
  slot: FlowSlot,
  costs: { readonly cost: number; readonly tieBreak?: number },
): readonly Term[] {
  const { builder, lite } = house;
  const bands = upTo(limits.bands[slot.k] ?? [], slot.reachKw);
  const low = bands[0];
  const high = bands[1];
  const top = topOf(bands);
  const closed = isClosed(house, storage, slot);
  const power = builder.column({ upper: closed ? 0 : top, ...costs });
  flow.columns.push(power);
  flow.topKw.push(top);
  const isStaged = limits.curve.length > 2 && low !== undefined;
  // What a fixed direction closes stays in the programme, switched off: bases fit, and no pattern can switch it on.
  const addSwitch = (): number => builder.column({ upper: closed ? 0 : 1, integer: true });
  const on = !lite && low !== undefined && (low.fromKw > 0 || isStaged) ? addSwitch() : undefined;
  const fromGrid = !lite && high !== undefined ? addSwitch() : undefined;
  flow.on.push(on);
  flow.fromGrid.push(fromGrid);
  flow.isClosed.push(closed);
  const atLeast = (column: number, kw: number): void => {
    builder.row(0, Infinity, [
      [power, 1],
      [column, -kw],
    ]);
  };
  const atMost = (column: number, offKw: number): void => {
    builder.row(-Infinity, offKw, [
      [power, 1],
      [column, offKw - top],
    ]);
  };
  if (low && on !== undefined) {
    if (!isStaged) atMost(on, 0);
    if (!isStaged || low.fromKw > limits.leastKw) atLeast(on, low.fromKw);
  }
  if (low && high && fromGrid !== undefined) {
    atMost(fromGrid, low.toKw);
    atLeast(fromGrid, high.fromKw);
  }
  if (isStaged)
    return addStretches(house, limits.curve, flow, { power, on, top, slot, most: mostStages(house, storage, slot) });
  flow.stretches.push([]);
  const [, first] = limits.curve;
  return [[power, first ? first.insideKw / first.kw : 1]];
}

/** By this name a direction of a storage is known among the fixed ones. */
export const flowName = (storageId: string, direction: StorageDirection): string => `${storageId}.${direction}`;

const mostStages = ({ fixed }: HouseProgram, storage: StorageProblem, { direction, k }: FlowSlot): number =>
  fixed?.stages?.get(flowName(storage.id, direction))?.[k] ?? Infinity;

interface StagedPower {
  readonly power: number;
  readonly on: number | undefined;
  readonly top: number;
  readonly slot: FlowSlot;
  /** As many stretches may be used. */
  readonly most: number;
}

/**
 * From the first stage up: power = kw₁·on + Σ stretches, inside = inside₁·on + Σ slope·stretch, stretch ≤ length·on. Each further kW loses no
 * less than the one before, so a programme that wants energy fills them in order.
 */
function addStretches(
  { builder }: HouseProgram,
  curve: PowerCurve,
  flow: Flow,
  { power, on, top, slot, most }: StagedPower,
): readonly Term[] {
  const points = on === undefined ? hullOf(curve, slot.direction) : curve.slice(1);
  const first = points[0];
  if (!first) throw new RangeError("a curve has at least two points");
  const base = on === undefined ? [] : [on];
  const inside: Term[] = base.map((column) => [column, first.insideKw]);
  const total: Term[] = [[power, 1], ...base.map((column): Term => [column, -first.kw])];
  const stretches = points.slice(1).flatMap((to, i): Stretch[] => {
    const from = points[i] ?? first;
    const lengthKw = Math.min(to.kw, top) - from.kw;
    if (lengthKw <= 0) return [];
    const column = builder.column({ upper: i < most ? lengthKw : 0 });
    inside.push([column, (to.insideKw - from.insideKw) / (to.kw - from.kw)]);
    total.push([column, -1]);
    if (on !== undefined)
      builder.row(-Infinity, 0, [
        [column, 1],
        [on, -lengthKw],
      ]);
    return [{ column, lengthKw }];
  });
  flow.stretches.push(stretches);
  builder.define(power, 0, total);
  return inside;
}

/** The curve without a gap below the first stage: a straight line to the stage that loses least, then on as it is. */
function hullOf(curve: PowerCurve, direction: StorageDirection): PowerCurve {
  const lossOf = ({ kw, insideKw }: PowerCurve[number]): number => (direction === "charge" ? -1 : 1) * (insideKw / kw);
  const losses = curve.slice(1).map(lossOf);
  return [...curve.slice(0, 1), ...curve.slice(1 + losses.indexOf(Math.min(...losses)))];
}
