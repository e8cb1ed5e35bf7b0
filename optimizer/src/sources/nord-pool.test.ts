import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { nordPool } from "./nord-pool.ts";
import { type Answer, fixture, send } from "./testing/local-server.ts";
import { importsOf, pricesOf, refusalOf, startsOf, useLocalServer } from "./testing/use-local-server.ts";

const server = useLocalServer({ beforeAll, beforeEach, afterAll });
const fetched = (area: string, now: string, currency = "EUR") =>
  pricesOf(nordPool, { area, baseUrl: server().url }, { currency }, Date.parse(now));

interface Day {
  deliveryDateCET: string;
  currency: string;
  multiAreaEntries: { deliveryStart: string; deliveryEnd: string; entryPerArea: Record<string, number> }[];
}
/** Answers by date; other days are not published. */
const days =
  (all: Readonly<Record<string, string>>): Answer =>
  (asked, response) => {
    const body = all[asked.searchParams.get("date") ?? ""];
    if (body === undefined) response.writeHead(204).end();
    else send(body)(asked, response);
  };
const SE3 = fixture("nord-pool/delivery_period_se3_2024-11-05.json");
const changed = (change: (day: Day) => void): string => {
  const day = JSON.parse(SE3) as Day;
  change(day);
  return JSON.stringify(day);
};
/** A whole market day in such steps; the price counts them. */
const dayOf = (date: string, startsAt: string, hours: number, minutes: number): string => {
  const at = (k: number) => new Date(Date.parse(startsAt) + k * minutes * 60_000).toISOString().replace(".000Z", "Z");
  const multiAreaEntries = Array.from({ length: (hours * 60) / minutes }, (_, k) => ({
    deliveryStart: at(k),
    deliveryEnd: at(k + 1),
    entryPerArea: { SE3: k },
  }));
  return JSON.stringify({ deliveryDateCET: date, market: "DayAhead", currency: "EUR", multiAreaEntries });
};

test("a recorded day becomes 24 hours in EUR per kWh; what is not published yet is not there", async () => {
  server().answer(days({ "2024-11-05": SE3 }));
  const slots = await fetched("SE3", "2024-11-05T08:00:00Z");
  expect(slots).toHaveLength(24);
  expect(slots[0]).toEqual({
    startMs: Date.parse("2024-11-04T23:00:00Z"),
    hours: 1,
    importPerKwh: expect.closeTo(0.02154, 9),
  });
  expect(server().asked.map(({ search }) => search)).toEqual(
    ["2024-11-04", "2024-11-05", "2024-11-06"].map(
      (date) => `?date=${date}&market=DayAhead&deliveryArea=SE3&currency=EUR`,
    ),
  );
});

test("E13 the day of 23 hours has 92 quarter-hours, each once", async () => {
  server().answer(days({ "2026-03-29": fixture("nord-pool/day_ahead_fi_15min_2026-03-29.json") }));
  const slots = await fetched("FI", "2026-03-29T08:00:00Z");
  expect(slots).toHaveLength(92);
  expect([startsOf(slots)[0], startsOf(slots).at(-1)]).toEqual(["2026-03-28T23:00Z", "2026-03-29T21:45Z"]);
  slots.slice(1).forEach(({ startMs }, k) => expect(startMs - (slots[k]?.startMs ?? 0)).toBe(900_000));
});

test("E13 the day of 25 hours has 100 quarter-hours, and hours before it stay hours", async () => {
  server().answer(
    days({
      "2026-10-24": dayOf("2026-10-24", "2026-10-23T22:00:00Z", 24, 60),
      "2026-10-25": dayOf("2026-10-25", "2026-10-24T22:00:00Z", 25, 15),
    }),
  );
  const slots = await fetched("SE3", "2026-10-25T08:00:00Z");
  expect(slots.map(({ hours }) => hours)).toEqual([
    ...Array.from({ length: 24 }, () => 1),
    ...Array.from({ length: 100 }, () => 0.25),
  ]);
  expect(startsOf(slots).at(-1)).toBe("2026-10-25T22:45Z");
  expect(importsOf(slots).at(-1)).toBe(0.099);
});

test.each([
  {
    what: "another day than the one asked for",
    body: changed((day) => {
      day.deliveryDateCET = "2024-11-06";
    }),
    says: /deliveryDateCET is 2024-11-06, where 2024-11-05 was asked for/,
  },
  {
    what: "another currency",
    body: changed((day) => {
      day.currency = "SEK";
    }),
    says: /currency is SEK, but the house counts in EUR/,
  },
  {
    what: "an hour of the next day",
    body: changed((day) => {
      day.multiAreaEntries.push({
        deliveryStart: "2024-11-05T23:00:00Z",
        deliveryEnd: "2024-11-06T00:00:00Z",
        entryPerArea: { SE3: 1 },
      });
    }),
    says: /multiAreaEntries\[24\]\.deliveryStart is not of 2024-11-05/,
  },
  {
    what: "an hour that is there twice",
    body: changed((day) => {
      day.multiAreaEntries.splice(3, 0, ...day.multiAreaEntries.slice(2, 3));
    }),
    says: /multiAreaEntries\[3\]\.deliveryStart is there twice/,
  },
  {
    what: "another area",
    body: changed((day) => {
      day.multiAreaEntries.forEach((entry) => {
        entry.entryPerArea = { SE4: 1 };
      });
    }),
    says: /multiAreaEntries\[0\]\.entryPerArea\.SE3/,
  },
])("E06 refuses $what", async ({ body, says }) => {
  server().answer(days({ "2024-11-05": body }));
  const error = await refusalOf(fetched("SE3", "2024-11-05T08:00:00Z"));
  expect([error.trouble, error.message]).toEqual(["malformed", expect.stringMatching(says)]);
});

test.each(["Sweden", "SE", "DE", "RO"])("an area that Nord Pool does not name so is refused: %s", (area) => {
  expect(() => nordPool.create({ kind: "nord-pool", area }, { currency: "EUR" })).toThrow(
    /area: write a delivery area as Nord Pool names it: .*GER.*TEL/,
  );
});

test("an empty day of the portal is not published yet, like none at all", async () => {
  const empty = changed((day) => {
    day.multiAreaEntries = [];
  });
  server().answer(days({ "2024-11-05": empty }));
  expect(await fetched("SE3", "2024-11-05T08:00:00Z")).toEqual([]);
});
