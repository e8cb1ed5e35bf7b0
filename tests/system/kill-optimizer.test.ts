import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Command,
  type CommandEvent,
  FallbackPack,
  type FallbackReport,
  type Intent,
  type Plan,
  type ServiceCall,
  type ServiceEvent,
} from "@ohmstead/contract";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { foldCommand, isLive } from "../../optimizer/src/commands/life.ts";
import type { CallRecord } from "../../optimizer/src/simulator/server/call-desk.ts";
import type { StoredCommand } from "../../optimizer/src/store/command-repository.ts";
import { openStore } from "../../optimizer/src/store/store.ts";
import { actionsOf, carriedOf, keyOf, keyOfRecord, without } from "../support/carried-calls.ts";
import { type ComposedDemo, startComposedDemo } from "../support/composed-demo.ts";
import { nextServiceEvent } from "../support/service-events.ts";
import { untilSo } from "../support/until-so.ts";

// One winter night is lived through once, with two sudden deaths of the optimizer; the tests then look at what is on record.
const SPEED = 150;
const MINUTE_MS = 60_000;
const CYCLE_MS = 5 * MINUTE_MS;
const KILL_AT_MINUTE = 41; // between two plans; at minute 60 the plan of that night changes what several devices do
const BACK_AT_MINUTE = 76;
const LIVE_KILL_AT_MINUTE = 98;
const LIVED_ON_MINUTES = 25;
/** Node-RED looks for a service that has long been away every ten seconds of the real world, whatever the house's clock. */
const RECONNECTS_WITHIN_REAL_MS = 13_000;

interface Told {
  readonly command: Command;
  readonly events: readonly CommandEvent[];
}
interface Outage {
  readonly killedAtMs: number;
  /** What the optimizer had told before it was killed. */
  readonly told: readonly Told[];
  /** What Node-RED stands in with. */
  readonly pack: FallbackPack;
  /** As the killed process left it. */
  readonly integrity: unknown;
  readonly inDatabase: readonly string[];
  readonly resumedAfterRealMs: number;
  readonly firstPlan: Plan;
}

let demo: ComposedDemo;
let planned: Outage;
let interrupted: Outage & { readonly command: Command };
let stored: readonly StoredCommand[];
let reports: readonly FallbackReport[];
let planTimes: readonly number[];
let integrityAtTheEnd: unknown;
let calls: readonly CallRecord[];
let house: Awaited<ReturnType<ComposedDemo["sim"]["report"]>>;
let endMs: number;

const isCommandEvent = (event: ServiceEvent): event is ServiceEvent & { type: "command" } => event.type === "command";

const integrityOf = (path: string): unknown => {
  const database = new Database(path);
  const answer = database.pragma("integrity_check", { simple: true });
  database.close();
  return answer;
};

/** The database with its log, as the killed process left both. */
function copyOfDatabase(name: string): string {
  const folder = join(demo.dataFolder, name);
  mkdirSync(folder);
  for (const suffix of ["", "-wal"])
    if (existsSync(demo.databasePath + suffix))
      copyFileSync(demo.databasePath + suffix, join(folder, `ohmstead.sqlite${suffix}`));
  return join(folder, "ohmstead.sqlite");
}

const toldNow = async (): Promise<Told[]> =>
  Promise.all((await demo.commands()).map(async (command) => ({ command, events: await demo.eventsOf(command.id) })));

/** What is known of a dead optimizer, and then its return. */
async function outage(killedAtMs: number, told: readonly Told[], name: string, backAtMs: number): Promise<Outage> {
  const pack = FallbackPack.parse(JSON.parse(readFileSync(join(demo.dataFolder, "fallback-pack.json"), "utf8")));
  const copy = copyOfDatabase(name);
  const integrity = integrityOf(copy);
  const store = openStore(copy);
  const inDatabase = store.commands.newest(10_000).map(({ order }) => order.id);
  store.close();
  await demo.untilHouse(backAtMs);
  const restartedAt = Date.now();
  await demo.startOptimizerAgain();
  const firstPlan = await untilSo("there is a new plan", 30_000, async () => {
    const plan = await demo.plan();
    return plan.createdAtMs > killedAtMs ? plan : undefined;
  });
  return { killedAtMs, told, pack, integrity, inDatabase, firstPlan, resumedAfterRealMs: Date.now() - restartedAt };
}

