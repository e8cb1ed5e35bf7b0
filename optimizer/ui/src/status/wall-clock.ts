/** The house's clock on the wall, as a date field writes it: 2024-01-05T18:00. */
export const wallClock = (ms: number, timeZone: string): string =>
  new Intl.DateTimeFormat("sv-SE", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  })
    .format(ms)
    .replace(" ", "T");

/** When the house's clock shows that: whoever reads the page may sit in another time zone. */
export function fromWallClock(text: string, timeZone: string): number {
  const asUtcMs = Date.parse(`${text}:00Z`);
  const offsetMs = (ms: number): number => Date.parse(`${wallClock(ms, timeZone)}:00Z`) - ms;
  // The offset of the guess may be that of before the clocks change.
  return asUtcMs - offsetMs(asUtcMs - offsetMs(asUtcMs));
}
