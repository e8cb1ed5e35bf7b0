import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fixture, send } from "./testing/local-server.ts";
import { importsOf, pricesOf, refusalOf, startsOf, useLocalServer } from "./testing/use-local-server.ts";
import { tibber } from "./tibber.ts";

const server = useLocalServer({ beforeAll, beforeEach, afterAll });
const NOW = "2026-01-14T12:30:00Z";
const fetched = (settings: object = {}, { now = NOW, currency = "SEK" } = {}) =>
  pricesOf(
    tibber,
    { baseUrl: server().url, ...settings },
    { currency, secret: (name) => (name === "TIBBER_TOKEN" ? "a-token" : undefined) },
    Date.parse(now),
  );

interface Price {
  total: number;
  energy: number;
  startsAt: string;
  currency: string;
}
interface Home {
  id: string;
  appNickname: string | null;
  currentSubscription: { priceInfo: { today: Price[]; tomorrow: Price[] } } | null;
}
interface Answer {
  data: { viewer: { homes: Home[] } };
  errors?: object[];
}
const ANSWER = fixture("tibber/price_info_quarter_hourly.json");
const changed = (change: (answer: Answer) => void): string => {
  const answer = JSON.parse(ANSWER) as Answer;
  change(answer);
  return JSON.stringify(answer);
};
const contractOf = (answer: Answer) =>
  answer.data.viewer.homes[1]?.currentSubscription?.priceInfo ?? { today: [], tomorrow: [] };
/** Today in such steps from this moment on; the price counts them. */
const dayOf = (startsAt: string, minutes: number, count: number): string =>
  changed((answer) => {
    contractOf(answer).tomorrow = [];
    contractOf(answer).today = Array.from({ length: count }, (_, k) => ({
      total: k / 100,
      energy: k / 200,
      startsAt: new Date(Date.parse(startsAt) + k * minutes * 60_000).toISOString(),
      currency: "SEK",
    }));
  });

test("today and tomorrow of the only home with a contract, by the quarter-hour, as they are billed", async () => {
  server().answer(send(ANSWER));
  const slots = await fetched();
  expect(slots).toHaveLength(192);
  expect([startsOf(slots)[0], startsOf(slots).at(-1)]).toEqual(["2026-01-13T23:00Z", "2026-01-15T22:45Z"]);
  expect(slots[0]?.importPerKwh).toBe(contractOf(JSON.parse(ANSWER) as Answer).today[0]?.total);
  const [asked] = server().asked;
  expect([asked?.method, asked?.pathname, asked?.headers["authorization"]]).toEqual([
    "POST",
    "/v1-beta/gql",
    "Bearer a-token",
  ]);
  expect((JSON.parse(asked?.body ?? "{}") as { query: string }).query).toContain("resolution: QUARTER_HOURLY");
});

test("the energy alone, where the house adds its own taxes", async () => {
  server().answer(send(ANSWER));
  const [first] = await fetched({ price: "energy" });
  expect(first?.importPerKwh).toBe(contractOf(JSON.parse(ANSWER) as Answer).today[0]?.energy);
});

test("tomorrow is not there before it is published", async () => {
  server().answer(
    send(
      changed((answer) => {
        contractOf(answer).tomorrow = [];
      }),
    ),
  );
  expect(await fetched()).toHaveLength(96);
});

test("of several homes the one that is named, by nickname or id; without a name none is guessed", async () => {
  const two = changed((answer) => {
    const [, home] = answer.data.viewer.homes;
    if (home) answer.data.viewer.homes.push({ ...home, id: "the-cabin", appNickname: "Stugan" });
  });
  server().answer(send(two));
  expect(await fetched({ home: "Stugan" })).toHaveLength(192);
  expect(await fetched({ home: "the-cabin" })).toHaveLength(192);
  expect((await refusalOf(fetched())).message).toMatch(/several homes: set home to one of .*Huset, Stugan/);
  expect((await refusalOf(fetched({ home: "Hytta" }))).message).toMatch(/no home "Hytta"; there are: .*Huset, Stugan/);
});

test.each([
  { day: "of 23 hours", start: "2026-03-28T23:00:00Z", count: 92 },
  { day: "of 25 hours", start: "2026-10-24T22:00:00Z", count: 100 },
])("E13 a day $day has $count quarter-hours, each once", async ({ start, count }) => {
  server().answer(send(dayOf(start, 15, count)));
  const slots = await fetched({}, { now: start });
  expect(importsOf(slots)).toEqual(Array.from({ length: count }, (_, k) => k / 100));
  expect(slots.every(({ hours }) => hours === 0.25)).toBe(true);
});

test.each([200, 400, 401])(
  "E05 a token that is refused with status %i is trouble with the credentials",
  async (status) => {
    server().answer(send(fixture("tibber/unauthenticated.json"), status));
    const error = await refusalOf(fetched());
    expect([error.trouble, error.message]).toEqual([
      "credentials",
      expect.stringMatching(/invalid token.*check TIBBER_TOKEN in \.env/),
    ]);
  },
);

test.each([
  {
    what: "hours where quarter-hours were asked for",
    body: dayOf("2026-01-13T23:00:00Z", 60, 24),
    says: /homes\[1\]\.currentSubscription\.priceInfo\.today\[0\]\.startsAt makes a slot of 60 minutes, where it is 15/,
  },
  {
    what: "another currency",
    body: changed((answer) => {
      const [, second] = contractOf(answer).today;
      if (second) second.currency = "NOK";
    }),
    says: /today\[1\]\.currency is NOK, but the house counts in SEK/,
  },
  {
    what: "a quarter-hour that is there twice",
    body: changed((answer) => {
      const { today } = contractOf(answer);
      today.push(...today.slice(-1));
    }),
    says: /today\[96\]\.startsAt is there twice/,
  },
  {
    what: "half an answer beside an error",
    body: changed((answer) => {
      answer.errors = [{ message: "tomorrow timed out" }];
    }),
    says: /tomorrow timed out/,
  },
])("E06 refuses $what", async ({ body, says }) => {
  server().answer(send(body));
  const error = await refusalOf(fetched());
  expect([error.trouble, error.message]).toEqual(["malformed", expect.stringMatching(says)]);
});
