import type { Stretch } from "../../domain/series.ts";
import type { RankedForecast } from "../../forecasts/blend-forecasts.ts";

/** A forecast that was made just now by the best source. */
export const said = (stretches: readonly Stretch[], issuedAtMs = 0): readonly RankedForecast[] => [
  { rung: "best", source: "test", issuedAtMs, stretches },
];
