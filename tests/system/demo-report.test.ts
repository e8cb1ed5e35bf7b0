import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandState } from "@ohmstead/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DemoReport } from "../../optimizer/src/launch/demo-report.ts";
import { type MarkedProcess, startMarked } from "../support/marked-process.ts";

// A whole winter day on the demo house, as a newcomer would start it. A plan is due every 0.75 s: a small machine just manages that beside the house.
const HOURS = 24;
const FINAL: readonly CommandState[] = ["completed", "superseded", "expired", "failed"];

const folder = mkdtempSync(join(tmpdir(), "ohmstead-report-"));
let running: MarkedProcess;
let familyWhileRunning: readonly number[];
let familyAfterwards: readonly number[];
let code: number | null;
let report: DemoReport;

beforeAll(async () => {
  const path = join(folder, "report.json");
  const freePorts = ["--port", "0", "--optimizer-port", "0", "--house-port", "0", "--data", join(folder, "data")];
  const day = ["demo", "--days", "winter", "--speed", "400", "--hours", String(HOURS), "--report", path];
  running = startMarked(["optimizer/dist/cli/ohmstead.js", ...day, ...freePorts]);
  await running.says("Dashboard", 60_000);
  familyWhileRunning = running.family();
  ({ code } = await running.exited);
  familyAfterwards = running.family();
  report = JSON.parse(readFileSync(path, "utf8")) as DemoReport;
}, 420_000);
afterAll(() => {
  running?.killAll();
  rmSync(folder, { recursive: true, force: true });
});

test("it ends by itself, well, and leaves no process behind", () => {
  expect({ code, output: running.output() }).toMatchObject({ code: 0 });
  // The wrapper, the command, and the three services.
  expect(familyWhileRunning.length).toBeGreaterThanOrEqual(5);
  expect(familyAfterwards).toEqual([]);
});

test("it planned every five minutes", () => {
  expect(report.hours).toBeGreaterThan(HOURS - 0.5);
  expect(report.plans.made).toBeGreaterThanOrEqual(250);
  const byRung = Object.values(report.plans.byRung).reduce((a, b) => a + b, 0);
  expect(byRung).toBe(report.plans.made);
  expect(report.plans.byRung["full"]).toBeGreaterThanOrEqual(250);
});

test("every command was proved, or it is explained why not", () => {
  const { issued, verified, failed, notVerified } = report.commands;
  expect(issued).toBeGreaterThan(10);
  expect(issued).toBe(verified + notVerified.length);
  expect(verified).toBeGreaterThan(issued / 2);
  expect(failed).toBe(0);
  const stillOpen = notVerified.filter(({ state }) => !FINAL.includes(state));
  // What has not come to an end is the device's newest: one per device, given shortly before the demo ended.
  expect(new Set(stillOpen.map(({ device }) => device)).size).toBe(stillOpen.length);
  for (const { atUtc } of stillOpen)
    expect(Date.parse(atUtc)).toBeGreaterThan(Date.parse(report.untilUtc) - 60 * 60_000);
  expect(notVerified.filter(({ why }) => why.trim() === "")).toEqual([]);
});

test("no device left its limits", () => {
  expect(report.bounds.violations).toEqual([]);
  expect(report.bounds.soc.min).toBeLessThan(report.bounds.soc.max);
  expect(report.bounds.tankTempC.min).toBeGreaterThan(38);
});

test("the day cost less than without control, and comfort did not pay for it", () => {
  const { cost, costWithoutControl, storedValueDifference, saved } = report.money;
  expect(cost).toBeLessThan(costWithoutControl);
  expect(saved).toBeGreaterThan(0);
  expect(saved).toBeCloseTo(costWithoutControl - cost + storedValueDifference, 6);
  const { withControl, withoutControl } = report.comfort;
  expect(withControl.roomKelvinHours).toBeLessThanOrEqual(withoutControl.roomKelvinHours + 2);
  expect(withControl.tankKelvinHours).toBeLessThanOrEqual(withoutControl.tankKelvinHours + 1);
});
