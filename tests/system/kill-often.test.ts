import { beforeAll, describe, expect, test } from "vitest";
import type { KillReport } from "../kill/kill-report.ts";
import { runKills } from "../kill/kill-run.ts";

// Twenty deaths of the optimizer in one house; `npm run kill` has more of them.
const KILLS = 20;
let report: KillReport;

beforeAll(async () => {
  report = await runKills({ kills: KILLS, speed: 120, seed: 7, nodeRedEvery: 7, longestLifeMs: 2500 });
}, 480_000);

describe(`E31 the optimizer killed ${KILLS} times at any moment`, () => {
  test("E31 nothing that was told or accepted is lost", () => {
    expect(report.losses).toEqual([]);
    expect(report.promised.commands).toBeGreaterThan(5);
    expect(report.promised.events).toBeGreaterThan(20);
    expect(report.promised.wishes).toBeGreaterThan(2);
    expect(report.promised.readings).toBeGreaterThan(KILLS);
  });

  test("E31 no call reaches the house that no command and no fallback explains; a device has one live command at any moment", () => {
    expect(report.doubles).toEqual([]);
    expect(report.liveTwice).toEqual([]);
    expect(report.calls.made).toBeGreaterThan(5);
  });

  test("E31 E32 the database that each dead process left passes its integrity check", () => {
    expect(report.integrityFailures).toEqual([]);
  });

  test("E31 each time it comes back and plans, as a rule within ten seconds", () => {
    expect(report.restarts).toBe(KILLS);
    expect(report.firstPlanMs.median).toBeLessThan(10_000);
  });

  test("E31 the house stays within its limits, with Node-RED dead at the same time, too", () => {
    expect(report.kills.nodeRed).toBeGreaterThanOrEqual(2);
    expect(report.limits.broken).toEqual([]);
  });
});
