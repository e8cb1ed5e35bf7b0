import {
  Command,
  CommandEvent,
  Diagnostics,
  FallbackPack,
  Health,
  History,
  Override,
  Plan,
  PricesStored,
  ProblemDocument,
  Quarantine,
  Recommendation,
  Savings,
  TelemetryAnswer,
  Timeline,
} from "@ohmstead/contract";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  aCommand,
  aPlan,
  aProblem,
  anOverride,
  aRecommendation,
  fakeAppliance,
  NOW_MS,
} from "../../../../tests/support/appliance-fake.ts";
import { type ApiUnderTest, startApi, TOKEN } from "../../../../tests/support/http-api-under-test.ts";
import type { Appliance } from "../../cycles/appliance.ts";
import { NotReady, SolverError } from "../../domain/errors.ts";

let running: ApiUnderTest | undefined;
const start = async (changes: Partial<Appliance> = {}) => {
  const fake = fakeAppliance(changes);
  running = await startApi(fake.appliance);
  return { ...running, calls: fake.calls };
};
afterEach(() => running?.stop());

const priceSlot = { startMs: NOW_MS, hours: 1, importPricePerKwh: 0.3, exportPricePerKwh: 0.1 };
const prices = { currency: "EUR", slots: [priceSlot] };
const reading = { source: "sensor.battery_soc", value: 55, unit: "%", atMs: NOW_MS };
const report = { id: "report-1", type: "sent", attempt: 1, atMs: NOW_MS };
const wish = { kind: "batteryHold", deviceId: "battery" };
const fallbackReport = { fromMs: NOW_MS, untilMs: NOW_MS + 1, rung: "plan", actions: [] };

const nothing = () => undefined;
const bodyOf = (bytes: number) => JSON.stringify({ x: "y".repeat(bytes - '{"x":""}'.length) });

