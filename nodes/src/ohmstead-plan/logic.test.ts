import { Health, type Plan } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { aPlan } from "../../../tests/support/appliance-fake.ts";
import { healthWithoutService, latestOf, statusOfPlan } from "./logic.ts";

test.each<[string, Partial<Plan>, object]>([
  ["a full plan", {}, { fill: "green", text: "1 h, 0.15 EUR" }],
  ["one made by rules", { rung: "rules" }, { fill: "yellow", text: "1 h, 0.15 EUR, rules" }],
  ["an empty one", { slots: [] }, { text: "empty, 0.15 EUR" }],
])("the status of %s", (_what, changes, expected) => {
  expect(statusOfPlan({ ...aPlan, ...changes })).toMatchObject(expected);
});

test.each([
  [{ kind: "away", detail: "ECONNREFUSED" } as const, /does not answer/],
  [{ kind: "refused", detail: "" } as const, /OHMSTEAD_TOKEN/],
])("without the service the health says so: %o", (link, detail) => {
  const health = Health.parse(healthWithoutService(link, 5));
  expect(health).toMatchObject({ status: "failing", nowMs: 5 });
  expect(health.checks[0]?.detail).toMatch(detail);
});

const entry = (atMs: number) => ({
  atMs,
  deviceId: "b",
  name: "B",
  what: "was told",
  origin: { kind: "plan" as const },
});

test("of the audit trail the newest entries come first, and no more than a page can show", () => {
  const shown = latestOf(Array.from({ length: 70 }, (_, k) => entry(k)));
  expect(shown).toHaveLength(60);
  expect(shown[0]?.atMs).toBe(69);
});
