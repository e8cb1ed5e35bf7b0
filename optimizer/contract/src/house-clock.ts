/**
 * The house's time for every process: real time, or, in the demo, a faster time that began at a chosen moment.
 * It travels between processes as text, in the environment variable named here.
 */
export const HOUSE_CLOCK_VARIABLE = "OHMSTEAD_CLOCK";

export interface HouseClock {
  /** House milliseconds per real millisecond. */
  readonly speed: number;
  readonly houseStartMs: number;
  readonly realStartMs: number;
}

export const REAL_CLOCK: HouseClock = { speed: 1, houseStartMs: 0, realStartMs: 0 };

export const houseTimeMs = (clock: HouseClock, realMs: number): number =>
  Math.round(clock.houseStartMs + (realMs - clock.realStartMs) * clock.speed);

export const formatHouseClock = (clock: HouseClock): string =>
  `${clock.speed},${clock.houseStartMs},${clock.realStartMs}`;

/** Absent or empty text is real time. Throws on text that is not three numbers. */
export function parseHouseClock(text: string | undefined): HouseClock {
  if (!text) return REAL_CLOCK;
  const [speed, houseStartMs, realStartMs, ...rest] = text.split(",").map(Number);
  if (
    speed === undefined ||
    houseStartMs === undefined ||
    realStartMs === undefined ||
    rest.length > 0 ||
    ![speed, houseStartMs, realStartMs].every(Number.isFinite) ||
    speed <= 0
  )
    throw new Error(
      `${HOUSE_CLOCK_VARIABLE}="${text}" cannot be read: write speed,houseStartMs,realStartMs, or unset it for real time`,
    );
  return { speed, houseStartMs, realStartMs };
}
