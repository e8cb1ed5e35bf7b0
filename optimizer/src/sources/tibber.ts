import { z } from "zod";
import { SourceError } from "../domain/errors.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { checkedSlots, withEnds } from "./checked-slots.ts";
import { fetchJson } from "./fetch-answer.ts";
import { wantCurrency } from "./price-unit.ts";
import { secretOf } from "./secret.ts";
import { defineSource, type Unnamed } from "./source.ts";

const Tibber = z.strictObject({
  kind: z.literal("tibber"),
  home: z.string().min(1).optional().describe("id or nickname of your home, where you have several with a contract"),
  price: z
    .enum(["total", "energy"])
    .default("total")
    .describe("total: with taxes, and in Germany with grid fees, too; energy: the price of the market alone"),
  stepMinutes: z
    .literal([15, 60], "write 15 or 60")
    .default(15)
    .describe("15, or 60 for a contract that is billed by the hour"),
  baseUrl: z.url().default("https://api.tibber.com").describe("of the API"),
});

const Price = z.object({
  total: z.number(),
  energy: z.number(),
  startsAt: z.iso.datetime({ offset: true }).transform(Date.parse),
  currency: z.string(),
});
const Home = z.object({
  id: z.string(),
  appNickname: z.string().nullable(),
  currentSubscription: z
    .object({ priceInfo: z.object({ today: z.array(Price), tomorrow: z.array(Price) }).nullable() })
    .nullable(),
});
const Answer = z.object({ data: z.object({ viewer: z.object({ homes: z.array(Home) }) }) });
type Home = z.output<typeof Home>;

const SOURCE = "tibber";
const queryOf = (resolution: string): string =>
  `{ viewer { homes { id appNickname currentSubscription { priceInfo(resolution: ${resolution}) {
    today { total energy startsAt currency } tomorrow { total energy startsAt currency } } } } } }`;

/** Prices of today and tomorrow as Tibber bills them to its customers. */
export const tibber = defineSource(
  SOURCE,
  {
    title: "Tibber",
    region: "Tibber's customers in Norway, Sweden, Germany, the Netherlands",
    step: "15 or 60 min, a setting",
    credentials: "TIBBER_TOKEN",
    rateLimit: "100 in 5 minutes; asked every 60 min",
    test: "tibber.test.ts",
    answers: "written true to the format",
    checkedAgainst: "Danielhiversen/pyTibber, evcc-io/evcc, mampfes/ha_epex_spot",
  },
  Tibber,
  (config, deps): Unnamed<readonly SpotSlot[]> => ({
    refreshMinutes: 60,
    publishedAt: { time: "13:00", timeZone: "Europe/Oslo" },
    fetch: async (nowMs, signal) => {
      const token = secretOf(deps, SOURCE, "TIBBER_TOKEN");
      const answer = await fetchJson(new URL("/v1-beta/gql", config.baseUrl), Answer, {
        source: SOURCE,
        signal,
        timeoutMs: deps.timeoutMs ?? 10_000,
        headers: { authorization: `Bearer ${token}` },
        body: { query: queryOf(config.stepMinutes === 15 ? "QUARTER_HOURLY" : "HOURLY") },
        credentials: "TIBBER_TOKEN in .env",
      });
      const { home, at } = homeOf(answer.data.viewer.homes, config.home);
      const info = home.currentSubscription?.priceInfo;
      const sent = (["today", "tomorrow"] as const).flatMap((day) =>
        (info?.[day] ?? []).map((price, k) => {
          const field = `${at}.currentSubscription.priceInfo.${day}[${k}]`;
          wantCurrency(price.currency, deps.currency, SOURCE, `${field}.currency`);
          const value = price[config.price];
          return { startMs: price.startsAt, value, field: `${field}.${config.price}`, timeField: `${field}.startsAt` };
        }),
      );
      const border = { source: SOURCE, perKwh: 1, nowMs, stepMinutes: [config.stepMinutes] };
      return checkedSlots(withEnds(sent, border), border);
    },
  }),
);

/** The home that is meant, or the only one with a contract. */
function homeOf(homes: readonly Home[], wanted: string | undefined): { readonly home: Home; readonly at: string } {
  const fitting = homes.flatMap((home, k) =>
    (wanted === undefined ? home.currentSubscription : home.id === wanted || home.appNickname === wanted)
      ? [{ home, at: `data.viewer.homes[${k}]` }]
      : [],
  );
  const [only] = fitting;
  if (only && fitting.length === 1) return only;
  const names = homes.map(({ id, appNickname }) => appNickname ?? id).join(", ") || "none";
  throw new SourceError(
    SOURCE,
    only
      ? `there are several homes: set home to one of ${names}`
      : wanted === undefined
        ? `no home has a contract with prices; there are: ${names}`
        : `there is no home "${wanted}"; there are: ${names}`,
  );
}
