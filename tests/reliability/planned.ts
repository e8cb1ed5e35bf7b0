/** Rows that belong to prices and forecasts, whose further sources and learned shapes are still to be built. */
export const PLANNED: ReadonlyMap<string, string> = new Map([["E11", "a day with an extreme spike"]]);
