import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { foldCommand, isLive } from "../../optimizer/src/commands/life.ts";
import { openStore } from "../../optimizer/src/store/store.ts";
import { seeded } from "../support/seeded.ts";
import { untilSo } from "../support/until-so.ts";

// A program writes all the time. Again and again it is stopped in the middle of whatever it does, and its files are copied as they lie: what a
// power cut leaves when the disk had kept up. Of most copies the log's end is then torn off, or full of zeros, at any byte that a checkpoint
// had not relied on yet: what a power cut leaves when it had not.
const COPIES = 80;
const SEED = 20_261_128;
const FRAME_BYTES = 24 + 4096;
const LOG_HEADER_BYTES = 32;

type Cut = "none" | "torn" | "zeros";
interface Copy {
  readonly path: string;
  readonly cut: Cut;
  /** Steps that the program had told as written before it was stopped. */
  readonly confirmed: number;
  readonly lostBytes: number;
}

const folder = mkdtempSync(join(tmpdir(), "ohmstead-power-cut-"));
const copies: Copy[] = [];
let child: ChildProcess;
let confirmed = 0;

const isStopped = (pid: number): boolean => / T /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));

/**
 * From which byte on the log may be torn: what a checkpoint has begun to copy had been flushed before. Undefined when the log is being begun
 * anew. The layout is that of sqlite.org/walformat.html: salts at 32 and counters of the checkpoint at 96 and 128 of the shared index.
 */
function tearableFrom(path: string): number | undefined {
  const index = readFileSync(`${path}-shm`);
  const log = readFileSync(`${path}-wal`);
  if (log.length < LOG_HEADER_BYTES || !index.subarray(32, 40).equals(log.subarray(16, 24))) return undefined;
  const copied = Math.max(index.readUInt32LE(96), index.readUInt32LE(128));
  return LOG_HEADER_BYTES + copied * FRAME_BYTES;
}

function copyNow(path: string, number: number, random: () => number): Copy {
  const into = join(folder, `copy-${number}`);
  mkdirSync(into);
  const copy = join(into, "ohmstead.sqlite");
  for (const suffix of ["", "-wal", "-shm"]) if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
  const from = tearableFrom(copy);
  // The index is in memory only: a power cut takes it in any case.
  rmSync(`${copy}-shm`);
  const size = statSync(`${copy}-wal`).size;
  const wanted: Cut = number % 4 === 0 ? "none" : number % 4 === 1 ? "zeros" : "torn";
  if (wanted === "none" || from === undefined || from >= size)
    return { path: copy, cut: "none", confirmed, lostBytes: 0 };
  const at = from + Math.floor(random() * (size - from));
  if (wanted === "torn") truncateSync(`${copy}-wal`, at);
  else
    writeFileSync(`${copy}-wal`, Buffer.concat([readFileSync(`${copy}-wal`).subarray(0, at), Buffer.alloc(size - at)]));
  return { path: copy, cut: wanted, confirmed, lostBytes: size - at };
}

