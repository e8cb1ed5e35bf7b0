import { HomeConfig, MS_PER_HOUR } from "@ohmstead/contract";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createPriceSources } from "../sources/registry.ts";
import type { PriceSource } from "../sources/source.ts";
import { type LocalServer, send, startLocalServer } from "../sources/testing/local-server.ts";
import { openStore, type Store } from "../store/store.ts";
import { createSourceAsker, type SourceAsker } from "./ask-sources.ts";
import { createPriceDesk, type PriceDesk } from "./price-desk.ts";

const MINUTE_MS = 60_000;
const HALF_HOUR_MS = MS_PER_HOUR / 2;
/** A Friday in London's winter, whose clock is UTC. */
const MIDNIGHT_MS = Date.UTC(2024, 0, 5);
const at = (hour: number): number => MIDNIGHT_MS + hour * MS_PER_HOUR;

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer();
});
afterAll(() => server.close());

let store: Store;
let nowMs: number;
let told: string[];
let logged: string[];
let asker: SourceAsker;
beforeEach(async () => {
  await server.beWell();
  server.asked.length = 0;
  store = openStore(":memory:");
  nowMs = at(12);
  told = [];
  logged = [];
});
afterEach(() => {
  asker.stop();
  store.close();
});

const config = (prices: object = {}) =>
  HomeConfig.parse({
    timeZone: "Europe/London",
    currency: "GBP",
    prices: {
      source: { kind: "octopus-agile", product: "AGILE-24-10-01", region: "C", baseUrl: server.url },
      ...prices,
    },
    weather: { source: { kind: "csv" } },
    meters: { gridPower: "sensor.grid" },
  });
function deskOf(more: readonly PriceSource[] = [], prices: object = {}): PriceDesk {
  const home = config(prices);
  asker = createSourceAsker({
    clock: { nowMs: () => nowMs },
    logger: { info: () => undefined, warn: (_: unknown, message?: string) => void logged.push(String(message)) },
    random: () => 0.5,
    say: (message) => told.push(message),
  });
  const own = createPriceSources(home.prices.source, { currency: "GBP", timeoutMs: 2000 });
  return createPriceDesk({
    config: home,
    sources: [...own, ...more],
    asker,
    store,
    clock: { nowMs: () => nowMs },
    say: (message) => told.push(message),
  });
}
/** What the provider has published, in its own format: pence, newest first. */
const publish = (fromHour: number, untilHour: number, pence: (hour: number) => number = () => 20): void => {
  const count = (untilHour - fromHour) * 2;
  const results = Array.from({ length: count }, (_, k) => {
    const fromMs = at(fromHour) + k * HALF_HOUR_MS;
    return {
      value_exc_vat: pence(fromHour + k / 2) / 1.05,
      value_inc_vat: pence(fromHour + k / 2),
      valid_from: new Date(fromMs).toISOString(),
      valid_to: new Date(fromMs + HALF_HOUR_MS).toISOString(),
      payment_method: null,
    };
  }).toReversed();
  server.answer(send(JSON.stringify({ count, next: null, previous: null, results })));
};
/** Minute by minute, as the appliance looks; answers the hours of the day at which the source was asked. */
async function liveUntil(desk: PriceDesk, hour: number): Promise<number[]> {
  const asked: number[] = [];
  for (; nowMs < at(hour); nowMs += MINUTE_MS) {
    if (!desk.isDue()) continue;
    const before = server.asked.length;
    await desk.refresh();
    if (server.asked.length > before) asked.push((nowMs - MIDNIGHT_MS) / MS_PER_HOUR);
  }
  return asked;
}
const stored = (fromHour: number, untilHour: number) => store.prices.opinions(at(fromHour), at(untilHour));

