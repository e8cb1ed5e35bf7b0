const QUARTER_MS = 15 * 60_000; // every UTC offset in use is a multiple of it, so every local hour begins on one

interface LocalTime {
  readonly weekday: string;
  readonly day: string;
  readonly month: string;
  readonly hour: string;
  readonly minute: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  formats.set(timeZone, format);
  return format;
}

function localTime(atMs: number, timeZone: string): LocalTime {
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(atMs)
      .map((part) => [part.type, part.value]),
  );
  const text = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? "";
  return {
    weekday: text("weekday"),
    day: text("day"),
    month: text("month"),
    hour: text("hour"),
    minute: text("minute"),
  };
}

/** For example "14:05". */
export function clockText(atMs: number, timeZone: string): string {
  const { hour, minute } = localTime(atMs, timeZone);
  return `${hour}:${minute}`;
}

/** For example "Fri 5 Jan". */
export function dayText(atMs: number, timeZone: string): string {
  const { weekday, day, month } = localTime(atMs, timeZone);
  return `${weekday} ${day} ${month}`;
}

/** For example "Fri 5 Jan 14:05". */
export const momentText = (atMs: number, timeZone: string): string =>
  `${dayText(atMs, timeZone)} ${clockText(atMs, timeZone)}`;

/** For example "14:05" today, "Sat 14:05" on another day. */
export function shortMomentText(atMs: number, nowMs: number, timeZone: string): string {
  const clock = clockText(atMs, timeZone);
  return dayText(atMs, timeZone) === dayText(nowMs, timeZone) ? clock : `${localTime(atMs, timeZone).weekday} ${clock}`;
}

export interface Day {
  readonly startMs: number;
  readonly endMs: number;
  readonly label: string;
}

export interface HourTick {
  readonly atMs: number;
  readonly hour: number;
}

export interface TimeAxis {
  /** The local days, the first and the last cut at the ends of the axis. */
  readonly days: readonly Day[];
  /** Every local full hour, for the axis to choose from. */
  readonly hours: readonly HourTick[];
}

/** Days of 23 and 25 hours come out right, because every quarter-hour is asked for its local time. */
export function timeAxis(fromMs: number, untilMs: number, timeZone: string): TimeAxis {
  const days: Day[] = [];
  const hours: HourTick[] = [];
  let day = { startMs: fromMs, label: dayText(fromMs, timeZone) };
  for (let atMs = Math.ceil(fromMs / QUARTER_MS) * QUARTER_MS; atMs <= untilMs; atMs += QUARTER_MS) {
    const local = localTime(atMs, timeZone);
    if (local.minute === "00") hours.push({ atMs, hour: Number(local.hour) });
    const label = `${local.weekday} ${local.day} ${local.month}`;
    if (label === day.label) continue;
    days.push({ ...day, endMs: atMs });
    day = { startMs: atMs, label };
  }
  if (day.startMs < untilMs) days.push({ ...day, endMs: untilMs });
  return { days, hours };
}

/** The hours to name when there is room for so many: 0, 3, 6 … rather than 1, 4, 7. */
export function chosenHours({ hours }: TimeAxis, room: number): HourTick[] {
  const stride = [1, 2, 3, 4, 6, 12, 24].find((hoursApart) => hours.length / hoursApart <= room) ?? 24;
  return hours.filter(({ hour }) => hour % stride === 0);
}
