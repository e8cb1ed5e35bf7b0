import type { Stretch } from "./series.ts";

/** What is expected over [startMs, endMs): the middle (P50), and where the source says so what it falls below once (P10) and nine times (P90) in ten. */
export interface ForecastStretch extends Stretch {
  readonly low?: number;
  readonly high?: number;
}

/** One answer of a forecaster: ascending, without overlap; gaps are left out. */
export interface IssuedForecast {
  /** When it was made, by its maker where he says so, else when we asked. */
  readonly issuedAtMs: number;
  readonly stretches: readonly ForecastStretch[];
}

/** What a source said at one moment of the days to come. */
export interface Vintage extends IssuedForecast {
  readonly source: string;
}
