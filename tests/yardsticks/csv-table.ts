/** A table of comma-separated values with a heading; no field holds a comma. */
export interface CsvTable {
  readonly heading: readonly string[];
  readonly rows: readonly ReadonlyMap<string, string>[];
}

export function readCsv(text: string): CsvTable {
  const [first = "", ...lines] = text.trim().split(/\r?\n/);
  const heading = first.split(",");
  return {
    heading,
    rows: lines.map((line) => {
      const fields = line.split(",");
      return new Map(heading.map((name, i) => [name, fields[i] ?? ""]));
    }),
  };
}

/** The number in a column; undefined where it is blank. */
export function numberIn(row: ReadonlyMap<string, string>, column: string): number | undefined {
  const text = row.get(column) ?? "";
  const value = Number(text);
  return text === "" || !Number.isFinite(value) ? undefined : value;
}
