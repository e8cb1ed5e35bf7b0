import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Override } from "@ohmstead/contract";
import { pino } from "pino";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createHttpApi, type HttpApi } from "../../optimizer/src/api/http/http-api.ts";
import type { FakeAppliance } from "../support/appliance-fake.ts";
import { buildUi, openBrowser, UI_DIST } from "../support/browser-page.ts";
import { sampleHouse, sampleRecommendation } from "../support/sample-house.ts";
import { NOW_MS } from "../support/sample-timeline.ts";

const TOKEN = "a-token-for-tests-0123456789";
let browser: Browser;
let house: FakeAppliance;
let api: HttpApi;
let url: string;
const errors: string[] = [];

const start = async (port: number) => {
  api = createHttpApi({
    appliance: house.appliance,
    token: TOKEN,
    uiFolder: UI_DIST,
    logger: pino({ level: "silent" }),
  });
  url = `http://127.0.0.1:${(await api.listen("127.0.0.1", port)).port}/`;
};

beforeAll(async () => {
  await buildUi();
  browser = await openBrowser();
});
beforeEach(async () => {
  house = sampleHouse();
  await start(0);
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await api.stop();
  const [first] = errors.splice(0);
  if (first) throw new Error(`the page complains: ${first}`);
});
afterAll(() => browser?.close());

async function open(hash: string, width = 1400): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  page.on("pageerror", (error) => errors.push(error.message));
  // Refused scripts, styles and addresses are errors here; answers such as 401 are part of the tests.
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      errors.push(message.text());
  });
  await page.goto(url + hash);
  return page;
}

const openWithToken = (width?: number) => open(`#token=${TOKEN}`, width);
const textOf = (page: Page, id: string) => page.locator(`#${id}`).innerText();

test("the token in the address opens the page, and leaves the address", async () => {
  const page = await openWithToken();
  await page.getByText(sampleRecommendation.headline).waitFor();
  expect(page.url()).toBe(url);
  await page.reload();
  await page.getByText(sampleRecommendation.headline).waitFor();
});

test("the doctor is asked when somebody wants to know, and what is not well says what to change", async () => {
  const page = await openWithToken();
  await page.getByText("Examine every source and entity").click();
  await page.getByText("1 of 2 want a look.").waitFor();
  expect(await textOf(page, "doctor-checks")).toMatch(/tibber[^]*TIBBER_TOKEN in \.env[^]*Well: weather\/open-meteo\./);
});

test("without a token it asks for one; a wrong one is not taken", async () => {
  const page = await open("");
  const field = page.getByLabel("Access token of the service");
  await field.fill("wrong");
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByText("The token is not accepted.").waitFor();
  await field.fill(TOKEN);
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByText(sampleRecommendation.headline).waitFor();
  expect(await page.locator("#login").isVisible()).toBe(false);
});

test("everything is told: devices, picture, money, health, commands", async () => {
  const page = await openWithToken();
  await page.locator("[data-panel=price] canvas").waitFor();
  await page.getByText("live", { exact: true }).waitFor();
  expect(await textOf(page, "devices")).toContain(
    "From 16:00: Give 1.5 kW down to 10 %. The dearest hours of the day.",
  );
  expect(await textOf(page, "money")).toMatch(/€9\.17[^]*€18\.42[^]*€27\.90/);
  expect(await textOf(page, "health")).toMatch(/^warning\s+Living room temperature/); // the worst first
  const commands = await textOf(page, "commands");
  expect(commands).toContain("Last error: no answer from Home Assistant");
  expect(commands).not.toContain("Too old to be shown.");
});

