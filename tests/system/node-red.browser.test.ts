import { type HouseClock, formatHouseClock, HOUSE_CLOCK_VARIABLE } from "@ohmstead/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildUi, openBrowser } from "../support/browser-page.ts";
import { aFallbackPack, type FakeAppliance } from "../support/appliance-fake.ts";
import { HOUSE_TOKEN, type HouseUnderNodeRed, startHouse } from "../support/node-red-house.ts";
import { buildNodes, newDataFolder, type NodeRed, startNodeRed } from "../support/node-red-process.ts";
import { serveAppliance, SERVICE_TOKEN, type ServiceUnderNodeRed } from "../support/node-red-service.ts";
import { sampleHouse, sampleRecommendation, sampleSavings } from "../support/sample-house.ts";
import { NOW_MS } from "../support/sample-timeline.ts";

const clock: HouseClock = { speed: 300, houseStartMs: NOW_MS, realStartMs: Date.now() };
let house: HouseUnderNodeRed;
let service: ServiceUnderNodeRed;
let nodeRed: NodeRed;
let fake: FakeAppliance;
let browser: Browser;
/** The service says again and again that it is there: a slow page is no reason to take it for gone. */
let heartbeat: NodeJS.Timeout | undefined;
const HEARTBEAT_MS = 1000;

const at = (page: Page, name: string) => page.locator(`[data-test="${name}"]`);
const overrides = () => fake.appliance.overrides();

beforeAll(async () => {
  fake = sampleHouse({ fallbackPack: () => aFallbackPack });
  await Promise.all([buildNodes(), buildUi()]);
  [house, service, browser] = await Promise.all([startHouse(clock), serveAppliance(fake.appliance), openBrowser()]);
  nodeRed = await startNodeRed(newDataFolder(), {
    [HOUSE_CLOCK_VARIABLE]: formatHouseClock(clock),
    OHMSTEAD_URL: service.url,
    OHMSTEAD_TOKEN: SERVICE_TOKEN,
    HA_URL: house.url,
    HA_TOKEN: HOUSE_TOKEN,
  });
  heartbeat = setInterval(
    () => fake.publish({ type: "recommendation", recommendation: sampleRecommendation }),
    HEARTBEAT_MS,
  );
});
afterAll(async () => {
  clearInterval(heartbeat);
  await browser?.close();
  await nodeRed?.stop();
  await Promise.all([service?.goAway(), house?.stop()]);
});

/** The dashboard at its first address, with everything it complained about and every foreign address it asked for. */
async function openDashboard(width: number, height: number) {
  const page = await browser.newPage({ viewport: { width, height } });
  const complaints: string[] = [];
  const foreign: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(nodeRed.url) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
  });
  await page.goto(`${nodeRed.url}/dashboard`);
  await at(page, "headline").filter({ hasText: sampleRecommendation.headline }).waitFor();
  return { page, complaints, foreign };
}

test("the dashboard says what is done now and why, the picture, the money and the health, and asks nobody outside", async () => {
  const { page, complaints, foreign } = await openDashboard(1400, 1000);
  expect(page.url()).toBe(`${nodeRed.url}/dashboard/home`);
  for (const { deviceId, name, reason } of sampleRecommendation.devices) {
    const text = await at(page, `device-${deviceId}`).innerText();
    expect(text).toContain(name);
    expect(text).toContain(reason);
  }
  expect(await at(page, "device-battery").locator('[data-test="next"]').innerText()).toMatch(
    /^Next, 16:00: discharge 1.5 kW to 10%/,
  );
  await at(page, "saved").waitFor();
  expect(await at(page, "saved").innerText()).toBe(`€${sampleSavings.saved.toFixed(2)}`);
  expect(await at(page, "cost").innerText()).toBe(`€${sampleSavings.costSoFar.toFixed(2)}`);
  await at(page, "health-Living room temperature").waitFor();
  expect(await at(page, "health-Home Assistant").getAttribute("data-status")).toBe("ok");
  await at(page, "quarantine").locator("summary").click();
  expect(await at(page, "quarantine").innerText()).toMatch(
    /2 sources[^]*Battery: power 3000 kW[^]*Prices of nord-pool/,
  );
  await page.waitForFunction(() =>
    document.querySelector('[data-test="plan-chart"]')?.shadowRoot?.querySelector("canvas"),
  );
  expect(complaints).toEqual([]);
  expect(foreign).toEqual([]);
  await page.close();
});

test("a wish is set and ended with a press", async () => {
  const { page } = await openDashboard(1400, 1000);
  await at(page, "override-batteryHold").click();
  await at(page, "active-batteryHold").waitFor();
  expect(overrides()).toMatchObject([{ kind: "batteryHold", deviceId: "battery", untilMs: NOW_MS + 120 * 60_000 }]);
  expect(await at(page, "active-batteryHold").innerText()).toMatch(/Battery held: Battery, until 15:20/);
  await at(page, "end-override").click();
  await at(page, "no-overrides").waitFor();
  expect(overrides()).toEqual([]);
  await page.close();
});

test("on a phone everything is there, and nothing is wider than the screen", async () => {
  const { page } = await openDashboard(420, 900);
  for (const name of ["saved", "plan-chart", "override-boostWater", "health-summary"])
    await at(page, name).first().waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
  const widest = await page.evaluate(() =>
    Math.max(...[...document.querySelectorAll("main *")].map((each) => each.getBoundingClientRect().right)),
  );
  expect(widest).toBeLessThanOrEqual(421);
  await page.close();
});

test("while the service is away the dashboard says so, and that fallback drives", async () => {
  const { page } = await openDashboard(1400, 1000);
  await service.goAway();
  await at(page, "fallback-banner").waitFor();
  expect(await at(page, "fallback-banner").innerText()).toMatch(/^Fallback since .*does not answer/);
  expect(await at(page, "health-planner").getAttribute("data-status")).toBe("failing");
  if (process.env["OHMSTEAD_SCREENSHOTS"])
    await page.screenshot({ path: `${process.env["OHMSTEAD_SCREENSHOTS"]}/fallback.png` });
  await service.comeBack();
  await at(page, "fallback-banner").waitFor({ state: "detached" });
  await page.close();
});