beforeAll(async () => {
  demo = await startComposedDemo({ speed: SPEED });

  await demo.untilHouse(demo.minute(KILL_AT_MINUTE));
  const toldBefore = await toldNow();
  planned = await outage(await demo.killOptimizer(), toldBefore, "after-kill", demo.minute(BACK_AT_MINUTE));

  // The second death comes in the very moment in which a command is offered: written, and not yet known to be carried.
  await demo.untilHouse(demo.minute(LIVE_KILL_AT_MINUTE));
  await untilSo("Node-RED listens again", RECONNECTS_WITHIN_REAL_MS, async () => {
    const { checks } = await demo.health();
    return checks.some(({ name, status }) => name === "carrier" && status === "ok") || undefined;
  });
  const toldAgain = await toldNow();
  const known = new Set(toldAgain.map(({ command }) => command.id));
  const isNew = (event: ServiceEvent): event is ServiceEvent & { type: "command" } =>
    isCommandEvent(event) && !known.has(event.command.id);
  const { command } = await nextServiceEvent(demo, isNew, 20_000, () => {
    const wish = { kind: "boostHeat", deviceId: "living_room", minutes: 120 };
    demo.ask("POST", "/api/v1/overrides", wish).catch(() => undefined); // its answer may die with the optimizer
  });
  const killedAtMs = await demo.killOptimizer();
  interrupted = { ...(await outage(killedAtMs, toldAgain, "after-live-kill", killedAtMs)), command };

  await demo.untilHouse(demo.houseNowMs() + LIVED_ON_MINUTES * MINUTE_MS);
  // A quiet moment: nothing on its way between optimizer, Node-RED and house.
  await untilSo("no command is on its way", 10_000, async () => {
    const commands = await demo.commands();
    return commands.every(({ state }) => state !== "pending" && state !== "sent") || undefined;
  });
  [calls, house] = await Promise.all([demo.sim.calls(), demo.sim.report()]);
  endMs = demo.houseNowMs();
  await demo.stop();
  integrityAtTheEnd = integrityOf(demo.databasePath);
  const store = openStore(demo.databasePath);
  stored = store.commands.newest(10_000).toReversed();
  reports = store.fallbackReports.newest(100).toReversed();
  planTimes = store.plans.between(0, Number.MAX_SAFE_INTEGER, 10_000).map(({ createdAtMs }) => createdAtMs);
  store.close();
});
afterAll(async () => {
  await demo?.stop();
  demo?.remove();
});

const outages = () => [planned, interrupted];
const storedOf = (id: string): StoredCommand => {
  const found = stored.find(({ order }) => order.id === id);
  if (!found) throw new Error(`command ${id} is lost`);
  return found;
};
const stateOf = ({ order, events }: StoredCommand): Command => foldCommand(order, events);

describe("fallback", () => {
  test("stood in within two cycles of the death, until the optimizer spoke again", () => {
    const [report] = reports;
    expect(report?.fromMs).toBeGreaterThan(planned.killedAtMs);
    expect(report?.fromMs).toBeLessThanOrEqual(planned.killedAtMs + 2 * CYCLE_MS);
    expect(report?.untilMs).toBeGreaterThan(demo.minute(BACK_AT_MINUTE - 1));
    expect(report?.untilMs).toBeLessThanOrEqual(planned.firstPlan.createdAtMs + RECONNECTS_WITHIN_REAL_MS * SPEED);
    expect(report?.rung).toBe("plan");
  });

  test("did what the last plan said, and the house obeyed", () => {
    const { actions = [] } = reports[0] ?? {};
    expect(actions.length).toBeGreaterThan(0);
    for (const { deviceId, intent, atMs } of actions) {
      const device = planned.pack.devices.find((each) => each.deviceId === deviceId);
      const segment = device?.segments.find((each) => each.startMs <= atMs && atMs < each.endMs);
      expect(segment?.intent, `${deviceId} at ${new Date(atMs).toISOString()}`).toEqual(intent);
      for (const call of segment?.calls ?? [])
        expect(calls.filter((each) => keyOfRecord(each) === keyOf(call) && isAbout(each.atMs, atMs))).not.toEqual([]);
    }
  });
});

describe("no command is lost", () => {
  test("what was told before a death is in the database that the dead process left", () => {
    for (const { told, integrity, inDatabase } of outages()) {
      expect(integrity).toBe("ok");
      expect(told.length).toBeGreaterThan(3);
      for (const { command } of told) expect(inDatabase).toContain(command.id);
    }
    expect(interrupted.inDatabase).toContain(interrupted.command.id);
    expect(integrityAtTheEnd).toBe("ok");
  });

  test("its history goes on where it stood", () => {
    for (const { told } of outages())
      for (const { command, events } of told)
        expect(storedOf(command.id).events.slice(0, events.length)).toEqual(events);
  });

  test("every one has come to an end, or is proved and in force", () => {
    const newest = new Map(stored.map((each) => [each.order.deviceId, each.order.id]));
    for (const each of stored) {
      const { id, deviceId, state, changedAtMs } = stateOf(each);
      if (!isLive(state)) continue;
      expect(newest.get(deviceId)).toBe(id);
      // Younger ones may still be waited for; none of them may have been forgotten.
      if (state !== "verified") expect(changedAtMs, `${id} ${state}`).toBeGreaterThan(endMs - 3 * CYCLE_MS);
    }
  });

  test("the one that was interrupted was carried once and proved, unless the next plan wanted something else", () => {
    const interruptedOne = storedOf(interrupted.command.id);
    const has = (type: CommandEvent["type"]) => interruptedOne.events.filter((event) => event.type === type).length;
    const { state } = stateOf(interruptedOne);
    expect(["verified", "completed", "superseded"], `what became of it: ${JSON.stringify(interruptedOne)}`).toContain(
      state,
    );
    expect(has("sent"), `what became of it: ${JSON.stringify(interruptedOne)}`).toBeLessThanOrEqual(1);
    if (state !== "superseded") expect([has("sent"), has("acknowledged"), has("verified")]).toEqual([1, 1, 1]);
  });
});

