/** A forecast beside what came; both in the unit of the series. */
export interface Trial {
  readonly forecast: number;
  /** What it was to fall below once, and nine times, in ten. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly measured: number;
}

export interface Score {
  readonly count: number;
  /** Mean absolute error. */
  readonly mae: number;
  /** Mean error; positive: more was forecast than came. */
  readonly bias: number;
  /** Mean pinball loss of P10 and P90; absent where a forecaster gives none. */
  readonly pinball?: number;
  /** Share of what came within P10 and P90; 0.8 is meant. */
  readonly within?: number;
}

/** The pinball loss of a quantile: its expectation is least for the true one (Koenker and Bassett, 1978). */
export const pinball = (quantile: number, forecast: number, measured: number): number =>
  measured >= forecast ? quantile * (measured - forecast) : (1 - quantile) * (forecast - measured);

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

/** Undefined for no trials. */
export function scoreOf(trials: readonly Trial[]): Score | undefined {
  if (trials.length === 0) return undefined;
  const errors = trials.map(({ forecast, measured }) => forecast - measured);
  const banded = trials.flatMap(({ low, high, measured }) =>
    low === undefined || high === undefined ? [] : [{ low, high, measured }],
  );
  return {
    count: trials.length,
    mae: mean(errors.map(Math.abs)),
    bias: mean(errors),
    ...(banded.length < trials.length
      ? {}
      : {
          pinball: mean(
            banded.map(({ low, high, measured }) => (pinball(0.1, low, measured) + pinball(0.9, high, measured)) / 2),
          ),
          within: mean(banded.map(({ low, high, measured }) => (low <= measured && measured <= high ? 1 : 0))),
        }),
  };
}
