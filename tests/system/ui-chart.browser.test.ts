import type { Timeline } from "@ohmstead/contract";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { PlanChart } from "../../optimizer/ui/src/chart.ts";
import { buildUi, openBrowser, serveUi, type StaticPages } from "../support/browser-page.ts";
import {
  importPriceAt,
  NOW_MS,
  PRICES_FROM_MS,
  PUBLISHED_UNTIL_MS,
  sampleTimeline,
  SILENCE,
} from "../support/sample-timeline.ts";

const TAG = "ohmstead-plan-chart";
const page = (scripts: string) =>
  `<!doctype html><meta name="viewport" content="width=device-width"><body><${TAG}></${TAG}>${scripts}`;
const chartScript = `<script src="${TAG}.js"></script>`;
const setTimeline = `document.querySelector("${TAG}").timeline = ${JSON.stringify(sampleTimeline)};`;

let browser: Browser;
let pages: StaticPages;
const errors: string[] = [];

beforeAll(async () => {
  await buildUi();
  pages = await serveUi({
    "/": page(chartScript),
    "/early": page(`<script src="early.js"></script>${chartScript}`),
    "/early.js": setTimeline,
  });
  browser = await openBrowser();
});
afterEach(() => {
  const [first] = errors.splice(0);
  if (first) throw new Error(`the page complains: ${first}`);
});
afterAll(async () => {
  await browser?.close();
  await pages?.stop();
});

async function open(path: string, width = 1200, isPhone = false): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, hasTouch: isPhone, isMobile: isPhone });
  const opened = await context.newPage();
  opened.on("pageerror", (error) => errors.push(error.message));
  opened.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("404")) errors.push(message.text());
  });
  await opened.goto(pages.url + path);
  return opened;
}

const show = (on: Page, timeline: Timeline) =>
  on.locator(TAG).evaluate((chart, timeline) => void ((chart as PlanChart).timeline = timeline), timeline);

async function openSample(width = 1200, isPhone = false): Promise<Page> {
  const opened = await open("/", width, isPhone);
  await show(opened, sampleTimeline);
  await opened.locator("[data-panel] canvas").first().waitFor();
  return opened;
}

const valueOf = (on: Page, id: string): Locator => on.locator(`[data-id="${id}"] .value`);
const moment = (on: Page): Locator => on.locator(".moment");

/** A place on a panel, by its share of the time axis. */
async function placeAt(on: Page, panel: string, atMs: number): Promise<{ readonly x: number; readonly y: number }> {
  const box = await on.locator(`[data-panel=${panel}] .u-over`).boundingBox();
  if (!box) throw new Error(`no panel ${panel}`);
  const share = (atMs - sampleTimeline.fromMs) / (sampleTimeline.untilMs - sampleTimeline.fromMs);
  return { x: box.x + share * box.width, y: box.y + box.height / 2 };
}

/** How many pixels of a panel's drawing have about this colour. */
const countPixels = (on: Page, panel: string, color: readonly [number, number, number]) =>
  on.locator(`[data-panel=${panel}] canvas`).evaluate((canvas, [red, green, blue]) => {
    const drawing = canvas as HTMLCanvasElement;
    const pixels = drawing.getContext("2d")?.getImageData(0, 0, drawing.width, drawing.height).data ?? [];
    let count = 0;
    for (let i = 0; i < pixels.length; i += 4)
      if (
        Math.abs((pixels[i] ?? 0) - red) +
          Math.abs((pixels[i + 1] ?? 0) - green) +
          Math.abs((pixels[i + 2] ?? 0) - blue) <
          24 &&
        pixels[i + 3] === 255
      )
        count++;
    return count;
  }, color);

