import type { Command, Health } from "@ohmstead/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GRID_SETTLES_MS } from "../../optimizer/src/commands/grid-watch.ts";
import type { CallRecord } from "../../optimizer/src/simulator/server/call-desk.ts";
import { type ComposedDemo, startComposedDemo } from "../support/composed-demo.ts";
import { untilSo } from "../support/until-so.ts";

// The grid fails on a winter night, and is back twenty minutes later.
const SPEED = 120;
const FAILS_AT_MINUTE = 21;
const AWAY_MINUTES = 20;
/** The simulated house dates its readings by its last step, up to a minute ago. */
const STEP_MS = 60_000;

let demo: ComposedDemo;
let noticedAtMs: number;
let backAtMs: number;
let whileAway: Health;
let planWhileAway: number;
let firstPlanAfterMs: number;
let commands: readonly Command[];
let calls: readonly CallRecord[];

const heldBack = ({ checks }: Health) => checks.find(({ name }) => name === "commands");

beforeAll(async () => {
  demo = await startComposedDemo({ speed: SPEED });
  await demo.untilHouse(demo.minute(FAILS_AT_MINUTE));
  await demo.sim.addFault({ kind: "gridOutage" });
  await untilSo("it is noticed", 20_000, async () => heldBack(await demo.health()) ?? undefined);
  noticedAtMs = demo.houseNowMs();
  // Something to be tempted by: at another time it is commanded at once.
  await demo.ask("POST", "/api/v1/overrides", { kind: "boostHeat", deviceId: "living_room", minutes: 180 });
  await demo.untilHouse(noticedAtMs + AWAY_MINUTES * 60_000);
  whileAway = await demo.health();
  planWhileAway = (await demo.plan()).createdAtMs;
  backAtMs = demo.houseNowMs();
  await demo.sim.clearFaults();
  firstPlanAfterMs = await untilSo("it plans again", 30_000, async () => {
    const { createdAtMs } = await demo.plan();
    return createdAtMs > backAtMs ? createdAtMs : undefined;
  });
  await untilSo(
    "the wish is commanded",
    30_000,
    async () =>
      (await demo.commands()).some(
        ({ deviceId, createdAtMs }) => deviceId === "living_room" && createdAtMs > backAtMs,
      ) || undefined,
  );
  [commands, calls] = await Promise.all([demo.commands(), demo.sim.calls()]);
});
afterAll(async () => {
  await demo?.stop();
  demo?.remove();
});

test("E23 while the house is an island, and five minutes after, nothing is planned, ordered or carried, whoever wishes for it", () => {
  expect(heldBack(whileAway)?.detail).toContain("The grid is away since");
  expect(planWhileAway).toBeLessThanOrEqual(noticedAtMs);
  const untilMs = backAtMs + GRID_SETTLES_MS - STEP_MS;
  expect(commands.filter(({ createdAtMs }) => createdAtMs > noticedAtMs && createdAtMs < untilMs)).toEqual([]);
  expect(calls.filter(({ atMs }) => atMs > noticedAtMs && atMs < untilMs)).toEqual([]);
});

test("E23 planning resumes when the grid has been back for five minutes, and what was wished for meanwhile is commanded", () => {
  expect(firstPlanAfterMs).toBeGreaterThanOrEqual(backAtMs + GRID_SETTLES_MS - STEP_MS);
  expect(
    commands.some(({ deviceId, createdAtMs }) => deviceId === "living_room" && createdAtMs >= firstPlanAfterMs),
  ).toBe(true);
});
