import { type LocalTime, weekdayOf } from "./local-time.ts";

const DAY_MS = 86_400_000;
const MONDAY = 1;
const FRIDAY = 5;

/** Days from 1 January 1970 to a date; months from 1. */
const dayOf = (year: number, month: number, date: number): number => Date.UTC(year, month - 1, date) / DAY_MS;

/** Easter Sunday of the Gregorian calendar (anonymous algorithm, "A New York correspondent", Nature, 1876). */
export function easterOf(year: number): number {
  const a = year % 19;
  const [b, c] = [Math.floor(year / 100), year % 100];
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = Math.floor((a + 11 * d + 22 * e) / 451);
  const month = Math.floor((d + e - 7 * f + 114) / 31);
  return dayOf(year, month, ((d + e - 7 * f + 114) % 31) + 1);
}

/** What gives the days of a year. */
type Rule = (year: number) => readonly number[];

const on =
  (month: number, date: number): Rule =>
  (year) => [dayOf(year, month, date)];
/** Days after Easter Sunday. */
const easter =
  (...offsets: readonly number[]): Rule =>
  (year) =>
    offsets.map((offset) => easterOf(year) + offset);
/** The first such weekday from a date on. */
const from =
  (weekday: number, month: number, date: number): Rule =>
  (year) => {
    const day = dayOf(year, month, date);
    return [day + ((weekday - weekdayOf(day) + 7) % 7)];
  };
/** The last such weekday up to a date. */
const upTo =
  (weekday: number, month: number, date: number): Rule =>
  (year) => {
    const day = dayOf(year, month, date);
    return [day - ((weekdayOf(day) - weekday + 7) % 7)];
  };
/** One after the other; each that falls on a weekend, or on the day that one before it was moved to, is kept on the next working day, too. */
const kept =
  (...dates: readonly (readonly [number, number])[]): Rule =>
  (year) => {
    const days: number[] = [];
    const own = dates.map(([month, date]) => dayOf(year, month, date));
    for (const day of own) {
      days.push(day);
      if (weekdayOf(day) <= FRIDAY) continue;
      let next = day + 1;
      while (weekdayOf(next) > FRIDAY || days.includes(next) || own.includes(next)) next += 1;
      days.push(next);
    }
    return days;
  };

const NEW_YEAR = on(1, 1);
const EPIPHANY = on(1, 6);
const LABOUR = on(5, 1);
const ASSUMPTION = on(8, 15);
const ALL_SAINTS = on(11, 1);
const REFORMATION = on(10, 31);
const CHRISTMAS = on(12, 25);
const SECOND_CHRISTMAS = on(12, 26);
const CHRISTMAS_EVE = on(12, 24);
const GOOD_FRIDAY = easter(-2);
const EASTER_MONDAY = easter(1);
const ASCENSION = easter(39);
const WHIT_MONDAY = easter(50);
const CORPUS_CHRISTI = easter(60);

interface Country {
  readonly everywhere: readonly Rule[];
  /** What a region keeps besides. */
  readonly regions?: Readonly<Record<string, readonly Rule[]>>;
}

const ENGLAND_AND_WALES = [EASTER_MONDAY, upTo(MONDAY, 8, 31)];

/**
 * Days on which a household is at home as on a Sunday, by ISO 3166 code: the public holidays, and the eves that are kept like them. Proclaimed single
 * days and those of a moon calendar are left out.
 */