describe("routes", () => {
  test.each([
    { route: "GET /health/ready", status: 200, schema: Health },
    { route: "GET /api/v1/recommendation/now", status: 200, schema: Recommendation },
    { route: "GET /api/v1/plan", status: 200, schema: Plan },
    { route: "POST /api/v1/plan", status: 200, schema: Plan },
    { route: "POST /api/v1/plan", body: { reason: "curious" }, status: 200, schema: Plan },
    { route: "POST /api/v1/solve", body: aProblem, status: 200, schema: Plan },
    {
      route: "POST /api/v1/prices/update",
      body: prices,
      status: 200,
      schema: PricesStored,
    },
    { route: "GET /api/v1/quarantine?subject=prices/push&limit=5", status: 200, schema: Quarantine },
    { route: "POST /api/v1/telemetry", body: { readings: [reading] }, status: 200, schema: TelemetryAnswer },
    { route: "GET /api/v1/commands", status: 200, schema: z.array(Command).length(1) },
    { route: "GET /api/v1/commands/command-1", status: 200, schema: Command },
    { route: "GET /api/v1/commands/command-1/events", status: 200, schema: z.array(CommandEvent).length(1) },
    { route: "POST /api/v1/commands/command-1/events", body: report, status: 200, schema: Command },
    { route: "GET /api/v1/overrides", status: 200, schema: z.array(Override).length(1) },
    { route: "POST /api/v1/overrides", body: wish, status: 201, schema: Override },
    { route: "GET /api/v1/timeline", status: 200, schema: Timeline },
    { route: "GET /api/v1/history?signal=battery.soc&step=1h", status: 200, schema: History },
    { route: "GET /api/v1/savings", status: 200, schema: Savings },
    { route: "GET /api/v1/fallback-pack", status: 200, schema: FallbackPack },
    { route: "GET /api/v1/diagnostics", status: 200, schema: Diagnostics },
  ])("$route answers $status with what the contract says", async ({ route, body, status, schema }) => {
    const { ask } = await start();
    const answer = await ask(route, body);
    expect(answer.status).toBe(status);
    expect(answer.type).toBe("application/json");
    expect(schema.safeParse(answer.json)).toMatchObject({ success: true });
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test.each([
    { route: "DELETE /api/v1/overrides/override-1", call: ["endOverride", anOverride.id] },
    { route: "POST /api/v1/fallback-reports", body: fallbackReport, call: ["reportFallback", fallbackReport] },
  ])("$route answers 204", async ({ route, body, call }) => {
    const { ask, calls } = await start();
    expect(await ask(route, body)).toMatchObject({ status: 204, text: "" });
    expect(calls).toEqual([call]);
  });

  test("what is sent reaches the appliance, defaults filled in", async () => {
    const { ask, calls } = await start();
    await ask("POST /api/v1/plan");
    await ask("POST /api/v1/plan", { reason: "curious" });
    await ask("POST /api/v1/solve", { ...aProblem, timeZone: undefined });
    await ask("POST /api/v1/telemetry", { readings: [reading] });
    await ask("GET /api/v1/commands");
    await ask("GET /api/v1/commands?open=true&limit=5");
    await ask("POST /api/v1/commands/command-1/events", report);
    await ask("POST /api/v1/overrides", wish);
    expect(calls).toEqual([
      ["replan", "asked for over the API"],
      ["replan", "curious"],
      ["solve", { ...aProblem, timeZone: "UTC" }],
      ["takeTelemetry", { readings: [reading] }],
      ["commands", { openOnly: false, limit: 100 }],
      ["commands", { openOnly: true, limit: 5 }],
      ["reportCommand", aCommand.id, { ...report, detail: "" }],
      ["addOverride", wish],
    ]);
  });

  test("the past is asked for by signals, times and step; what cannot be read names its field", async () => {
    const { ask, calls } = await start();
    await ask("GET /api/v1/history?signal=battery.soc");
    await ask("GET /api/v1/history?signal=a&signal=b&from=2026-01-31T00:00:00Z&until=1769904000000&step=raw");
    const fromMs = Date.UTC(2026, 0, 31);
    expect(calls).toEqual([
      ["history", { signals: ["battery.soc"], step: "15m" }],
      ["history", { signals: ["a", "b"], fromMs, untilMs: fromMs + 86_400_000, step: "raw" }],
    ]);
    for (const [query, field] of [
      ["step=1h", "signal"],
      ["signal=a&step=5m", "step"],
      ["signal=a&from=yesterday", "from"],
      ["signal=a&until=1e9", "until"],
      ["signals=a", "signals"],
    ]) {
      const { status, json } = await ask(`GET /api/v1/history?${query}`);
      expect({ query, status }).toEqual({ query, status: 422 });
      expect((json as ProblemDocument).errors?.map((each) => each.field)).toContain(field);
    }
  });

  test("an exact plan is asked for in the query, with limits of its own", async () => {
    const asked: unknown[] = [];
    const { ask } = await start({
      solve: async (_problem, options) => {
        asked.push(options);
        return aPlan;
      },
    });
    await ask("POST /api/v1/solve", aProblem);
    await ask("POST /api/v1/solve?exact=true", aProblem);
    await ask("POST /api/v1/solve?exact=true&timeLimitS=5&gap=0.01", aProblem);
    expect(asked).toEqual([
      {},
      { exact: { timeLimitMs: 60_000, gap: 0.001 } },
      { exact: { timeLimitMs: 5000, gap: 0.01 } },
    ]);
    expect(await ask("POST /api/v1/solve?exact=maybe", aProblem)).toMatchObject({ status: 422 });
    expect(await ask("POST /api/v1/solve?timeLimitS=6000", aProblem)).toMatchObject({ status: 422 });
  });

  test("a new recommendation is answered at once", async () => {
    let now = aRecommendation;
    const { ask } = await start({ recommendation: () => now });
    expect((await ask("GET /api/v1/recommendation/now")).json).toEqual(aRecommendation);
    now = { ...aRecommendation, headline: "The battery gives." };
    expect((await ask("GET /api/v1/recommendation/now")).json).toEqual(now);
  });

  test("a failing appliance is not ready, and says why", async () => {
    const checks = [{ name: "prices", status: "failing", detail: "none since yesterday" }] as const;
    const { ask } = await start({ health: () => ({ status: "failing", nowMs: NOW_MS, version: "1", checks }) });
    expect(await ask("GET /health/ready")).toMatchObject({ status: 503, json: { checks } });
    expect(await ask("GET /health/live", undefined, {})).toMatchObject({ status: 200, json: { status: "ok" } });
  });
});

describe("what cannot be answered", () => {
  test.each([
    ["GET /api/v1/recommendation/now", "recommendation"],
    ["GET /api/v1/plan", "plan"],
    ["GET /api/v1/fallback-pack", "fallback pack"],
  ])("%s before the first plan: 503, and when to ask again", async (route, what) => {
    const { ask } = await start({ recommendation: nothing, plan: nothing, fallbackPack: nothing });
    const answer = await ask(route);
    expect(answer).toMatchObject({ status: 503, type: "application/problem+json" });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(ProblemDocument.parse(answer.json).detail).toContain(`no ${what} yet`);
  });

  test.each([
    ["GET /api/v1/commands/other", undefined],
    ["GET /api/v1/commands/other/events", undefined],
    ["POST /api/v1/commands/other/events", report],
    ["DELETE /api/v1/overrides/other", undefined],
    ["GET /api/v1/nothing", undefined],
    ["DELETE /api/v1/plan", undefined],
    ["GET /secrets.json", undefined],
  ])("%s: 404", async (route, body) => {
    const { ask } = await start();
    const answer = await ask(route, body);
    expect(answer).toMatchObject({ status: 404, type: "application/problem+json" });
    expect(ProblemDocument.parse(answer.json)).toMatchObject({ status: 404, title: "Not found" });
  });

  test.each([
    {
      route: "POST /api/v1/prices/update",
      body: { currency: "EUR", slots: [{ ...priceSlot, importPricePerKwh: 245 }] },
      field: "slots[0].importPricePerKwh",
    },
    { route: "POST /api/v1/prices/update", body: { ...prices, currency: "SEK" }, field: "currency" },
    { route: "POST /api/v1/prices/update", body: undefined, field: "(everything)" },
    { route: "POST /api/v1/telemetry", body: { readings: [{ ...reading, atMs: "now" }] }, field: "readings[0].atMs" },
    { route: "POST /api/v1/plan", body: { raeson: "x" }, field: "raeson" },
    { route: "POST /api/v1/solve", body: { ...aProblem, baseLoadKw: [1, 2] }, field: "baseLoadKw" },
    { route: "GET /api/v1/commands?limit=0", body: undefined, field: "limit" },
    { route: "GET /api/v1/quarantine?limit=many", body: undefined, field: "limit" },
    { route: "GET /api/v1/commands?opne=true", body: undefined, field: "opne" },
    { route: "POST /api/v1/commands/command-1/events", body: { ...report, type: "done" }, field: "type" },
    { route: "POST /api/v1/overrides", body: { ...wish, minutes: -5 }, field: "minutes" },
    { route: "POST /api/v1/fallback-reports", body: { ...fallbackReport, rung: "hope" }, field: "rung" },
  ])("E46 $route with a wrong $field: 422 that names it", async ({ route, body, field }) => {
    const { ask } = await start();
    const answer = await ask(route, body);
    expect(answer).toMatchObject({ status: 422, type: "application/problem+json" });
    expect(ProblemDocument.parse(answer.json).errors?.map((each) => each.field)).toEqual([field]);
  });

  test("E46 broken JSON: 400; another content type: 415; both without reaching the appliance", async () => {
    const { ask, calls } = await start();
    const broken = await ask("POST /api/v1/telemetry", '{"readings":');
    expect(broken).toMatchObject({ status: 400, type: "application/problem+json", json: { title: "Not JSON" } });
    const form = { "Content-Type": "application/x-www-form-urlencoded", Authorization: `Bearer ${TOKEN}` };
    expect(await ask("POST /api/v1/telemetry", "readings=1", form)).toMatchObject({ status: 415 });
    expect(calls).toEqual([]);
  });

  test.each([
    { route: "POST /api/v1/solve", limit: 2 * 1024 * 1024 },
    { route: "POST /api/v1/telemetry", limit: 2 * 1024 * 1024 },
    { route: "POST /api/v1/fallback-reports", limit: 2 * 1024 * 1024 },
    { route: "POST /api/v1/prices/update", limit: 512 * 1024 },
    { route: "POST /api/v1/plan", limit: 64 * 1024 },
    { route: "POST /api/v1/overrides", limit: 64 * 1024 },
    { route: "POST /api/v1/commands/command-1/events", limit: 64 * 1024 },
  ])("E46 $route takes $limit bytes, and not one more: 413", async ({ route, limit }) => {
    const { ask, calls } = await start();
    expect(await ask(route, bodyOf(limit))).toMatchObject({ status: 422 });
    expect(await ask(route, bodyOf(limit + 1))).toMatchObject({ status: 413, type: "application/problem+json" });
    expect(calls).toEqual([]);
  });

  test("the appliance has no price for now: 503 with its words, and when to ask again", async () => {
    const { ask } = await start({ replan: () => Promise.reject(new NotReady("no price is known")) });
    const answer = await ask("POST /api/v1/plan");
    expect(answer).toMatchObject({ status: 503, json: { detail: "no price is known" } });
    expect(answer.headers.get("retry-after")).toBe("5");
  });

  test("no engine gave a plan: 503 with its words", async () => {
    const { ask } = await start({ solve: () => Promise.reject(new SolverError("both engines failed")) });
    expect(await ask("POST /api/v1/solve", aProblem)).toMatchObject({
      status: 503,
      json: { detail: "both engines failed" },
    });
  });

  test("E47 an unexpected error: 500 that tells nothing, the log everything but the token", async () => {
    const { ask, log } = await start({
      timeline: () => {
        throw new Error("disk at /var/lib/secret is full");
      },
    });
    const answer = await ask("GET /api/v1/timeline");
    expect(answer).toMatchObject({ status: 500, type: "application/problem+json" });
    expect(answer.text).not.toContain("secret");
    expect(log().join("")).toContain("disk at /var/lib/secret is full");
    expect(log().join("")).toContain('"authorization":"(hidden)"');
    expect(log().join("")).not.toContain(TOKEN);
  });
});
