import { execFileSync } from "node:child_process";
import type { Command, CommandEvent, Health, Override } from "@ohmstead/contract";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CallRecord } from "../../optimizer/src/simulator/server/call-desk.ts";
import type { StoredCommand } from "../../optimizer/src/store/command-repository.ts";
import { openStore } from "../../optimizer/src/store/store.ts";
import { type CallJudgement, judgeCalls } from "../kill/judge-calls.ts";
import { type ComposedDemo, startComposedDemo } from "../support/composed-demo.ts";
import { untilSo } from "../support/until-so.ts";

// A winter night in which the disk takes nothing any more for half an hour: the kernel refuses every write of the optimizer to a file.
const SPEED = 150;
const FAILS_AT_MINUTE = 22;
const WITHOUT_DISK_MINUTES = 30;

let demo: ComposedDemo;
let whileFull: { readonly health: Health; readonly metrics: string; readonly plans: number };
let wish: { readonly status: number; readonly body: Override };
let proved: { readonly command: Command; readonly events: readonly CommandEvent[] };
let onDiskMeanwhile: { readonly wishes: number; readonly commands: readonly string[] };
let afterwards: Health;
let integrity: unknown;
let stored: readonly StoredCommand[];
let wishes: readonly Override[];
let plansMeanwhile: number;
let calls: readonly CallRecord[];
let judged: CallJudgement;

/** From here on every write of the process to a file fails, or none: what is open already as well. */
const limitFiles = (pid: number, bytes: string): void =>
  void execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:unlimited`]);
const storeCheck = ({ checks }: Health) => checks.find(({ name }) => name === "store");
const textOf = async (path: string): Promise<string> =>
  (await fetch(demo.optimizerUrl + path, { headers: { authorization: `Bearer ${demo.token}` } })).text();
const lookOnDisk = () => {
  const db = new Database(demo.databasePath, { readonly: true });
  const wishesThere = Number(db.prepare("SELECT count(*) FROM override").pluck().get());
  const commandsThere = db.prepare<[], string>("SELECT id FROM command").pluck().all();
  db.close();
  return { wishes: wishesThere, commands: commandsThere };
};

beforeAll(async () => {
  demo = await startComposedDemo({ speed: SPEED });
  await demo.untilHouse(demo.minute(FAILS_AT_MINUTE));
  limitFiles(demo.optimizerPid(), "1");
  const failedAtMs = demo.houseNowMs();
  await untilSo("it is said", 20_000, async () => storeCheck(await demo.health())?.status === "warning" || undefined);
  // A wish that needs a command, whatever the plan would do by itself.
  wish = await demo.ask<Override>("POST", "/api/v1/overrides", {
    kind: "boostHeat",
    deviceId: "living_room",
    minutes: 120,
  });
  const command = await untilSo("a command for it is proved", 60_000, async () =>
    (await demo.commands()).find(
      ({ deviceId, state, createdAtMs }) =>
        deviceId === "living_room" && state === "verified" && createdAtMs > failedAtMs,
    ),
  );
  proved = { command, events: await demo.eventsOf(command.id) };
  await demo.untilHouse(failedAtMs + WITHOUT_DISK_MINUTES * 60_000);
  whileFull = {
    health: await demo.health(),
    metrics: await textOf("/metrics"),
    plans: (await demo.plan()).createdAtMs,
  };
  onDiskMeanwhile = lookOnDisk();
  limitFiles(demo.optimizerPid(), "unlimited");
  await untilSo("all is stored", 30_000, async () => storeCheck(await demo.health())?.status === "ok" || undefined);
  const backAtMs = demo.houseNowMs();
  await untilSo("no command is on its way", 30_000, async () => {
    const commands = await demo.commands();
    return commands.every(({ state }) => state !== "pending" && state !== "sent") || undefined;
  });
  afterwards = await demo.health();
  calls = await demo.sim.calls();
  await demo.stop();
  const db = new Database(demo.databasePath);
  integrity = db.pragma("integrity_check", { simple: true });
  db.close();
  const store = openStore(demo.databasePath);
  stored = store.commands.newest(10_000);
  wishes = store.overrides.between(0, Number.MAX_SAFE_INTEGER);
  plansMeanwhile = store.plans.between(failedAtMs, backAtMs).length;
  store.close();
  judged = judgeCalls({ calls, stored, packs: [], optimizerAway: [], nodeRedAway: [] });
});
afterAll(async () => {
  await demo?.stop();
  demo?.remove();
});

describe("E37 while the disk takes nothing", () => {
  test("E37 it is said: in the health and as a metric", () => {
    expect(storeCheck(whileFull.health)?.detail).toMatch(/^Nothing is stored since .+ controlled from memory/);
    expect(whileFull.metrics).toContain("store_writable 0");
  });

  test("E37 the house is planned, wished for and commanded all the same, and commands are proved", () => {
    expect(wish.status).toBe(201);
    expect(proved.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["created", "sent", "acknowledged", "verified"]),
    );
    expect(onDiskMeanwhile.wishes).toBe(0);
    expect(onDiskMeanwhile.commands).not.toContain(proved.command.id);
  });

  test("E37 nothing is lost or doubled by it: all is on the disk once it takes something again", () => {
    expect(storeCheck(afterwards)).toMatchObject({ status: "ok" });
    expect(integrity).toBe("ok");
    expect(wishes.map(({ id }) => id)).toContain(wish.body.id);
    const told = stored.find(({ order }) => order.id === proved.command.id)?.events ?? [];
    expect(told.slice(0, proved.events.length)).toEqual(proved.events);
    expect(plansMeanwhile).toBeGreaterThanOrEqual(3);
    expect(judged.doubles).toEqual([]);
    expect(judged.missing).toEqual([]);
    expect(judged.byCommands).toBeGreaterThan(3);
  });
});
