import type { Override } from "@ohmstead/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "../support/browser-page.ts";
import { type ComposedDemo, startComposedDemo } from "../support/composed-demo.ts";
import { untilSo } from "../support/until-so.ts";

// What people ask for on the dashboard, followed to the devices of the composed demo.
const SPEED = 60;
const MINUTE_MS = 60_000;
const SOON_MS = 15_000;

let demo: ComposedDemo;
let browser: Browser;
let page: Page;

const at = (name: string) => page.locator(`[data-test="${name}"]`);
const overrides = () => demo.get<readonly Override[]>("/api/v1/overrides");
const ask = (wish: object) => demo.ask("POST", "/api/v1/overrides", wish);
const callsSince = async (fromMs: number, entityId: RegExp) =>
  (await demo.sim.calls()).filter((call) => call.atMs >= fromMs && entityId.test(call.entityId ?? ""));

beforeAll(async () => {
  [demo, browser] = await Promise.all([startComposedDemo({ speed: SPEED }), openBrowser()]);
  page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  await demo.untilHouse(demo.minute(6));
  await page.goto(`${demo.nodeRedUrl}/dashboard`);
  await at("override-boostHeat").waitFor({ timeout: 30_000 });
});
afterAll(async () => {
  await browser?.close();
  await demo?.stop();
  demo?.remove();
});

test("E26 warmer now: the thermostat is told within ten seconds, the cost is shown, and it is over by itself", async () => {
  const askedAtMs = demo.houseNowMs();
  await ask({ kind: "boostHeat", deviceId: "living_room", minutes: 20, tempC: 23 });
  await untilSo("the thermostat is told", 10_000, async () => {
    const calls = await callsSince(askedAtMs, /^climate\.living_room$/);
    return calls.some(({ data }) => ((data as { temperature?: number }).temperature ?? 0) >= 22.5) || undefined;
  });
  const cost = at("active-boostHeat").locator('[data-test="extra-cost"]');
  await cost.waitFor({ timeout: SOON_MS });
  expect(await cost.innerText()).toMatch(/^(costs|saves) (about €\d+\.\d\d|nothing)$/);
  const [override] = await overrides();
  expect(override?.extraCost).toEqual(expect.any(Number));

  await demo.untilHouse(override?.untilMs ?? 0);
  await at("no-overrides").waitFor({ timeout: SOON_MS });
  expect(await overrides()).toEqual([]);
  await untilSo("the plan is made without it", SOON_MS, async () => {
    const { notes, createdAtMs } = await demo.plan();
    return createdAtMs >= (override?.untilMs ?? 0) ? { notes } : undefined;
  });
});

test("E27 a battery out of service: no command reaches it, plan and fallback do without it, until its owner gives it back", async () => {
  await at("wish-what").selectOption({ value: "deviceOff battery" });
  await at("wish-ask").click();
  await at("active-deviceOff").waitFor({ timeout: SOON_MS });
  expect(await at("active-deviceOff").innerText()).toMatch(/^Out of service: Battery, until /);
  expect(await overrides()).toMatchObject([{ kind: "deviceOff", deviceId: "battery", by: "dashboard" }]);
  // What was on its way when the owner asked has arrived by then.
  const offAtMs = demo.houseNowMs() + 2 * MINUTE_MS;
  await demo.untilHouse(offAtMs + 20 * MINUTE_MS);
  const plan = await demo.plan();
  expect(plan.createdAtMs).toBeGreaterThan(offAtMs);
  expect(plan.schedule.batteries).toEqual([]);
  expect(plan.devices.map(({ deviceId }) => deviceId)).not.toContain("battery");
  expect(plan.notes.join()).toContain("battery is left alone: taken out of service until");
  const pack = await demo.get<{ devices: readonly { deviceId: string }[] }>("/api/v1/fallback-pack");
  expect(pack.devices.map(({ deviceId }) => deviceId)).not.toContain("battery");
  expect(await callsSince(offAtMs, /battery/)).toEqual([]);

  await at("active-deviceOff").locator('[data-test="end-override"]').click();
  await at("no-overrides").waitFor({ timeout: SOON_MS });
  await untilSo("the battery is planned again", SOON_MS, async () =>
    (await demo.plan()).schedule.batteries.length === 1 ? true : undefined,
  );
});

test("a vacation is asked for with a moment on the house's clock; a refusal is said on the page", async () => {
  await at("wish-what").selectOption({ value: "vacation " });
  await at("wish-back").fill("2024-01-07T18:00");
  await at("wish-ask").click();
  await at("active-vacation").waitFor({ timeout: SOON_MS });
  expect(await at("active-vacation").innerText()).toContain("until Sun 7 Jan, 18:00");
  expect(await overrides()).toMatchObject([{ kind: "vacation", untilMs: Date.UTC(2024, 0, 7, 16) }]);
  const bad = await fetch(`${demo.optimizerUrl}/api/v1/overrides`, {
    method: "POST",
    headers: { authorization: `Bearer ${demo.token}`, "content-type": "application/json" },
    body: JSON.stringify({ kind: "batteryHold", deviceId: "pool" }),
  });
  expect(bad.status).toBe(422);
  expect(await bad.text()).toContain("there is: battery");
});

test("E24 somebody turns the thermostat: shown as a change by hand with its end, left alone, and ended with a press", async () => {
  for (const { id } of await overrides()) await demo.ask("DELETE", `/api/v1/overrides/${id}`);
  await untilSo(
    "the thermostat has been told something, and obeyed",
    60_000,
    async () =>
      (await demo.commands()).some(({ deviceId, state }) => deviceId === "living_room" && state === "verified") ||
      undefined,
  );
  await demo.sim.addFault({ kind: "changeByHand", entityId: "climate.living_room", value: 17.5 });
  await at("active-manual").waitFor({ timeout: 60_000 });
  expect(await at("active-manual").innerText()).toMatch(
    /^Changed by hand at \d\d:\d\d: Living room, respected until \d\d:\d\d/,
  );
  expect(await overrides()).toMatchObject([{ kind: "manual", deviceId: "living_room", origin: "detected" }]);
  await at("end-override").click();
  await at("no-overrides").waitFor({ timeout: SOON_MS });
  await untilSo("the room is planned again", SOON_MS, async () =>
    (await demo.plan()).schedule.zones.length === 1 ? true : undefined,
  );
});
