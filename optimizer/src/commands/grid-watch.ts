/** The signal of `meters.gridConnected`: 1 while the grid is there. */
export const GRID_SIGNAL = "grid.connected";
/** A grid that has just come back may go again; inverters wait as long before they feed in (EN 50549-1 asks for 60 s at least). */
export const GRID_SETTLES_MS = 5 * 60_000;

export interface GridReading {
  readonly atMs: number;
  /** 1 while the grid is there, 0 while the house is an island. */
  readonly value: number;
}

/** What is known of the grid: nothing, that it is there, that it is away, or that it has come back. */
export type GridState =
  | { readonly kind: "unknown" | "there" }
  | { readonly kind: "away"; readonly sinceMs: number }
  | { readonly kind: "back"; readonly sinceMs: number };

/** A reading that is missing or old concludes nothing: the state stays. */
export function gridStateAfter(state: GridState, { atMs, value }: GridReading): GridState {
  const isThere = value >= 0.5;
  if (!isThere) return state.kind === "away" ? state : { kind: "away", sinceMs: atMs };
  if (state.kind === "away") return { kind: "back", sinceMs: atMs };
  return state.kind === "unknown" ? { kind: "there" } : state;
}

const utc = (ms: number): string => `${new Date(ms).toISOString().slice(11, 16)} UTC`;

/** Why nothing may be commanded on the grid's account; undefined when it may. */
export function gridHold(state: GridState, nowMs: number): string | undefined {
  if (state.kind === "away")
    return `The grid is away since ${utc(state.sinceMs)}: the house lives on its battery, and no command is sent.`;
  if (state.kind === "back" && nowMs - state.sinceMs < GRID_SETTLES_MS)
    return `The grid is back since ${utc(state.sinceMs)}: commands wait until it has been there for ${GRID_SETTLES_MS / 60_000} minutes.`;
  return undefined;
}
