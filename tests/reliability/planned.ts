/** Rows that belong to prices and forecasts, whose further sources and learned shapes are still to be built. */
export const PLANNED: ReadonlyMap<string, string> = new Map([
  ["E07", "a second source and the learned shape, with which slot rests on what"],
  ["E11", "a day with an extreme spike"],
  ["E41", "the fallback tariff shape from the config"],
]);
