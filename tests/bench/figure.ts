/** A figure of a benchmark, beside what was promised. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: "ms" | "s" | "MB" | "×" | "money" | "%" | "/s";
  /** Absent: measured for the reader, nothing was promised. */
  readonly budget?: number;
  readonly detail?: string;
}