/** Of a short row of pixels just above the price's zero: the share that has another colour than most. */
async function unevenness(on: Page, atMs: number): Promise<number> {
  const { x } = await placeAt(on, "price", atMs);
  const over = await on.locator("[data-panel=price] .u-over").boundingBox();
  const drawing = on.locator("[data-panel=price] canvas");
  const box = await drawing.boundingBox();
  if (!over || !box) throw new Error("there is no price panel");
  const place = { left: x - box.x, top: over.y + over.height - 5 - box.y };
  return drawing.evaluate((canvas, { left, top }) => {
    const pixels = (canvas as HTMLCanvasElement)
      .getContext("2d")
      ?.getImageData(left * devicePixelRatio, top * devicePixelRatio, 30, 1).data;
    const colors = Array.from({ length: 30 }, (_, k) => pixels?.slice(4 * k, 4 * k + 3).join());
    const counts = [...new Set(colors)].map((color) => colors.filter((each) => each === color).length);
    return 1 - Math.max(...counts) / colors.length;
  }, place);
}

test("four panels are drawn, described in words, with the values of now", async () => {
  const on = await openSample();
  const drawings = on.locator("[role=img]");
  expect(await drawings.evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset["panel"]))).toEqual([
    "price",
    "battery",
    "temperature",
    "power",
  ]);
  expect(await drawings.first().getAttribute("aria-label")).toContain("Import price now 1.310 €/kWh");
  expect(await moment(on).textContent()).toBe("Fri 5 Jan 13:20");
  expect(await valueOf(on, "importPrice").textContent()).toBe("1.310");
  expect(await valueOf(on, "battery.soc").textContent()).toBe("48 %");
  expect(await valueOf(on, "battery.powerKw").textContent()).toMatch(/^giving 0\.\d\d kW$/);
  // The line of the import price, in its own blue, is really on the canvas.
  expect(await countPixels(on, "price", [0, 114, 178])).toBeGreaterThan(500);
  expect(await countPixels(on, "battery", [0, 114, 178])).toBeGreaterThan(300);
});

test("the value under the cursor is read off every panel at once", async () => {
  const on = await openSample();
  const atMs = PRICES_FROM_MS + 29.5 * 3_600_000;
  const { x, y } = await placeAt(on, "battery", atMs);
  await on.mouse.move(x, y);
  await on.getByText("planned", { exact: true }).waitFor();
  expect(await moment(on).textContent()).toMatch(/^Fri 5 Jan 19:[23]\d$/);
  expect(await valueOf(on, "importPrice").textContent()).toBe(importPriceAt(29).toFixed(3));
  const lines = await on
    .locator("[data-panel] .u-cursor-x")
    .evaluateAll((all) => all.map((each) => Math.round(each.getBoundingClientRect().left)));
  expect(new Set(lines).size).toBe(1);
  expect(Math.abs((lines[0] ?? 0) - x)).toBeLessThanOrEqual(2);
  await on.mouse.move(x, 2000);
  await on.mouse.move(1, 1);
  await on.getByText("now", { exact: true }).waitFor();
});

test("prices that nobody has published yet are hatched, named in the legend, and told under the cursor", async () => {
  const on = await openSample();
  const price = on.locator(".legend").first();
  expect(await price.locator(".key").allInnerTexts()).toEqual(["published", "expected"]);
  expect(await price.locator(".said").innerText()).toBe("published by nord-pool");
  const { x, y } = await placeAt(on, "price", PUBLISHED_UNTIL_MS + 5.5 * 3_600_000);
  await on.mouse.move(x, y);
  await price.getByText("expected: days like these").waitFor();
  expect(await on.locator("[data-panel=price]").getAttribute("aria-label")).toContain(
    "Published until Sat 01:00, then expected.",
  );
  // Between the lines of a hatch the ground shows through.
  expect(await unevenness(on, NOW_MS + 6.2 * 3_600_000)).toBeLessThan(0.1);
  expect(await unevenness(on, PUBLISHED_UNTIL_MS + 16.2 * 3_600_000)).toBeGreaterThan(0.12);
});

test("where the sensor was silent there is no value", async () => {
  const on = await openSample();
  const { x, y } = await placeAt(on, "temperature", (SILENCE.fromMs + SILENCE.untilMs) / 2);
  await on.mouse.move(x, y);
  await on.getByText("measured", { exact: true }).waitFor();
  expect(await valueOf(on, "living_room.tempC").textContent()).toBe("–");
  expect(await valueOf(on, "hot_water.tempC").textContent()).toMatch(/^\d\d\.\d$/);
});

