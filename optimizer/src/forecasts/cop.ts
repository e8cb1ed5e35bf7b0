/**
 * Coefficient of performance at an outdoor temperature: linear between the points of the table, flat outside.
 * Points are [outdoor °C, COP], in any order, at least one.
 */
export function copAt(table: readonly (readonly [number, number])[], outdoorTempC: number): number {
  const points = table.toSorted((a, b) => a[0] - b[0]);
  const above = points.findIndex(([tempC]) => tempC >= outdoorTempC);
  const high = points[above] ?? points.at(-1);
  const low = points[above - 1] ?? high;
  if (!high || !low) throw new RangeError("a COP table needs at least one point");
  if (above <= 0 || high[0] === low[0]) return high[1];
  return low[1] + ((high[1] - low[1]) * (outdoorTempC - low[0])) / (high[0] - low[0]);
}
