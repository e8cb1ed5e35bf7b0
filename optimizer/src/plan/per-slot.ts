/** The value of a slot or border. Throws where there is none: a missing figure must never count as 0. */
export function valueAt(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`there is no value ${index} among ${values.length}`);
  return value;
}

/** The one with that id. Throws where there is none. */
export function withId<T extends { readonly id: string }>(all: readonly T[], id: string): T {
  const found = all.find((each) => each.id === id);
  if (!found) throw new RangeError(`there is no "${id}" among ${all.map((each) => each.id).join(", ") || "none"}`);
  return found;
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Mean of values that weigh differently; undefined without any weight. */
export function weightedMean(
  pairs: readonly { readonly value: number; readonly weight: number }[],
): number | undefined {
  const weight = sum(pairs.map((pair) => pair.weight));
  return weight > 0 ? sum(pairs.map((pair) => pair.value * pair.weight)) / weight : undefined;
}
