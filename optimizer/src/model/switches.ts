/** On or off in each slot: columns between 0 and 1. */
export interface SwitchSeries {
  readonly kind: "series";
  /** `<device>.charge`, `.discharge`, `.gridCharge`, `.run` or `.element`. */
  readonly id: string;
  /** Undefined where it cannot be on. */
  readonly columns: readonly (number | undefined)[];
  readonly minOnHours: number;
  readonly minOffHours: number;
  readonly before: { readonly isOn: boolean; readonly hours: number };
  /** How far the device is used in a slot of a relaxed answer, 0..1: what thresholds round. */
  readonly use: (x: Float64Array, slot: number) => number;
}

/** Exactly one of several: the start of an appliance, the slot of a hygiene run. */
export interface SwitchChoice {
  readonly kind: "choice";
  /** `<device>.start` or `<device>.hygiene`. */
  readonly id: string;
  readonly columns: readonly number[];
  /** The slot that each option stands for; undefined: not at all. */
  readonly startSlots: readonly (number | undefined)[];
}

export type Switch = SwitchSeries | SwitchChoice;

/** By switch id: on or off per slot, or the index of the option. */
export type Pattern = ReadonlyMap<string, readonly boolean[] | number>;

export type ColumnBounds = readonly [column: number, lower: number, upper: number];

/** The bounds that fix the switches of a pattern, and open those that it does not name. */
export const boundsFor = (switches: readonly Switch[], pattern: Pattern): ColumnBounds[] =>
  switches.flatMap((each) => {
    const chosen = pattern.get(each.id);
    if (each.kind === "choice")
      return each.columns.map((column, i): ColumnBounds => {
        const only = i === chosen ? 1 : 0;
        return chosen === undefined ? [column, 0, 1] : [column, only, only];
      });
    return each.columns.flatMap((column, k): ColumnBounds[] => {
      if (column === undefined) return [];
      const isOn = typeof chosen === "object" ? chosen[k] : undefined;
      if (isOn === undefined) return [[column, 0, 1]];
      return isOn ? [[column, 1, 1]] : [[column, 0, 0]];
    });
  });