test("no command is doubled: the house got the calls of every attempt once, those of fallback, and no other", () => {
  expect(calls.filter(({ outcome }) => outcome !== "done")).toEqual([]);
  const carried = stored.flatMap(carriedOf);
  const stoodIn = reports.flatMap(({ actions }) =>
    actions.flatMap(({ deviceId, intent }) => callsOfFallback(deviceId, intent)),
  );
  const made = calls.map(keyOfRecord);
  const sure = [...carried.flatMap((each) => each.sure), ...stoodIn].map(keyOf);
  const perhaps = carried.flatMap((each) => each.perhaps).map(keyOf);
  expect({ missing: without(sure, made) }).toEqual({ missing: [] });
  expect({ doubled: without(without(made, sure), perhaps) }).toEqual({ doubled: [] });
  // The night has no refusals in it, so there is hardly a call of which nobody knows.
  expect(perhaps.length).toBeLessThan(sure.length / 4);
});

test("at no moment had a device two live commands", () => {
  for (const deviceId of new Set(stored.map(({ order }) => order.deviceId))) {
    const own = stored.filter(({ order }) => order.deviceId === deviceId);
    own.slice(1).forEach((later, index) => {
      const earlier = own[index];
      const endedAtMs = earlier && isLive(stateOf(earlier).state) ? Number.POSITIVE_INFINITY : endOf(earlier);
      expect(endedAtMs, `${earlier?.order.id} before ${later.order.id}`).toBeLessThanOrEqual(later.order.createdAtMs);
    });
  }
});

test("planning resumed within ten seconds, and kept its pace", () => {
  for (const { resumedAfterRealMs, firstPlan, killedAtMs } of outages()) {
    expect(resumedAfterRealMs).toBeLessThan(10_000);
    expect(firstPlan.rung).toBe("full");
    const before = planTimes.filter((ms) => ms <= killedAtMs && ms > killedAtMs - 20 * MINUTE_MS);
    expect(before.length).toBeGreaterThanOrEqual(3);
  }
  expect(planTimes.filter((ms) => ms > planned.killedAtMs && ms < demo.minute(BACK_AT_MINUTE))).toEqual([]);
  const after = planTimes.filter((ms) => ms > endMs - (LIVED_ON_MINUTES - 5) * MINUTE_MS);
  expect(after.length).toBeGreaterThanOrEqual(3);
});

test("the house stayed within its limits throughout", () => {
  const { soc, tankTempC, roomBelow, roomAbove, tankBelow, hours } = house.controlled;
  expect(hours * 60).toBeGreaterThan(LIVE_KILL_AT_MINUTE + LIVED_ON_MINUTES);
  expect(soc.min).toBeGreaterThanOrEqual(0.09);
  expect(soc.max).toBeLessThanOrEqual(1);
  expect(tankTempC.max).toBeLessThanOrEqual(75);
  expect(tankBelow.worstK).toBeLessThan(1);
  expect(roomBelow.worstK).toBeLessThan(0.5);
  expect(roomAbove.worstK).toBeLessThan(0.5);
});

/** House time stands still in a process while it waits for another; a call is made within seconds of the real world. */
const isAbout = (atMs: number, wantedMs: number): boolean => Math.abs(atMs - wantedMs) < 2000 * SPEED;

const endOf = (each: StoredCommand | undefined): number =>
  each?.events.find(({ type }) => ["completed", "superseded", "expired", "failed"].includes(type))?.atMs ?? 0;

/** What an intent means in calls is the same in every pack. */
function callsOfFallback(deviceId: string, intent: Intent): readonly ServiceCall[] {
  const devices = outages().flatMap(({ pack }) => pack.devices.filter((each) => each.deviceId === deviceId));
  const actions = devices.flatMap(actionsOf);
  const found = actions.find((each) => JSON.stringify(each.intent) === JSON.stringify(intent));
  if (!found) throw new Error(`no pack has ${intent.kind} for ${deviceId}`);
  return found.calls;
}
