import type { InputRung } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { aPlan } from "../commands/testing/examples.ts";
import { type HealthFacts, healthOf } from "./health-of.ts";

const NOW_MS = Date.UTC(2024, 0, 5, 10);
const HOUR_MS = 3_600_000;
const well: HealthFacts = {
  nowMs: NOW_MS,
  version: "1.0.0",
  timeZone: "Europe/Helsinki",
  cycleMs: 300_000,
  plan: { ...aPlan({}), createdAtMs: NOW_MS - 60_000 },
  pricesKnownUntilMs: NOW_MS + 14 * HOUR_MS,
  sourceFailures: [],
  stale: [],
  lastReadingMs: NOW_MS - 30_000,
  listeners: 1,
  needsNodeRed: true,
  failedDevices: [],
  house: { link: "connected", missing: [], there: [] },
  missingEntities: [],
  more: [{ name: "store", status: "ok", detail: "Everything is stored." }],
};
const plan = well.plan;

test("a house in which all is well says so", () => {
  const health = healthOf(well);
  expect(health.status).toBe("ok");
  expect(new Set(health.checks.map(({ status }) => status))).toEqual(new Set(["ok"]));
});
/** A plan whose price of now no source gave. */
const restingOn = (rung: InputRung, source: string): Partial<HealthFacts> => {
  const stretch = { series: "prices", rung, source, fromMs: NOW_MS - HOUR_MS, untilMs: NOW_MS + HOUR_MS };
  return { pricesKnownUntilMs: NOW_MS - 1, plan: plan && { ...plan, restsOn: [stretch] } };
};

test.each<[string, Partial<HealthFacts>, string, string, RegExp]>([
  ["no plan", { plan: undefined }, "plan", "failing", /no plan yet/],
  ["an old plan", { plan: plan && { ...plan, createdAtMs: NOW_MS - HOUR_MS } }, "plan", "warning", /60 minutes old/],
  [
    "a stand-in",
    { plan: plan && { ...plan, rung: "lite", notes: ["HiGHS did not answer."] } },
    "plan",
    "warning",
    /lite.*HiGHS did not answer/,
  ],
  ["no price for now", { pricesKnownUntilMs: NOW_MS - 1 }, "prices", "failing", /prices\.source.*prices\.fallback/],
  ["prices as on the days before", restingOn("learned", "price-shape"), "prices", "warning", /the days before/],
  ["E41 no market", restingOn("fallback", "prices.fallback"), "prices", "warning", /runs on prices\.fallback/],
  ["prices that end soon", { pricesKnownUntilMs: NOW_MS + 2 * HOUR_MS }, "prices", "warning", /Fri 14:00/],
  ["a source that fails", { sourceFailures: ["octopus-agile: 404"] }, "sources", "warning", /octopus-agile: 404/],
  ["a silent house", { lastReadingMs: undefined }, "readings", "failing", /Home Assistant/],
  [
    "a stale sensor",
    { stale: [{ signal: "battery.soc", source: "sensor.soc", ageMinutes: 42.4 }] },
    "readings",
    "warning",
    /battery\.soc \(sensor\.soc\): 42 minutes old/,
  ],
  [
    "a sensor that says nonsense",
    { stale: [{ signal: "battery.soc", source: "sensor.soc", lastRefusal: "nan is not a number" }] },
    "readings",
    "warning",
    /nan is not a number/,
  ],
  ["nobody to carry commands", { listeners: 0 }, "carrier", "failing", /until Node-RED is back/],
  [
    "E05 a refused token",
    { house: { link: "refused", detail: "401", missing: [], there: [] } },
    "homeAssistant",
    "failing",
    /refuses the access token.*HA_TOKEN in \.env/,
  ],
  [
    "a Home Assistant that is away",
    { house: { link: "away", detail: "ECONNREFUSED", missing: [], there: [] } },
    "homeAssistant",
    "warning",
    /HA_URL in \.env.*ECONNREFUSED/,
  ],
  [
    "E44 an entity that does not exist",
    { missingEntities: ["select.mod does not exist in Home Assistant; there is: select.mode."] },
    "homeAssistant",
    "warning",
    /there is: select\.mode/,
  ],
  ["a device that did not obey", { failedDevices: ["Battery"] }, "devices", "warning", /Battery/],
])("%s is named, and colours the whole", (_, facts, name, status, detail) => {
  const health = healthOf({ ...well, ...facts });
  expect(health.status).toBe(status);
  expect(health.checks.filter((each) => each.status !== "ok")).toEqual([
    { name, status, detail: expect.stringMatching(detail) },
  ]);
});

test("where the optimizer carries all commands itself, nobody needs to listen", () => {
  expect(healthOf({ ...well, listeners: 0, needsNodeRed: false }).status).toBe("ok");
});
