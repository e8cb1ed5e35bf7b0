/** Rows that belong to prices and forecasts, whose further sources and learned shapes are still to be built. */
export const PLANNED: ReadonlyMap<string, string> = new Map([
  ["E07", "a second source and the learned shape, with which slot rests on what"],
  ["E08", "fetching again with growing delays around publication"],
  ["E09", "the change and its worth, within ten seconds of an update"],
  ["E10", "quarantine of corrupt prices"],
  ["E11", "a day with an extreme spike"],
  ["E41", "the fallback tariff shape from the config"],
]);