test("E08 tomorrow is late: it is asked for again after growing delays, is there soon after its publication, and no gap is a price", async () => {
  publish(0, 23);
  const desk = deskOf();
  const early = await liveUntil(desk, 18);
  const afterPublication = early.filter((hour) => hour >= 16);
  const delays = afterPublication.slice(1).map((hour, k) => hour - (afterPublication[k] ?? 0));
  expect(delays[0]).toBeLessThan(0.06);
  expect(delays.at(-1)).toBeGreaterThan(0.35);
  delays.slice(1).forEach((delay, k) => expect(delay).toBeGreaterThan((delays[k] ?? 0) - 0.04));
  expect(afterPublication.length).toBeLessThan(12);
  expect(store.prices.knownUntilMs()).toBe(at(23));
  expect(stored(23, 48)).toEqual([]);

  publish(0, 47);
  const late = await liveUntil(desk, 39);
  expect(late[0]).toBeLessThan(18.65);
  expect(store.prices.knownUntilMs()).toBe(at(47));
  // Then it rests: looked in every six hours, not every thirty minutes.
  expect(late.length).toBeLessThan(6);
  expect(
    store.priceVintages.knownAt({ source: "octopus-agile", atMs: at(17.9), fromMs: at(23), untilMs: at(48) }),
  ).toEqual([]);
});

test("E06 an answer that is cut off leaves the last good prices as they are, with nothing of it stored; it is said once", async () => {
  publish(0, 23);
  const desk = deskOf();
  await desk.refresh();
  const before = stored(0, 48);
  expect(before).toHaveLength(46);
  publish(0, 47, () => 30);
  server.misbehave({ kind: "truncated", share: 0.7 });
  nowMs = at(17);
  const asked = await liveUntil(desk, 18);
  // A minute, two, four … later, not every minute.
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.length).toBeLessThan(9);
  expect(stored(0, 48)).toEqual(before);
  expect(asker.states()).toEqual([
    expect.objectContaining({
      trouble: "malformed",
      failure: expect.stringContaining("not JSON"),
      answeredAtMs: at(12),
    }),
  ]);
  expect(logged).toHaveLength(1);
  await server.beWell();
  await liveUntil(desk, 19);
  expect(stored(0, 48)).toHaveLength(94);
});

test("E05 refused credentials: asked once an hour, said once, and the other source goes on", async () => {
  publish(0, 23);
  server.misbehave({ kind: "status", status: 401 });
  const second = createPriceSources([{ kind: "push" }], { currency: "GBP" }).map((source) => ({
    ...source,
    name: "second",
    fetch: async () => [{ startMs: at(12), hours: 12, importPerKwh: 0.3 }],
  }));
  const desk = deskOf(second);
  const asked = await liveUntil(desk, 24);
  expect(asked).toHaveLength(12);
  expect(told.filter((text) => /answered 401/.test(text))).toHaveLength(1);
  expect(stored(12, 24)).toEqual([expect.objectContaining({ importPricePerKwh: 0.3 })]);
});

test("who asks for patience is not asked before", async () => {
  publish(0, 23);
  server.misbehave({ kind: "status", status: 429, retryAfter: "5400" });
  const [, again] = await liveUntil(deskOf(), 15);
  expect(again).toBeGreaterThanOrEqual(13.5);
  expect(again).toBeLessThan(13.6);
});

test("E10 a corrupt half-hour of a real answer is kept aside and said once; the others are used, and of that one the last good price stays", async () => {
  publish(0, 23);
  const desk = deskOf();
  expect(await desk.refresh()).toBe(true);
  nowMs = at(16.1);
  publish(0, 47, (hour) => (hour === 20 ? 0.02 : hour === 30 ? 450 : hour === 33 ? 20_000 : 20));
  expect(await desk.refresh()).toBe(true);
  expect(stored(20, 20.5)).toEqual([expect.objectContaining({ importPricePerKwh: 0.2 })]);
  expect(stored(30, 30.5)).toEqual([]);
  expect(stored(0, 48)).toHaveLength(92);
  expect(store.quarantine.newest({ limit: 9 }).map(({ subject, atMs, value }) => [subject, atMs, value])).toEqual([
    ["prices/octopus-agile", at(30), "4.5"],
    ["prices/octopus-agile", at(20), "0.0002"],
    ["prices/octopus-agile", at(33), "200"],
  ]);
  expect(told).toEqual([expect.stringMatching(/^prices\/octopus-agile: 3 prices were not believed/)]);
  expect(desk.checks()).toEqual([expect.objectContaining({ name: "price quarantine", status: "warning" })]);
  nowMs = at(23);
  await desk.refresh();
  expect(told).toHaveLength(1);
});

