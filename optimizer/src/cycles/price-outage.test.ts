import { HomeConfig, MS_PER_HOUR } from "@ohmstead/contract";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createSolver } from "../solver/solver.ts";
import { createPriceSources } from "../sources/registry.ts";
import { type LocalServer, send, startLocalServer } from "../sources/testing/local-server.ts";
import { openStore } from "../store/store.ts";
import { applianceByHand, restsOf } from "./testing/appliance-by-hand.ts";
import { BATTERY_IN_CONFIG } from "./testing/battery-in-config.ts";

/** A Friday in London's winter, whose clock is UTC. */
const MIDNIGHT_MS = Date.UTC(2024, 0, 5);
const at = (hour: number): number => MIDNIGHT_MS + hour * MS_PER_HOUR;
const HALF_HOUR_MS = MS_PER_HOUR / 2;

let first: LocalServer;
let second: LocalServer;
const solver = createSolver();
beforeAll(async () => {
  first = await startLocalServer();
  second = await startLocalServer();
});
afterAll(async () => {
  await first.close();
  await second.close();
  await solver.stop();
});

/** Dear from four to seven in the afternoon, as on most days. */
const penceAt = (hour: number): number => (hour % 24 >= 16 && hour % 24 < 19 ? 38 : 18 + (hour % 24) / 4);

/** The provider's answer, in its own format, pence and newest first: out until 23:00 of the day that began so many hours after midnight. */
const publish = (server: LocalServer, dayFromHour: number): void => {
  const [fromHour, untilHour] = [dayFromHour - 24 * 7, dayFromHour + 23];
  const results = Array.from({ length: (untilHour - fromHour) * 2 }, (_, k) => ({
    value_exc_vat: penceAt(24 * 7 + fromHour + k / 2) / 1.05,
    value_inc_vat: penceAt(24 * 7 + fromHour + k / 2),
    valid_from: new Date(at(fromHour) + k * HALF_HOUR_MS).toISOString(),
    valid_to: new Date(at(fromHour) + (k + 1) * HALF_HOUR_MS).toISOString(),
    payment_method: null,
  })).toReversed();
  server.answer(send(JSON.stringify({ count: results.length, next: null, previous: null, results })));
};

const agile = (server: LocalServer) => ({
  kind: "octopus-agile",
  product: "AGILE-24-10-01",
  region: "C",
  baseUrl: server.url,
});

test("E07 two price sources whose ports are closed one after the other, a day long: every slot has its price, and each plan says on whose word", async () => {
  publish(first, 0);
  publish(second, 0);
  const config = HomeConfig.parse({
    timeZone: "Europe/London",
    currency: "GBP",
    prices: { source: [agile(first), agile(second)] },
    weather: { source: { kind: "csv" } },
    meters: { gridPower: "sensor.grid" },
    batteries: [BATTERY_IN_CONFIG],
  });
  const store = openStore(":memory:");
  const { appliance, nowMs, passTo } = applianceByHand({
    config,
    store,
    solver,
    sources: {
      prices: createPriceSources(config.prices.source, { currency: "GBP", timeoutMs: 2000 }),
      weather: [],
      pv: new Map(),
      history: undefined,
    },
    startMs: at(12),
    logger: pino({ level: "silent" }),
  });
  const asked = (): number => first.asked.length + second.asked.length;
  /** Who says the prices of a plan made then, after a life of half-hours: one line per stretch, the last one to the end of the horizon. */
  const restsAt = async (hour: number): Promise<string[]> => {
    while (nowMs() < at(hour)) await passTo(nowMs() + HALF_HOUR_MS);
    const plan = await appliance.replan("test");
    expect(plan.rung).toBe("full");
    const { slots } = plan;
    const stretches = restsOf(plan, "prices");
    // Whoever says it: the afternoon is dear.
    const { importPricePerKwh = [] } = store.plans.latest()?.problem ?? {};
    expect(importPricePerKwh).toHaveLength(slots.length);
    slots.forEach(({ startMs }, k) => {
      const isDear = penceAt((startMs - MIDNIGHT_MS) / MS_PER_HOUR) > 30;
      if (isDear) expect(importPricePerKwh[k]).toBeGreaterThan(0.3);
      else expect(importPricePerKwh[k]).toBeLessThan(0.3);
    });
    return stretches.map(
      (each, k) =>
        `${each.rung} ${each.source}${k < stretches.length - 1 ? ` until ${(each.untilMs - MIDNIGHT_MS) / MS_PER_HOUR}` : ""}`,
    );
  };
  const said = (name: string): string =>
    appliance
      .health()
      .checks.filter((check) => check.name === name)
      .map(({ status, detail }) => `${status}: ${detail}`)
      .join("; ");
  try {
    appliance.start();
    await vi.waitFor(() => expect(asked()).toBeGreaterThan(1), { timeout: 20_000 });
    expect(await restsAt(12.5)).toEqual(["best octopus-agile until 23", "learned price-shape"]);
    expect(said("sources")).toMatch(/^ok/);

    // The next day is published where nobody listens, and by the second.
    await first.closePort();
    publish(second, 24);
    expect(await restsAt(18)).toEqual([
      "best octopus-agile until 23",
      "second octopus-agile-2 until 47",
      "learned price-shape",
    ]);
    expect(said("sources")).toMatch(/^warning: .* cannot be reached/);

    await second.closePort();

    expect(await restsAt(36)).toEqual(["second octopus-agile-2 until 47", "learned price-shape"]);
    expect(said("sources")).toMatch(/octopus-agile-2: .* cannot be reached/);
    // More than a day after its last word it counts as what it once said.
    expect(await restsAt(45)).toEqual(["cached octopus-agile-2 until 47", "learned price-shape"]);
    expect(said("prices")).toMatch(/^warning: Known until Sat 23:00/);
    expect(await restsAt(48)).toEqual(["learned price-shape"]);
    expect(said("prices")).toMatch(/^warning: No price is known for now: those of the days before are planned with/);

    publish(first, 48);
    await first.beWell();
    expect(await restsAt(50)).toEqual(["best octopus-agile until 71", "learned price-shape"]);
    expect(said("prices")).toMatch(/^ok: Known until Sun 23:00/);
  } finally {
    await appliance.stop();
    store.close();
  }
});