test("a timeline set before the script came is shown", async () => {
  const on = await open("/early");
  await on.locator("[data-panel=price] canvas").waitFor();
  expect(await valueOf(on, "importPrice").textContent()).toBe("1.310");
});

test("an update draws on the same canvas, and keeps cursor and choice of lines", async () => {
  const on = await openSample();
  await on.locator('[data-id="grid"]').click();
  const { x, y } = await placeAt(on, "price", NOW_MS + 3_600_000);
  await on.mouse.move(x, y);
  const canvas = await on.locator("[data-panel=price] canvas").elementHandle();
  const doubled = sampleTimeline.series.map((series) => ({
    ...series,
    future: series.future.map(([at, value]): [number, number] => [at, value * 2]),
  }));
  await show(on, { ...sampleTimeline, series: doubled });
  await on.waitForFunction(
    ([wanted]) =>
      document.querySelector("ohmstead-plan-chart")?.shadowRoot?.querySelector('[data-id="importPrice"] .value')
        ?.textContent === wanted,
    [(2 * importPriceAt(24)).toFixed(3)],
  );
  expect(await canvas?.evaluate((each) => each.isConnected)).toBe(true);
  expect(await on.locator('[data-id="grid"]').getAttribute("aria-pressed")).toBe("true");
});

test("tests and screen readers can read the plan's numbers", async () => {
  const on = await openSample();
  const read = await on.locator(TAG).evaluate((element, atMs) => {
    const chart = element as PlanChart;
    return { lines: chart.summary?.lines, text: chart.summary?.text, values: chart.valuesAt(atMs) };
  }, NOW_MS);
  expect(read.lines?.map(({ id }) => id)).toContain("heat_pump.powerKw");
  expect(read.values["importPrice"]).toBeCloseTo(importPriceAt(23), 3);
  expect(await on.locator(".listen").textContent()).toBe(read.text);
});

test("arrow keys move the moment shown", async () => {
  const on = await openSample();
  const readout = on.getByRole("slider");
  await readout.focus();
  for (let i = 0; i < 4; i++) await readout.press("ArrowRight");
  expect(await readout.getAttribute("aria-valuetext")).toBe("Fri 5 Jan 14:20, planned");
  await readout.press("Escape");
  expect(await readout.getAttribute("aria-valuetext")).toBe("Fri 5 Jan 13:20, now");
});

test("on a phone nothing scrolls sideways, and a finger reads values", async () => {
  const on = await openSample(390, true);
  expect(await on.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const box = await on.locator("[data-panel=price] .u-over").boundingBox();
  expect(box?.width).toBeGreaterThan(270);
  const { x, y } = await placeAt(on, "power", PRICES_FROM_MS + 29.5 * 3_600_000);
  await on.touchscreen.tap(x, y);
  await on.getByText("planned", { exact: true }).waitFor();
  expect(await valueOf(on, "importPrice").textContent()).toBe(importPriceAt(29).toFixed(3));
  await on.getByText("Back to now").tap();
  expect(await moment(on).textContent()).toBe("Fri 5 Jan 13:20");
});

test("it follows its width and the dark of the system", async () => {
  const on = await openSample();
  const width = () => on.locator("[data-panel=price] canvas").evaluate((each) => each.getBoundingClientRect().width);
  const wide = await width();
  await on.setViewportSize({ width: 700, height: 900 });
  await expect.poll(width).toBeLessThan(wide - 400);
  await on.emulateMedia({ colorScheme: "dark" });
  await expect.poll(() => countPixels(on, "price", [91, 184, 240])).toBeGreaterThan(300);
});

test("without a plan it says so", async () => {
  const on = await open("/");
  await on.getByText("No plan to show yet.").waitFor();
  await show(on, sampleTimeline);
  await on.locator("[data-panel=price] canvas").waitFor();
  expect(await on.getByText("No plan to show yet.").count()).toBe(0);
});