const COUNTRIES: Readonly<Record<string, Country>> = {
  AT: {
    everywhere: [NEW_YEAR, EPIPHANY, EASTER_MONDAY, LABOUR, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI, ASSUMPTION].concat([
      on(10, 26),
      ALL_SAINTS,
      on(12, 8),
      CHRISTMAS,
      SECOND_CHRISTMAS,
    ]),
  },
  AU: {
    everywhere: [kept([1, 1]), kept([1, 26]), easter(-2, -1, 1), on(4, 25), kept([12, 25], [12, 26])],
    regions: {
      ACT: [from(MONDAY, 3, 8), from(MONDAY, 6, 8), from(MONDAY, 10, 1)],
      NSW: [from(MONDAY, 6, 8), from(MONDAY, 10, 1)],
      NT: [from(MONDAY, 5, 1), from(MONDAY, 6, 8), from(MONDAY, 8, 1)],
      QLD: [from(MONDAY, 5, 1), from(MONDAY, 10, 1)],
      SA: [from(MONDAY, 3, 8), from(MONDAY, 6, 8), from(MONDAY, 10, 1)],
      TAS: [from(MONDAY, 3, 8), from(MONDAY, 6, 8)],
      VIC: [from(MONDAY, 3, 8), from(MONDAY, 6, 8), from(2, 11, 1)],
      WA: [from(MONDAY, 3, 1), from(MONDAY, 6, 1)],
    },
  },
  BE: {
    everywhere: [NEW_YEAR, EASTER_MONDAY, LABOUR, ASCENSION, WHIT_MONDAY, on(7, 21), ASSUMPTION, ALL_SAINTS].concat([
      on(11, 11),
      CHRISTMAS,
    ]),
  },
  CA: {
    everywhere: [
      NEW_YEAR,
      GOOD_FRIDAY,
      upTo(MONDAY, 5, 24),
      on(7, 1),
      from(MONDAY, 9, 1),
      from(MONDAY, 10, 8),
      CHRISTMAS,
    ],
    regions: {
      AB: [from(MONDAY, 2, 15)],
      BC: [from(MONDAY, 2, 15), from(MONDAY, 8, 1)],
      ON: [from(MONDAY, 2, 15), SECOND_CHRISTMAS],
      QC: [on(6, 24)],
    },
  },
  CH: {
    everywhere: [NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY, on(8, 1), CHRISTMAS, SECOND_CHRISTMAS],
  },
  CZ: {
    everywhere: [
      NEW_YEAR,
      GOOD_FRIDAY,
      EASTER_MONDAY,
      LABOUR,
      on(5, 8),
      on(7, 5),
      on(7, 6),
      on(9, 28),
      on(10, 28),
    ].concat([on(11, 17), CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS]),
  },
  DE: {
    everywhere: [NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY, LABOUR, ASCENSION, WHIT_MONDAY, on(10, 3), CHRISTMAS].concat([
      SECOND_CHRISTMAS,
    ]),
    regions: {
      BB: [REFORMATION],
      BE: [on(3, 8)],
      BW: [EPIPHANY, CORPUS_CHRISTI, ALL_SAINTS],
      BY: [EPIPHANY, CORPUS_CHRISTI, ASSUMPTION, ALL_SAINTS],
      HB: [REFORMATION],
      HE: [CORPUS_CHRISTI],
      HH: [REFORMATION],
      MV: [on(3, 8), REFORMATION],
      NI: [REFORMATION],
      NW: [CORPUS_CHRISTI, ALL_SAINTS],
      RP: [CORPUS_CHRISTI, ALL_SAINTS],
      SH: [REFORMATION],
      SL: [CORPUS_CHRISTI, ASSUMPTION, ALL_SAINTS],
      SN: [REFORMATION, upTo(3, 11, 22)],
      ST: [EPIPHANY, REFORMATION],
      TH: [on(9, 20), REFORMATION],
    },
  },
  DK: {
    everywhere: [NEW_YEAR, easter(-3, -2, 1, 39, 50), CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS],
  },
  EE: {
    everywhere: [NEW_YEAR, on(2, 24), GOOD_FRIDAY, LABOUR, on(6, 23), on(6, 24), on(8, 20), CHRISTMAS_EVE].concat([
      CHRISTMAS,
      SECOND_CHRISTMAS,
    ]),
  },
  ES: {
    everywhere: [
      NEW_YEAR,
      EPIPHANY,
      GOOD_FRIDAY,
      LABOUR,
      ASSUMPTION,
      on(10, 12),
      ALL_SAINTS,
      on(12, 6),
      on(12, 8),
    ].concat([CHRISTMAS]),
  },
  FI: {
    everywhere: [
      NEW_YEAR,
      EPIPHANY,
      GOOD_FRIDAY,
      EASTER_MONDAY,
      LABOUR,
      ASCENSION,
      from(FRIDAY, 6, 19),
      on(12, 6),
    ].concat([CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS]),
  },
  FR: {
    everywhere: [
      NEW_YEAR,
      EASTER_MONDAY,
      LABOUR,
      on(5, 8),
      ASCENSION,
      WHIT_MONDAY,
      on(7, 14),
      ASSUMPTION,
      ALL_SAINTS,
    ].concat([on(11, 11), CHRISTMAS]),
  },
  GB: {
    everywhere: [kept([1, 1]), GOOD_FRIDAY, from(MONDAY, 5, 1), upTo(MONDAY, 5, 31), kept([12, 25], [12, 26])],
    regions: {
      ENG: ENGLAND_AND_WALES,
      NIR: [...ENGLAND_AND_WALES, kept([3, 17]), kept([7, 12])],
      SCT: [kept([1, 1], [1, 2]), from(MONDAY, 8, 1), kept([11, 30])],
      WLS: ENGLAND_AND_WALES,
    },
  },
  HR: {
    everywhere: [
      NEW_YEAR,
      EPIPHANY,
      EASTER_MONDAY,
      LABOUR,
      on(5, 30),
      CORPUS_CHRISTI,
      on(6, 22),
      on(8, 5),
      ASSUMPTION,
    ].concat([ALL_SAINTS, on(11, 18), CHRISTMAS, SECOND_CHRISTMAS]),
  },
  HU: {
    everywhere: [NEW_YEAR, on(3, 15), GOOD_FRIDAY, EASTER_MONDAY, LABOUR, WHIT_MONDAY, on(8, 20), on(10, 23)].concat([
      ALL_SAINTS,
      CHRISTMAS,
      SECOND_CHRISTMAS,
    ]),
  },
  IE: {
    everywhere: [NEW_YEAR, from(MONDAY, 2, 1), on(3, 17), EASTER_MONDAY, from(MONDAY, 5, 1), from(MONDAY, 6, 1)].concat(
      [from(MONDAY, 8, 1), upTo(MONDAY, 10, 31), CHRISTMAS, SECOND_CHRISTMAS],
    ),
  },
  IT: {
    everywhere: [
      NEW_YEAR,
      EPIPHANY,
      EASTER_MONDAY,
      on(4, 25),
      LABOUR,
      on(6, 2),
      ASSUMPTION,
      ALL_SAINTS,
      on(12, 8),
    ].concat([on(10, 4), CHRISTMAS, SECOND_CHRISTMAS]),
  },
  LT: {
    everywhere: [
      NEW_YEAR,
      on(2, 16),
      on(3, 11),
      EASTER_MONDAY,
      LABOUR,
      on(6, 24),
      on(7, 6),
      ASSUMPTION,
      ALL_SAINTS,
    ].concat([on(11, 2), CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS]),
  },
  LU: {
    everywhere: [
      NEW_YEAR,
      EASTER_MONDAY,
      LABOUR,
      on(5, 9),
      ASCENSION,
      WHIT_MONDAY,
      on(6, 23),
      ASSUMPTION,
      ALL_SAINTS,
    ].concat([CHRISTMAS, SECOND_CHRISTMAS]),
  },
  LV: {
    everywhere: [NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY, LABOUR, on(5, 4), on(6, 23), on(6, 24), on(11, 18)].concat([
      CHRISTMAS_EVE,
      CHRISTMAS,
      SECOND_CHRISTMAS,
      on(12, 31),
    ]),
  },
  NL: { everywhere: [NEW_YEAR, EASTER_MONDAY, on(4, 27), ASCENSION, WHIT_MONDAY, CHRISTMAS, SECOND_CHRISTMAS] },
  NO: { everywhere: [NEW_YEAR, easter(-3, -2, 1, 39, 50), LABOUR, on(5, 17), CHRISTMAS, SECOND_CHRISTMAS] },
  NZ: {
    everywhere: [kept([1, 1], [1, 2]), kept([2, 6]), easter(-2, 1), kept([4, 25]), from(MONDAY, 6, 1)].concat([
      from(MONDAY, 10, 22),
      kept([12, 25], [12, 26]),
    ]),
  },
  PL: {
    everywhere: [NEW_YEAR, EPIPHANY, EASTER_MONDAY, LABOUR, on(5, 3), CORPUS_CHRISTI, ASSUMPTION, ALL_SAINTS].concat([
      on(11, 11),
      CHRISTMAS_EVE,
      CHRISTMAS,
      SECOND_CHRISTMAS,
    ]),
  },
  PT: {
    everywhere: [NEW_YEAR, GOOD_FRIDAY, on(4, 25), LABOUR, CORPUS_CHRISTI, on(6, 10), ASSUMPTION, on(10, 5)].concat([
      ALL_SAINTS,
      on(12, 1),
      on(12, 8),
      CHRISTMAS,
    ]),
  },
  SE: {
    everywhere: [
      NEW_YEAR,
      EPIPHANY,
      GOOD_FRIDAY,
      EASTER_MONDAY,
      LABOUR,
      ASCENSION,
      on(6, 6),
      from(FRIDAY, 6, 19),
    ].concat([CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS, on(12, 31)]),
  },
  SI: {
    everywhere: [
      NEW_YEAR,
      on(1, 2),
      on(2, 8),
      EASTER_MONDAY,
      on(4, 27),
      LABOUR,
      on(5, 2),
      on(6, 25),
      ASSUMPTION,
    ].concat([REFORMATION, ALL_SAINTS, CHRISTMAS, SECOND_CHRISTMAS]),
  },
  SK: {
    everywhere: [NEW_YEAR, EPIPHANY, GOOD_FRIDAY, EASTER_MONDAY, LABOUR, on(7, 5), on(8, 29)].concat([
      ALL_SAINTS,
      CHRISTMAS_EVE,
      CHRISTMAS,
      SECOND_CHRISTMAS,
    ]),
  },
  US: {
    everywhere: [NEW_YEAR, from(MONDAY, 1, 15), from(MONDAY, 2, 15), upTo(MONDAY, 5, 31), on(6, 19), on(7, 4)].concat([
      from(MONDAY, 9, 1),
      from(MONDAY, 10, 8),
      on(11, 11),
      from(4, 11, 22),
      CHRISTMAS,
    ]),
  },
};

