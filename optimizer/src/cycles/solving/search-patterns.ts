import type { Slot } from "@ohmstead/contract";
import type { Pattern, Switch } from "../../model/switches.ts";
import { type Cut, type CutMaker, boundAt, changeBy } from "./cut.ts";
import { type Move, choiceMoves, nameOf, seriesMoves } from "./moves.ts";
import type { Solved } from "./open-house.ts";
import type { SeriesRules } from "./series-rules.ts";

/** The switches of a house and what is known of them before anything is solved. */
export interface SwitchBoard {
  readonly slots: readonly Slot[];
  readonly switches: readonly Switch[];
  /** Of every series. */
  readonly rules: ReadonlyMap<string, SeriesRules>;
  readonly cutting: CutMaker;
}

export interface SearchBudget {
  /** Programmes that may be solved: what ends the search, so that equal houses get equal plans on any machine. */
  readonly maxPrograms: number;
  /** A safety net only: no new programme is begun once it says no. */
  readonly isInTime: () => boolean;
}

export interface Found<S extends Solved> {
  readonly pattern: Pattern;
  readonly solved: S;
}

/** Where no single move helps, so many of the most promising are tried two by two. */
const PAIRED_MOVES = 40;

/** Less than this is no improvement, hundredths of the currency. */
const NO_GAIN = 1e-4;

/**
 * The best pattern that can be found: all starts; then from the best of them to a better neighbour, and on from there, until no neighbour is
 * better; then the same from the next start, until the budget is spent. Neighbours that a cut proves no better than the best are
 * not solved, the others most promising first. A setting that the engine cannot solve is passed over.
 */
export async function searchPatterns<S extends Solved>(
  board: SwitchBoard,
  starts: readonly Pattern[],
  relaxed: S | undefined,
  solve: (pattern: Pattern) => Promise<S>,
  { maxPrograms, isInTime }: SearchBudget,
): Promise<Found<S> | undefined> {
  const { switches, cutting } = board;
  const seen = new Set<string>();
  const cuts: Cut[] = [];
  let best: Found<S> | undefined;
  let count = 0;

  const learn = (solved: S): void => {
    const cut = cutting.cutOf(solved);
    if (cut) cuts.push(cut);
  };
  const attempt = async (pattern: Pattern): Promise<Found<S> | undefined> => {
    const name = nameOf(switches, pattern);
    if (seen.has(name)) return undefined;
    seen.add(name);
    count += 1;
    const solved = await solve(pattern).catch(() => undefined);
    if (!solved) return undefined;
    learn(solved);
    const found = { pattern, solved };
    if (!best || costOf(found) < costOf(best) - NO_GAIN) best = found;
    return found;
  };
  const mayGoOn = (): boolean => count < maxPrograms && isInTime();

  /** The first of these that is found to be better, most promising first; undefined when none is, or the budget is spent. */
  async function improve(
    here: Found<S>,
    goal: number,
    moves: readonly (readonly Move[])[],
  ): Promise<Found<S> | undefined> {
    const before = startCostOf(board, here.pattern);
    const startCost = ({ id, next }: Move): number =>
      cutting.startCost(id, next) - cutting.startCost(id, here.pattern.get(id) ?? 0);
    const startCosts = Float64Array.from(moves, (each) => each.reduce((sum, move) => sum + startCost(move), before));
    /** By neighbour: no cut says that it costs less. Those that were solved cost too much to be looked at again. */
    const bounds = new Float64Array(moves.length).fill(-Infinity);
    let known = 0;
    while (mayGoOn()) {
      // Cuts that are learned on the way refuse more of them, and change which promises most.
      for (; known < cuts.length; known++) raiseBounds(bounds, moves, startCosts, cuts[known], here.pattern);
      const most = leastOf(bounds);
      const next = moves[most];
      if (!next || (bounds[most] ?? Infinity) >= goal - NO_GAIN) return undefined;
      bounds[most] = Infinity;
      const pattern = new Map(here.pattern);
      for (const move of next) pattern.set(move.id, move.next);
      const found = await attempt(pattern);
      if (found && costOf(found) < costOf(here) - NO_GAIN) return found;
    }
    return undefined;
  }

  /** From neighbour to better neighbour; where there is none, by two moves at once. */
  async function descend(from: Found<S>): Promise<void> {
    let here: Found<S> | undefined = from;
    while (here && mayGoOn()) {
      const at: Found<S> = here;
      const goal = best ? costOf(best) : Infinity;
      const moves = movesFrom(board, at.pattern);
      here = await improve(
        at,
        goal,
        moves.map((move) => [move]),
      );
      if (here || !mayGoOn()) continue;
      const bounds = cuts.map((cut) => ({ cut, here: boundAt(cut, at.pattern) }));
      const value = (move: Move): number => {
        let highest = -Infinity;
        for (const { cut, here: bound } of bounds) highest = Math.max(highest, bound + changeBy(cut, move));
        return highest + cutting.startCost(move.id, move.next);
      };
      const values = new Map(moves.map((move) => [move, value(move)]));
      const promising = moves.toSorted((a, b) => (values.get(a) ?? 0) - (values.get(b) ?? 0)).slice(0, PAIRED_MOVES);
      here = await improve(at, goal, pairsOf(board, at.pattern, promising));
    }
  }

  if (relaxed) learn(relaxed);
  const found: Found<S>[] = [];
  for (const pattern of starts) {
    if (best !== undefined && !mayGoOn()) break;
    const start = await attempt(pattern);
    if (start) found.push(start);
  }
  for (const start of found.toSorted((a, b) => costOf(a) - costOf(b))) await descend(start);
  return best;
}

