import type { InputRung } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { alertsOf, type House, nameOf, nowOf, withEvent } from "./house.ts";
import { alternativeText, changeText, intentText, restsOnText } from "./words.ts";

const house: House = { connection: "connecting", alerts: [] };
const recommendation = { planId: "p", nowMs: 5, nextDueMs: 6, headline: "h", devices: [] };

test("the first word of the service makes the page live", () => {
  const live = withEvent(house, { type: "hello", version: "1.0.0", nowMs: 1, sources: [] });
  expect(live).toMatchObject({ connection: "live", version: "1.0.0" });
});

test("the newest alert comes first, and old ones leave", () => {
  const messages = Array.from({ length: 30 }, (_, i) => `${i}`);
  const told = messages.reduce<House>(
    (so, message, atMs) => withEvent(so, { type: "alert", level: "info", message, atMs }),
    house,
  );
  expect(told.alerts.map(({ message }) => message).slice(0, 2)).toEqual(["29", "28"]);
  expect(told.alerts).toHaveLength(20);
});

const kept = (atMs: number, what: string) =>
  ({ atMs, deviceId: "house", name: "Prices", what, origin: { kind: "plan" } }) as const;
test("alerts are what was said since, and what the service has kept, each once, the newest first", () => {
  const told = alertsOf({
    ...house,
    alerts: [{ level: "info", message: "Prices for today changed", atMs: 30 }],
    audit: [
      kept(30, "for today changed"),
      { ...kept(40, '"vacation" was asked for'), name: "The house", origin: { kind: "person" } },
      { ...kept(41, "was told"), deviceId: "battery" },
    ],
    yesterday: [kept(10, "for yesterday changed"), kept(30, "for today changed")],
  });
  expect(told.map(({ message, atMs }) => [atMs, message])).toEqual([
    [30, "Prices for today changed"],
    [10, "Prices for yesterday changed"],
  ]);
});

test("now is the latest time the service told", () => {
  expect(nowOf(house)).toBeUndefined();
  const told = withEvent(house, { type: "recommendation", recommendation });
  expect(nowOf({ ...told, health: { status: "ok", nowMs: 9, version: "1", checks: [] } })).toBe(9);
});

test("a device that no recommendation names keeps its id", () => {
  expect(nameOf({ ...house, recommendation }, "battery")).toBe("battery");
});

test.each([
  { intent: { kind: "charge", kw: 3, untilSoc: 0.9 }, text: "Charge with 3.0 kW up to 90 %" },
  { intent: { kind: "discharge", kw: 1.5, untilSoc: 0.1 }, text: "Give 1.5 kW down to 10 %" },
  { intent: { kind: "setpoint", tempC: 20.5 }, text: "Keep 20.5 °C" },
  { intent: { kind: "heatTo", tempC: 55 }, text: "Heat to 55 °C" },
  { intent: { kind: "limit", kw: 2 }, text: "At most 2.0 kW" },
  { intent: { kind: "stop" }, text: "No charging" },
] as const)("$intent.kind is told as $text", ({ intent, text }) => {
  expect(intentText(intent)).toBe(text);
});

test("what else could be done is told with its price, be it a little cheaper", () => {
  expect(alternativeText({ intent: { kind: "hold" }, extraCost: 0.14 }, "EUR")).toBe("Instead: hold, +€0.14");
  const charge = { kind: "charge", kw: 3, untilSoc: 0.9 } as const;
  expect(alternativeText({ intent: charge, extraCost: -0.02 }, "EUR")).toBe(
    "Instead: charge with 3.0 kW up to 90 %, -€0.02",
  );
});

test("what a new plan changes is told with what it saves; nothing where all goes on", () => {
  const action = { deviceId: "battery", before: { kind: "hold" }, after: { kind: "selfUse" } } as const;
  const told = (gain: number) => changeText({ gain, actions: [action] }, "EUR", () => "Battery");
  expect(told(0.14)).toBe("Changed with this plan. Battery: serve the house, before: hold. This saves €0.14.");
  expect(told(0.004)).toBe("Changed with this plan. Battery: serve the house, before: hold.");
  expect(changeText({ gain: 1, actions: [] }, "EUR", () => "Battery")).toBeUndefined();
});

const stretch = (series: string, rung: InputRung, source: string, untilMs: number) => ({
  series,
  rung,
  source,
  fromMs: 0,
  untilMs,
});

test("what the plan rests on is told series by series, with when it changes", () => {
  const told = restsOnText(
    [
      stretch("prices", "best", "octopus-agile", 1),
      stretch("prices", "cached", "nord-pool", 2),
      stretch("prices", "learned", "price-shape", 3),
      stretch("pv/roof", "second", "solcast", 3),
    ],
    (ms) => `hour ${ms}`,
    () => "Solar roof",
  );
  expect(told).toBe(
    "The plan rests on these. Prices: octopus-agile until hour 1, then what nord-pool last said until hour 2, then days like these; sun on Solar roof: solcast.",
  );
  expect(restsOnText([stretch("prices", "fallback", "prices.fallback", 1)], String, String)).toMatch(
    /prices\.fallback of the config/,
  );
  expect(restsOnText([stretch("pv/roof", "fallback", "no sun", 1)], String, String)).toMatch(/: no sun\.$/);
  expect(restsOnText([], String, String)).toBeUndefined();
});