/** Zones that lie in one country, or in one state of it. */
const PLACES: Readonly<Record<string, string>> = {
  "America/Los_Angeles": "US",
  "America/New_York": "US",
  "America/Chicago": "US",
  "America/Denver": "US",
  "America/Toronto": "CA",
  "Atlantic/Canary": "ES",
  "Australia/Adelaide": "AU/SA",
  "Australia/Brisbane": "AU/QLD",
  "Australia/Darwin": "AU/NT",
  "Australia/Hobart": "AU/TAS",
  "Australia/Melbourne": "AU/VIC",
  "Australia/Perth": "AU/WA",
  "Australia/Sydney": "AU",
  "Europe/Amsterdam": "NL",
  "Europe/Berlin": "DE",
  "Europe/Bratislava": "SK",
  "Europe/Brussels": "BE",
  "Europe/Budapest": "HU",
  "Europe/Copenhagen": "DK",
  "Europe/Dublin": "IE",
  "Europe/Helsinki": "FI",
  "Europe/Lisbon": "PT",
  "Europe/Ljubljana": "SI",
  "Europe/London": "GB",
  "Europe/Luxembourg": "LU",
  "Europe/Madrid": "ES",
  "Europe/Oslo": "NO",
  "Europe/Paris": "FR",
  "Europe/Prague": "CZ",
  "Europe/Riga": "LV",
  "Europe/Rome": "IT",
  "Europe/Stockholm": "SE",
  "Europe/Tallinn": "EE",
  "Europe/Vienna": "AT",
  "Europe/Vilnius": "LT",
  "Europe/Warsaw": "PL",
  "Europe/Zagreb": "HR",
  "Europe/Zurich": "CH",
  "Pacific/Auckland": "NZ",
};