/** What one more cut says of the neighbours: their costs are no less than what `bounds` has afterwards. */
function raiseBounds(
  bounds: Float64Array,
  moves: readonly (readonly Move[])[],
  startCosts: Float64Array,
  cut: Cut | undefined,
  pattern: Pattern,
): void {
  if (!cut) return;
  const here = boundAt(cut, pattern);
  moves.forEach((each, i) => {
    let bound = here + (startCosts[i] ?? 0);
    for (const move of each) bound += changeBy(cut, move);
    if (bound > (bounds[i] ?? 0)) bounds[i] = bound;
  });
}

/** Where the least of the values is, the first of equals; -1 of none. */
function leastOf(values: Float64Array): number {
  let least = values.length === 0 ? -1 : 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) < (values[least] ?? 0)) least = i;
  return least;
}

const costOf = ({ solved }: Found<Solved>): number => solved.answer.objective;

const startCostOf = ({ switches, cutting }: SwitchBoard, pattern: Pattern): number =>
  switches.reduce((sum, { id }) => sum + cutting.startCost(id, pattern.get(id) ?? 0), 0);

function movesFrom({ slots, switches, rules }: SwitchBoard, pattern: Pattern): Move[] {
  return switches.flatMap((each) => {
    const set = pattern.get(each.id);
    if (each.kind === "choice") return typeof set === "number" ? choiceMoves(each, set) : [];
    const mine = rules.get(each.id);
    return mine && typeof set === "object" ? seriesMoves(slots, each.id, set, mine) : [];
  });
}

/** Two moves at once, of one switch or of two, that do not touch the same slots. */
function pairsOf({ rules }: SwitchBoard, pattern: Pattern, moves: readonly Move[]): (readonly Move[])[] {
  return moves.flatMap((one, i) =>
    moves.slice(i + 1).flatMap((other): (readonly Move[])[] => {
      if (one.id !== other.id) return [[one, other]];
      const merged = mergedMove(pattern, one, other);
      const mine = rules.get(one.id);
      return merged && typeof merged.next === "object" && mine?.isLegal(merged.next) ? [[merged]] : [];
    }),
  );
}

function mergedMove(pattern: Pattern, one: Move, other: Move): Move | undefined {
  const set = pattern.get(one.id);
  if (typeof set !== "object" || [...one.on, ...one.off].some((k) => other.on.includes(k) || other.off.includes(k)))
    return undefined;
  const on = [...one.on, ...other.on];
  const off = [...one.off, ...other.off];
  return { id: one.id, next: set.map((isOn, k) => (isOn && !off.includes(k)) || on.includes(k)), on, off };
}
