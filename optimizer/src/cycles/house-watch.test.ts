import type { ServiceEvent } from "@ohmstead/contract";
import { beforeEach, expect, test } from "vitest";
import { aPlan } from "../commands/testing/examples.ts";
import { openStore, type Store } from "../store/store.ts";
import type { SignalReading } from "../telemetry/telemetry-book.ts";
import { createHouseWatch, type HouseWatch } from "./house-watch.ts";

const MINUTE = 60_000;
const T0 = Date.UTC(2027, 0, 5, 10);

let store: Store;
let house: {
  nowMs: number;
  runningMs: number;
  grid: SignalReading | undefined;
  condition: ReturnType<Store["condition"]>;
};
let heard: ServiceEvent[];
let replans: string[];
let clockSet: number;
beforeEach(() => {
  store = openStore(":memory:");
  house = { nowMs: T0, runningMs: 0, grid: undefined, condition: {} };
  heard = [];
  replans = [];
  clockSet = 0;
});

const watchOf = (releasedMs?: number): HouseWatch =>
  createHouseWatch({
    store: { ...store, condition: () => house.condition },
    clock: { nowMs: () => house.nowMs },
    runningMs: () => house.runningMs,
    releasedMs,
    publish: (event) => heard.push(event),
    latest: () => house.grid,
    replan: (cause) => replans.push(cause),
    onClockSet: () => (clockSet += 1),
  });
const pass = (watch: HouseWatch, minutes: number, byWall = minutes): void => {
  house.nowMs += byWall * MINUTE;
  house.runningMs += minutes * MINUTE;
  watch.look();
};
const grid = (value: number) => (house.grid = { signal: "grid.connected", atMs: house.nowMs, value });
const messages = () => heard.map((event) => (event.type === "alert" ? `${event.level}: ${event.message}` : event.type));
const statusOf = (watch: HouseWatch, name: string) => watch.checks().find((check) => check.name === name);

test.each([
  { what: "forward", byWall: 61, says: "forward by 3600 s" },
  { what: "back", byWall: -59, says: "back by 3600 s" },
])("E15 a clock that is set $what is said once, sources look again, and a new plan is made", ({ byWall, says }) => {
  const watch = watchOf();
  pass(watch, 1);
  pass(watch, 1, byWall);
  pass(watch, 1);
  expect(messages()).toEqual([expect.stringContaining(says)]);
  expect({ replans, clockSet }).toEqual({ replans: ["the clock was set"], clockSet: 1 });
});

test("E15 a step of less than a minute, and a clock that drifts, are nothing to speak of", () => {
  const watch = watchOf();
  pass(watch, 1, 1.9);
  pass(watch, 60, 60.5);
  expect(messages()).toEqual([]);
});

test("E43 a clock behind the newest record: no command until it is right, said once, then a plan", () => {
  store.plans.save({ plan: { ...aPlan({}), createdAtMs: T0 + 60 * MINUTE }, problem: {} as never, cause: "time" });
  const watch = watchOf();
  pass(watch, 1);
  pass(watch, 1);
  expect(watch.hold()).toContain("the newest record is from 2027-01-05 11:00 UTC");
  expect(statusOf(watch, "commands")).toMatchObject({ status: "warning" });
  expect(messages()).toEqual([expect.stringMatching(/^warning: The clock says 2027-01-05 10:01 UTC.+waits to be set/)]);
  pass(watch, 1, 60);
  expect(watch.hold()).toBeUndefined();
  expect(statusOf(watch, "commands")).toBeUndefined();
  expect(messages().slice(1)).toEqual([
    expect.stringContaining("The clock was set forward"),
    expect.stringContaining("Nothing keeps commands back"),
  ]);
  expect(replans).toEqual(["the clock was set", "commands may be sent again"]);
});

test("E43 a clock from before the program was made, on a board that has no record yet", () => {
  house.nowMs = 0;
  const watch = watchOf(T0);
  watch.look();
  expect(watch.hold()).toContain("The clock says 1970-01-01 00:00 UTC, before this program was made");
  house.nowMs = T0 + MINUTE;
  expect(watch.hold()).toBeUndefined();
});

test("E23 while the grid is away, and for five minutes after, commands are kept back; then a plan is made", () => {
  const watch = watchOf();
  grid(1);
  pass(watch, 1);
  expect(watch.hold()).toBeUndefined();
  grid(0);
  pass(watch, 1);
  expect(watch.hold()).toContain("The grid is away");
  // Nothing new is heard for hours: it is away still.
  pass(watch, 300);
  expect(watch.hold()).toContain("The grid is away");
  grid(1);
  pass(watch, 4);
  expect(watch.hold()).toContain("The grid is back");
  expect(replans).toEqual([]);
  pass(watch, 1);
  expect(watch.hold()).toBeUndefined();
  expect(messages()).toEqual([expect.stringContaining("warning: The grid is away"), expect.stringContaining("info: ")]);
  expect(replans).toEqual(["commands may be sent again"]);
});

test("E23 a restart during an outage does not forget it", () => {
  const save = (minute: number, value: number) =>
    store.readings.save([{ signal: "grid.connected", atMs: T0 + minute * MINUTE, value }]);
  save(-90, 0);
  expect(watchOf().hold()).toContain("The grid is away since 08:30 UTC");
  save(-3, 1);
  expect(watchOf().hold()).toContain("The grid is back since 09:57 UTC");
  save(-2, 1);
  house.nowMs += 4 * MINUTE;
  expect(watchOf().hold()).toBeUndefined();
});

test("E37 a disk that fails, one that is back, and what was lost are each said once, and are in the health", () => {
  const watch = watchOf();
  expect(statusOf(watch, "store")).toMatchObject({ status: "ok" });
  house.condition = { outage: "Nothing is stored: the disk is full. 1 reading" };
  pass(watch, 1);
  house.condition = { outage: "Nothing is stored: the disk is full. 2 readings" };
  pass(watch, 1);
  expect(statusOf(watch, "store")).toMatchObject({ status: "warning", detail: house.condition.outage });
  house.condition = { loss: "The database was damaged." };
  pass(watch, 1);
  pass(watch, 1);
  expect(messages()).toEqual([
    "error: Nothing is stored: the disk is full. 1 reading",
    "info: The disk can be used again: what happened meanwhile has been stored.",
    "error: The database was damaged.",
  ]);
  expect(statusOf(watch, "store")).toMatchObject({ status: "warning", detail: "The database was damaged." });
});
