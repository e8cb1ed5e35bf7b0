import type { Override, Plan, Recommendation, Timeline } from "@ohmstead/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PictureSummary } from "../../optimizer/ui/src/summary.ts";
import { openBrowser } from "../support/browser-page.ts";
import { type ComposedDemo, startComposedDemo } from "../support/composed-demo.ts";
import { untilSo } from "../support/until-so.ts";

// The dashboard of the composed demo, as a person meets it: what it shows is what the optimizer says.
const SPEED = 60; // a new plan every five seconds
const MINUTE_MS = 60_000;
const BOOST_TEMP_C = 55;
const SOON_MS = 15_000;

let demo: ComposedDemo;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
const foreign: string[] = [];

const at = (name: string) => page.locator(`[data-test="${name}"]`);
const ofDevice = (deviceId: string, name: string) => at(`device-${deviceId}`).locator(`[data-test="${name}"]`);
const recommendation = () => demo.get<Recommendation>("/api/v1/recommendation/now");
const overrides = () => demo.get<readonly Override[]>("/api/v1/overrides");

beforeAll(async () => {
  [demo, browser] = await Promise.all([startComposedDemo({ speed: SPEED }), openBrowser()]);
  page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(demo.nodeRedUrl) && !/^(data|blob):/.test(url)) foreign.push(url);
  });
  // The first plan with every device in it.
  await demo.untilHouse(demo.minute(6));
  await page.goto(`${demo.nodeRedUrl}/dashboard`);
  await at("device-hot_water").waitFor({ timeout: 30_000 });
});
afterAll(async () => {
  await browser?.close();
  await demo?.stop();
  demo?.remove();
});

/** Of one plan: what the optimizer says, and what the page shows while the optimizer still says so. */
const seenTogether = <T>(what: string, look: (said: Recommendation) => Promise<T | undefined>) =>
  untilSo(what, SOON_MS, async () => {
    const before = await recommendation();
    const seen = await look(before);
    const after = await recommendation();
    return before.planId === after.planId ? seen : undefined;
  });

test("it says what every device does now, and why, in the optimizer's own words", async () => {
  await seenTogether("headline and reasons are the optimizer's", async ({ headline, devices }) => {
    if ((await at("headline").innerText()) !== headline) return undefined;
    for (const { deviceId, reason } of devices)
      if ((await ofDevice(deviceId, "reason").innerText()) !== reason) return undefined;
    return true;
  });
  const { devices } = await recommendation();
  expect(devices.map(({ deviceId }) => deviceId).toSorted()).toEqual(
    ["battery", "hot_water", "immersion_lower", "immersion_upper", "living_room", "roof"].toSorted(),
  );
});

