import type { Score } from "./score.ts";

/** How one forecaster did, so many hours ahead. */
export interface ScoreRow {
  readonly forecaster: string;
  /** Hours from issue to the middle of the value, "3-12 h". */
  readonly lead: string;
  readonly score: Score;
}

/** One series of one file. */
export interface ScoreTable {
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly ScoreRow[];
  /** What a reader must know of these figures. */
  readonly notes: readonly string[];
}

/** Something that is forecast, and the naive forecasts that it has to beat. Knows the format of the files, never a file. */
export interface Family {
  readonly name: string;
  /** Every file of the folder that has what the family needs. */
  run(folder: string): AsyncGenerator<ScoreTable>;
}
