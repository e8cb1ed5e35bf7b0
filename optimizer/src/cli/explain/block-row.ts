/** From almost nothing to all of it; a terminal without colours shows them as well. */
const BLOCKS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The lowest and the highest of what is known; undefined where nothing is. */
export function rangeOf(values: readonly (number | undefined)[]): Range | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? { low: Math.min(...known), high: Math.max(...known) } : undefined;
}

/**
 * Values as a row of blocks, one character each: the low end of the range is the lowest block, its high end the full one. What is unknown is
 * a space; so is nothing at all, where the range begins at 0: a pump that rests is not a thin line.
 */
export function blockRow(values: readonly (number | undefined)[], { low, high }: Range): string {
  const blockOf = (value: number | undefined): string => {
    if (value === undefined || (low === 0 && value <= (high - low) * 1e-3)) return " ";
    const share = high > low ? (value - low) / (high - low) : 0.5;
    const index = Math.round(Math.max(0, Math.min(1, share)) * (BLOCKS.length - 1));
    return BLOCKS[index] ?? " ";
  };
  return values.map(blockOf).join("");
}