test("the picture shows the plan that the optimizer acts on, number by number", async () => {
  type Chart = HTMLElement & { readonly timeline?: Timeline; readonly summary?: PictureSummary };
  const { shown, summary, said } = await untilSo("page and optimizer have the same plan", SOON_MS, async () => {
    const { timeline, summary } = await page.evaluate(() => {
      const chart = document.querySelector<Chart>('[data-test="plan-chart"]');
      return { timeline: chart?.timeline, summary: chart?.summary };
    });
    const [told, { planId }] = [await demo.get<Timeline>("/api/v1/timeline"), await recommendation()];
    const isSame = planId !== undefined && timeline?.planId === planId && told.planId === planId;
    return isSame && summary ? { shown: timeline, summary, said: told } : undefined;
  });
  expect(said.series.length).toBeGreaterThanOrEqual(12);
  // The picture begins now, and the two were asked for one after the other: what comes after both is compared.
  const nowMs = Math.max(shown.nowMs, said.nowMs);
  const ahead = ({ series }: Timeline) =>
    series.map(({ id, unit, future }) => ({ id, unit, future: future.filter(([ms]) => ms > nowMs) }));
  expect(ahead(shown)).toEqual(ahead(said));
  expect(ahead(said).filter(({ future }) => future.length > 20).length).toBeGreaterThanOrEqual(12);

  const drawn = shown.series.filter(({ group, future }) => group !== "comfort" && future.length > 0);
  expect(
    summary.lines
      .filter(({ last }) => last !== undefined)
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(drawn.map(({ id }) => id).toSorted());
  for (const { id, future } of drawn) {
    const values = future.map(([, value]) => value);
    const line = summary.lines.find((each) => each.id === id);
    expect(line?.lowest?.value).toBeCloseTo(Math.min(...values), 6);
    expect(line?.highest?.value).toBeCloseTo(Math.max(...values), 6);
    expect(line?.last).toBeCloseTo(values.at(-1) ?? Number.NaN, 6);
  }
  await page.waitForFunction(() =>
    document.querySelector('[data-test="plan-chart"]')?.shadowRoot?.querySelector("canvas"),
  );
});

test("money and health are there", async () => {
  for (const name of ["saved", "cost", "cost-without-control"]) {
    await at(name).waitFor({ timeout: SOON_MS });
    expect(await at(name).innerText()).toMatch(/^-?€\d+\.\d\d$/);
  }
  for (const { name, status } of (await demo.health()).checks) {
    expect(status).toBe("ok");
    await at(`health-${name}`).waitFor();
    expect(await at(`health-${name}`).getAttribute("data-status")).toBe("ok");
  }
  expect(await at("health-Home Assistant").getAttribute("data-status")).toBe("ok");
});

/** When the plan has the tank at that temperature for the first time; never: infinity. */
function hotAtMs({ slots, schedule }: Plan): number {
  const temps = schedule.tanks.find(({ id }) => id === "hot_water")?.tempC ?? [];
  const k = temps.findIndex((tempC) => tempC >= BOOST_TEMP_C - 0.1);
  const slot = slots[k - 1] ?? slots[0];
  return k < 0 || !slot ? Number.POSITIVE_INFINITY : slot.startMs + (k > 0 ? slot.hours * 3_600_000 : 0);
}

test("hot water now: a press changes the plan, page and house follow; another press ends it", async () => {
  const before = await demo.plan();
  expect(await overrides()).toEqual([]);
  await at("override-boostWater").click();
  await at("active-boostWater").waitFor({ timeout: SOON_MS });
  const [active] = await overrides();
  expect(active).toMatchObject({ kind: "boostWater", deviceId: "hot_water" });
  expect((active?.untilMs ?? 0) - (active?.createdAtMs ?? 0)).toBe(60 * MINUTE_MS);
  expect(await at("active-boostWater").innerText()).toMatch(/^Hot water now: Hot water, until \d\d:\d\d/);

  const plan = await untilSo("there is a plan that knows the wish", SOON_MS, async () => {
    const present = await demo.plan();
    return present.createdAtMs >= (active?.createdAtMs ?? Infinity) ? present : undefined;
  });
  expect(hotAtMs(plan)).toBeLessThan(plan.createdAtMs + 40 * MINUTE_MS);
  // In the cheap hours of the night the plan may have wanted it soon by itself: then it is for whom that tells.
  expect(hotAtMs(plan)).toBeLessThanOrEqual(hotAtMs(before));
  await seenTogether("the hot water's line says that it heats, and for whom", async () => {
    const [mode, reason] = [
      await ofDevice("hot_water", "mode").innerText(),
      await ofDevice("hot_water", "reason").innerText(),
    ];
    return /^heat to \d+ °C$/.test(mode) && reason.startsWith("Heating water to 55.0 °C as asked for")
      ? true
      : undefined;
  });
  await untilSo("the house is told to heat its water", SOON_MS, async () => {
    const calls = await demo.sim.calls();
    const isHeating = ({ atMs, entityId, data }: (typeof calls)[number]) =>
      atMs >= (active?.createdAtMs ?? 0) &&
      entityId === "water_heater.hot_water_tank" &&
      ((data as { readonly temperature?: number }).temperature ?? 0) > 52;
    return calls.some(isHeating) || undefined;
  });

  await at("end-override").click();
  await at("no-overrides").waitFor({ timeout: SOON_MS });
  expect(await overrides()).toEqual([]);
});

test("on a phone nothing is wider than the screen", async () => {
  await page.setViewportSize({ width: 420, height: 900 });
  for (const name of ["headline", "saved", "plan-chart", "override-boostWater", "health-summary"])
    await at(name).first().waitFor();
  const widest = await page.evaluate(() =>
    Math.max(...[...document.querySelectorAll("main *")].map((each) => each.getBoundingClientRect().right)),
  );
  expect(widest).toBeLessThanOrEqual(421);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
  await page.setViewportSize({ width: 1400, height: 1000 });
});

test("so far nothing was complained about, and nobody outside was asked", () => {
  expect(complaints).toEqual([]);
  expect(foreign).toEqual([]);
});

test("when the optimizer dies the page says that fallback keeps the house, and all is as before when it is back", async () => {
  const killedAtMs = await demo.killOptimizer();
  await at("fallback-banner").waitFor({ timeout: 20_000 });
  expect(demo.houseNowMs() - killedAtMs).toBeLessThanOrEqual(10 * MINUTE_MS + 2000 * SPEED);
  expect(await at("fallback-banner").innerText()).toMatch(
    /^Fallback since \d\d:\d\d\. The planning service does not answer\./,
  );
  expect(await at("headline").innerText()).toBe("Fallback keeps the house");
  expect(await at("health-planner").getAttribute("data-status")).toBe("failing");

  await demo.startOptimizerAgain();
  await at("fallback-banner").waitFor({ state: "detached", timeout: 20_000 });
  await seenTogether("the headline is the optimizer's again", async ({ headline }) =>
    (await at("headline").innerText()) === headline ? true : undefined,
  );
  await untilSo("the health is well again", SOON_MS, async () =>
    (await at("health-planner").count()) === 0 ? true : undefined,
  );
});