test("the same answer again is no news, and asks for no new plan; nor does what changes in the past", async () => {
  publish(0, 23);
  const desk = deskOf();
  expect(await desk.refresh()).toBe(true);
  nowMs = at(16.1);
  expect(await desk.refresh()).toBe(false);
  nowMs = at(16.5);
  publish(0, 23, (hour) => (hour === 3 ? 21 : 20));
  expect(await desk.refresh()).toBe(false);
  nowMs = at(17.5);
  publish(0, 23, (hour) => (hour === 21 ? 22 : 20));
  expect(await desk.refresh()).toBe(true);
});

test("prices become final by the tariff of the house, cut where a grid fee changes", async () => {
  publish(0, 23);
  await deskOf([], { import: { vat: 0.05, gridFees: [{ from: "16:10", until: "19:00", perKwh: 0.1 }] } }).refresh();
  expect(stored(16, 16.5).map(({ hours, importPricePerKwh }) => [hours, importPricePerKwh])).toEqual([
    [expect.closeTo(1 / 6, 9), expect.closeTo(0.21, 9)],
    [expect.closeTo(1 / 3, 9), expect.closeTo(0.31, 9)],
  ]);
});

const feeAt = (hour: number): number => (hour % 24 >= 7 && hour % 24 < 22 ? 0.05 : 0) + 0.02;

test("E08 zeros before publication are no prices at any door: not a source's own, nor what a tariff has made of them before they were pushed", async () => {
  const fees = [{ from: "07:00", until: "22:00", perKwh: 0.05 }];
  const desk = deskOf([], { import: { gridFees: fees, addPerKwh: 0.02 } });
  publish(0, 48, (hour) => (hour < 24 ? 20 : 0));
  await desk.refresh();
  const slots = Array.from({ length: 48 }, (_, hour) => ({
    startMs: at(hour),
    hours: 1,
    importPricePerKwh: (hour < 24 ? 0.2 : 0) + feeAt(hour),
    exportPricePerKwh: 0,
  }));
  expect(desk.take({ currency: "GBP", slots })).toEqual({ stored: 24, refused: 0 });
  expect(stored(24, 48)).toEqual([]);
  expect(store.quarantine.newest({ limit: 9 }).map(({ subject, value }) => [subject, value])).toEqual([
    ["prices/push", "24 × 0"],
    ["prices/octopus-agile", "48 × 0"],
  ]);
  expect(desk.checks()).toEqual([]);
});

const ofProduct = (product: string) => ({
  source: [{ kind: "octopus-agile", product, region: "C", baseUrl: server.url }],
});
test("another currency is another measure: what came in the one before is not compared", async () => {
  publish(-24, 23);
  await deskOf([], ofProduct("A")).refresh();
  const forints = Array.from({ length: 24 }, (_, k) => ({ startMs: at(k), hours: 1, importPerKwh: 92 }));
  nowMs = at(13);
  // Begun anew, nobody remembers when it was asked.
  deskOf([], ofProduct("A"));
  const abroad = createPriceDesk({
    config: { ...config(ofProduct("A")), currency: "HUF" },
    sources: [{ kind: "told", name: "octopus-agile", refreshMinutes: 60, fetch: async () => forints }],
    asker,
    store,
    clock: { nowMs: () => nowMs },
    say: (message) => told.push(message),
  });
  await abroad.refresh();
  expect(told).toEqual([]);
  expect(stored(20, 21)[0]?.importPricePerKwh).toBe(92);
});

test("a factor that was put right is no mistake of unit: what came under other settings is no measure", async () => {
  publish(0, 23, () => 0.02);
  await deskOf([], ofProduct("A")).refresh();
  publish(0, 23, () => 20);
  nowMs = at(13);
  await deskOf([], ofProduct("A")).refresh();
  await deskOf([], ofProduct("B")).refresh();
  expect(stored(20, 21)[0]?.importPricePerKwh).toBeCloseTo(0.2, 9);
});