export interface HolidayPlace {
  readonly country: string;
  readonly region?: string | undefined;
}

/** Whether a day (days from 1 January 1970 to the local date) is a public holiday. */
export type IsHoliday = (day: number) => boolean;

/** What cannot be known of a place, as a sentence; undefined where all is well. */
export function holidayFault({ country, region }: HolidayPlace): string | undefined {
  const known = COUNTRIES[country];
  if (!known) return `no holidays are known of "${country}"; there are: ${Object.keys(COUNTRIES).join(", ")}`;
  if (region === undefined || known.regions?.[region]) return undefined;
  const regions = Object.keys(known.regions ?? {});
  return `no region "${region}" is known of ${country}; ${regions.length > 0 ? `there are: ${regions.join(", ")}` : "leave it away"}`;
}

/** Where a time zone lies, as far as holidays go; undefined where that is not sure. */
export function placeOfZone(timeZone: string): HolidayPlace | undefined {
  const [country, region] = PLACES[timeZone]?.split("/") ?? [];
  return country === undefined ? undefined : { country, region };
}

/** The holidays of a place; none where it is not known. */
export function holidaysOf(place: HolidayPlace | undefined): IsHoliday {
  const known = COUNTRIES[place?.country ?? ""];
  if (!known) return () => false;
  const rules = [...known.everywhere, ...(known.regions?.[place?.region ?? ""] ?? [])];
  const years = new Map<number, ReadonlySet<number>>();
  return (day) => {
    const year = new Date(day * DAY_MS).getUTCFullYear();
    const days = years.get(year) ?? new Set(rules.flatMap((rule) => rule(year)));
    years.set(year, days);
    return days.has(day);
  };
}

/** The clock of a household: a public holiday is a Sunday. */
export const withHolidays =
  (clock: (ms: number) => LocalTime, isHoliday: IsHoliday) =>
  (ms: number): LocalTime => {
    const time = clock(ms);
    return isHoliday(time.day) ? { ...time, weekday: 7 } : time;
  };