beforeAll(async () => {
  const random = seeded(SEED);
  const path = join(folder, "ohmstead.sqlite");
  const args = ["--conditions=source", "--experimental-transform-types", "--disable-warning=ExperimentalWarning"];
  child = spawn(process.execPath, [...args, join(import.meta.dirname, "../support/store-writer.ts"), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { pid, stdout } = child;
  if (pid === undefined || !stdout) throw new Error("the writer did not start");
  createInterface({ input: stdout }).on("line", (line) => (confirmed = Number(line)));
  await untilSo("it writes", 20_000, async () => confirmed > 20 || undefined);
  for (let number = 0; number < COPIES; number += 1) {
    await wait(2 + random() * 25);
    const before = confirmed;
    child.kill("SIGSTOP");
    await untilSo("it stands still", 5000, async () => isStopped(pid) || undefined);
    copies.push({ ...copyNow(path, number, random), confirmed: before });
    child.kill("SIGCONT");
  }
  child.kill("SIGKILL");
  await once(child, "exit");
});
afterAll(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** All that is in a copy, and what is wrong with it. */
function lookInto(path: string) {
  const store = openStore(path);
  const commands = store.commands.newest(1_000_000).toReversed();
  const readings = ["battery.soc", "tank.tempC"].map((signal) => store.readings.between(signal, 0, Infinity));
  const plans = store.plans.between(0, Infinity, 1_000_000);
  const newestPlan = store.plans.latest();
  const { loss, outage } = store.condition();
  store.close();
  const db = new Database(path, { readonly: true });
  const one = (sql: string) => db.prepare(sql).pluck().get();
  const facts = {
    integrity: db.pragma("integrity_check", { simple: true }),
    broken: db.pragma("foreign_key_check"),
    liveTwice: one(
      "SELECT count(*) FROM (SELECT 1 FROM command WHERE is_live = 1 GROUP BY device_id HAVING count(*) > 1)",
    ),
    orphans: one("SELECT count(*) FROM command_event WHERE command_id NOT IN (SELECT id FROM command)"),
    mute: one("SELECT count(*) FROM command WHERE id NOT IN (SELECT command_id FROM command_event)"),
    liveIds: db.prepare<[], string>("SELECT id FROM command WHERE is_live = 1").pluck().all(),
  };
  db.close();
  return { ...facts, commands, readings, plans, newestPlan, loss, outage };
}

const upTo = (count: number) => Array.from({ length: count }, (_, k) => k + 1);

test(`E32 a power cut at any moment: ${COPIES} copies of the files of a program that writes, most with a torn log, open and are whole`, () => {
  expect(copies).toHaveLength(COPIES);
  const cuts = Map.groupBy(copies, ({ cut }) => cut);
  expect(cuts.get("torn")?.length).toBeGreaterThan(15);
  expect(cuts.get("zeros")?.length).toBeGreaterThan(8);
  for (const { path, cut, confirmed: told } of copies) {
    const { integrity, broken, liveTwice, orphans, mute, loss, outage, newestPlan, ...found } = lookInto(path);
    const where = `${path}, ${cut}`;
    expect({ integrity, broken, liveTwice, orphans, mute, loss, outage }, `in ${where}`).toEqual({
      integrity: "ok",
      broken: [],
      liveTwice: 0,
      orphans: 0,
      mute: 0,
      loss: undefined,
      outage: undefined,
    });
    // A prefix of what the program did: nothing in the middle is missing, and no step is further than one ahead of another.
    const steps = found.commands.length;
    expect(
      found.commands.map(({ order }) => order.id),
      `in ${where}`,
    ).toEqual(upTo(steps).map((step) => `command-${step}`));
    for (const each of [
      ...found.readings.map((points) => points.map(([atMs]) => atMs)),
      found.plans.map(({ createdAtMs }) => createdAtMs).toReversed(),
    ]) {
      expect(each, `in ${where}`).toEqual(upTo(each.length));
      expect(steps - each.length, `in ${where}`).toBeOneOf([0, 1]);
    }
    expect(newestPlan?.plan.id, `in ${where}`).toBe(`plan-${found.plans.length}`);
    // The events of each command fold to a state that its life allows, and the database says the same of it.
    const live = found.commands.filter(({ order, events }) => isLive(foldCommand(order, events).state));
    expect(live.map(({ order }) => order.id).toSorted(), `in ${where}`).toEqual(found.liveIds.toSorted());
    for (const { order, events } of found.commands.slice(0, -3)) {
      expect(
        events.map(({ type }) => type),
        `in ${where}`,
      ).toEqual(["created", "sent", "acknowledged", "verified", "completed"].slice(0, events.length));
      expect(events.length, `${where} ${order.id}`).toBe(live.some((each) => each.order.id === order.id) ? 4 : 5);
    }
    // What the operating system had was written: a process that dies loses nothing that it had told of.
    if (cut === "none") expect(found.plans.length, `in ${where}`).toBeGreaterThanOrEqual(told);
  }
});

test("E32 the log was torn in the middle of what counts, and checkpoints were running meanwhile", () => {
  const torn = copies.filter(({ cut }) => cut !== "none");
  expect(torn.some(({ lostBytes }) => lostBytes % FRAME_BYTES !== 0)).toBe(true);
  expect(torn.some(({ path, confirmed: told }) => lookInto(path).plans.length < told)).toBe(true);
  expect(copies.some(({ path }) => statSync(path).size > 1_000_000)).toBe(true);
});