test("E10 what was not believed is a table, newest first, a sensor that is wrong all the time in one row; without any it says so", async () => {
  const page = await openWithToken(390);
  const rows = page.locator("#quarantine tbody tr");
  await rows.first().waitFor();
  const [battery, price] = await rows.allInnerTexts();
  expect(battery).toMatch(/Battery: power[^]*3000 kW[^]*is it W[^]*batteries\[0\]\.sensors\.power[^]*39 before it/);
  expect(price).toMatch(/Prices of nord-pool[^]*84\.2[^]*cents, or a price per MWh/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  house.appliance.quarantine = () => ({ counts: {}, values: [] });
  await page.reload();
  await page.getByText("every price and reading that came has been believed").waitFor();
});

test("an override is made and ended with a press", async () => {
  const page = await openWithToken();
  await page.getByLabel("For").selectOption("4 hours");
  await page.getByRole("button", { name: "Boost Hot water" }).click();
  await page.getByText("Hot water boosted until 17:20").waitFor();
  expect(house.appliance.overrides()).toMatchObject([{ kind: "boostWater", deviceId: "hot_water" }]);
  await page.getByRole("button", { name: "End: Hot water boosted" }).click();
  await page.getByRole("button", { name: "Boost Hot water" }).waitFor();
  expect(house.appliance.overrides()).toEqual([]);
});

test("a device is left alone, guests come, people go on vacation until a moment of the house's clock", async () => {
  const page = await openWithToken(420);
  await page.getByRole("button", { name: "Guests" }).click();
  await page.getByText("The house with guests until 15:20").waitFor();
  await page.getByText("Leave a device alone, or go on vacation").click();
  await page.getByLabel("Leave alone", { exact: true }).selectOption("Battery: out of service");
  await page.getByRole("button", { name: "Leave alone" }).click();
  await page.getByText("Battery out of service until").waitFor();
  await page.getByLabel("Back from vacation on").fill("2024-01-14T18:00");
  await page.getByRole("button", { name: "Go on vacation" }).click();
  await page.getByText("The house on vacation until").waitFor();
  expect(house.appliance.overrides()).toMatchObject([
    { kind: "guests" },
    { kind: "deviceOff", deviceId: "battery" },
    { kind: "vacation", untilMs: Date.UTC(2024, 0, 14, 16) },
  ]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
});

test("E24 a change by hand is shown as such with its end, and what each wish costs as soon as it is known", async () => {
  const page = await openWithToken();
  await page.getByText("live", { exact: true }).waitFor();
  const times = { createdAtMs: NOW_MS - 15 * 60_000, untilMs: NOW_MS + 105 * 60_000 };
  const overrides: Override[] = [
    { id: "d", kind: "manual", deviceId: "hot_water", ...times, origin: "detected" },
    { id: "b", kind: "boostHeat", deviceId: "living_room", ...times, origin: "person", extraCost: 0.43 },
    { id: "v", kind: "vacation", ...times, origin: "person", extraCost: -3.1 },
  ];
  house.publish({ type: "overrides", overrides });
  await page.getByText("Hot water changed by hand at 13:05, respected until 15:05").waitFor();
  await page.getByText("Living room boosted until 15:05, costs about €0.43").waitFor();
  await page.getByText("The house on vacation until 15:05, saves about €3.10").waitFor();
  await page.getByRole("button", { name: "End: Hot water changed by hand" }).waitFor();
  expect(await page.getByRole("button", { name: "Boost Living room" }).count()).toBe(0);
});

test("what the service says next is shown at once, as text and never as markup", async () => {
  const page = await openWithToken();
  await page.getByText("live", { exact: true }).waitFor();
  const headline = "<img src=x onerror=alert(1)> & co";
  house.publish({ type: "recommendation", recommendation: { ...sampleRecommendation, headline } });
  house.publish({ type: "alert", level: "error", message: "<b>Home Assistant</b> is gone", atMs: NOW_MS });
  await page.getByText(headline).waitFor();
  await page.getByText("<b>Home Assistant</b> is gone").waitFor();
  expect(await page.locator("#page img").count()).toBe(0);
});

test("what a change of prices cost yesterday is among the alerts, for who opens the page today", async () => {
  const atMs = NOW_MS - 20 * 3_600_000;
  house.appliance.audit = ({ day }) =>
    day === "2024-01-04"
      ? [{ atMs, deviceId: "house", name: "Prices", what: "for Thu 18:00 to 20:00 changed", origin: { kind: "plan" } }]
      : [];
  const page = await openWithToken();
  await page.locator("#alerts").getByText("Prices for Thu 18:00 to 20:00 changed").waitFor();
  expect(await textOf(page, "alerts")).toContain("Thu 17:20");
});

test("when the service dies the page says so, and is live again by itself", async () => {
  const page = await openWithToken();
  await page.getByText("live", { exact: true }).waitFor();
  const port = Number(new URL(url).port);
  await api.stop();
  await page.getByText("What you see is the last that was known.").waitFor();
  expect(await textOf(page, "headline")).toBe(sampleRecommendation.headline);
  await start(port);
  await page.getByText("live", { exact: true }).waitFor();
  expect(await page.locator("#stale").isVisible()).toBe(false);
});

test("on a phone nothing scrolls sideways", async () => {
  const page = await openWithToken(420);
  await page.locator("[data-panel=price] canvas").waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
});

test("E46 HTML in names and reasons is shown as text, and nothing of it runs", async () => {
  const hostile = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;
  const before = house.appliance;
  const now = before.recommendation();
  house = sampleHouse({
    recommendation: () =>
      now && {
        ...now,
        headline: hostile,
        devices: now.devices.map((each) => ({ ...each, name: hostile, reason: hostile })),
      },
    health: () => ({
      status: "warning",
      nowMs: NOW_MS,
      version: hostile,
      checks: [{ name: hostile, status: "warning", detail: hostile }],
    }),
    commands: () => before.commands({ openOnly: false, limit: 5 }).map((each) => ({ ...each, reason: hostile })),
    quarantine: (query) => {
      const { values } = before.quarantine(query);
      const told = values.map((each) => ({
        ...each,
        subject: hostile,
        name: hostile,
        value: hostile,
        reason: hostile,
      }));
      return { counts: { [hostile]: told.length }, values: told };
    },
  });
  await api.stop();
  await start(0);
  const page = await openWithToken();
  await page.getByText(hostile).first().waitFor();
  expect(await page.locator("img, script:not([src])").count()).toBe(0);
  expect(await page.title()).not.toContain("taken");
});

test("E48 a page of another origin can neither read nor command nor frame the service, even with the token", async () => {
  const other = createServer((_request, response) =>
    response.setHeader("Content-Type", "text/html").end("<p>elsewhere</p>"),
  );
  await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
  const page = await browser.newPage();
  await page.goto(`http://localhost:${(other.address() as AddressInfo).port}/`);
  const outcomes = await page.evaluate(
    async ([service, token]) => {
      const attempt = (path: string, init: RequestInit) =>
        fetch(service + path, init).then(
          (response) => `${response.type} ${response.status}`,
          () => "refused by the browser",
        );
      const authorization = { authorization: `Bearer ${token}` };
      const frame = document.createElement("iframe");
      frame.src = service ?? "";
      document.body.append(frame);
      await new Promise((loaded) => frame.addEventListener("load", loaded));
      return {
        read: await attempt("api/v1/plan", { headers: authorization }),
        command: await attempt("api/v1/overrides", { method: "POST", headers: authorization, body: "{}" }),
        ambient: await attempt("api/v1/plan", { method: "POST", credentials: "include" }),
        blind: await attempt("api/v1/plan", { method: "POST", mode: "no-cors", body: "{}" }),
        // A frame that was refused is an error page of the browser's own, which nobody may look into.
        framed: frame.contentDocument === null,
      };
    },
    [url, TOKEN],
  );
  expect(outcomes).toEqual({
    read: "refused by the browser",
    command: "refused by the browser",
    ambient: "refused by the browser",
    blind: "refused by the browser",
    framed: true,
  });
  expect(
    page
      .frames()
      .slice(1)
      .map((frame) => frame.url()),
  ).toEqual(["chrome-error://chromewebdata/"]);
  expect(house.calls).toEqual([]);
  await new Promise((stopped) => other.close(stopped));
});
