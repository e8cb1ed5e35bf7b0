import type { CommandEvent, CommandEventType, FallbackReport, HouseholdProblem, Override } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { anOrder, aPlan } from "../commands/testing/examples.ts";
import { StoreError } from "../domain/errors.ts";
import { openStore } from "./store.ts";

const problem = { formatVersion: 1, note: "as frozen" } as unknown as HouseholdProblem;

test("plans are found by id and time, together with what they were made from", () => {
  const { plans } = openStore(":memory:");
  expect(plans.latest()).toBeUndefined();
  const first = { plan: { ...aPlan({}, "first"), createdAtMs: 1000 }, problem, cause: "start" };
  const second = {
    plan: { ...aPlan({}, "second"), createdAtMs: 2000, rung: "rules" as const },
    problem,
    cause: "prices",
  };
  plans.save(first);
  plans.save(second);
  expect(plans.latest()).toEqual(second);
  expect(plans.byId("first")).toEqual(first);
  expect(plans.byId("third")).toBeUndefined();
  expect(plans.between(0, 2000)).toEqual([
    { id: "first", createdAtMs: 1000, rung: "full", cause: "start", solveMs: 10 },
  ]);
  expect(plans.between(0, 9000, 1).map(({ id }) => id)).toEqual(["second"]);
  expect(plans.countByRung()).toEqual({ full: 1, rules: 1 });
  expect(plans.outlived(2000, 9000)).toEqual(["first"]);
  expect(plans.remove(["first", "nobody"])).toBe(1);
});

const minutes = (n: number): number => n * 60_000;
test("of older plans the first of each hour is kept, with the one before it, without which it could not be made again", () => {
  const { plans } = openStore(":memory:");
  for (let n = 0; n < 36; n += 1)
    plans.save({
      plan: { ...aPlan({}, `plan-${n}`), createdAtMs: minutes(5 * n + 2) },
      problem: {} as never,
      cause: "time",
      settings: { validHours: 2, previousId: n === 0 ? undefined : `plan-${n - 1}` },
    });
  const gone = plans.outlived(minutes(10), minutes(150));
  const kept = plans.between(minutes(0), minutes(150)).flatMap(({ id }) => (gone.includes(id) ? [] : [id]));
  expect(kept.toReversed()).toEqual(["plan-1", "plan-2", "plan-11", "plan-12", "plan-23", "plan-24"]);
  plans.remove(gone);
  expect(plans.outlived(minutes(10), minutes(150))).toEqual([]);
});

const event = (commandId: string, type: CommandEventType, atMs = 0): CommandEvent => ({
  id: `${type}-${atMs}`,
  commandId,
  type,
  attempt: 1,
  atMs,
  cause: "because",
});

test("a device has one live command at most: the database itself refuses a second", () => {
  const { commands } = openStore(":memory:");
  commands.create(anOrder, event(anOrder.id, "created"));
  const second = { ...anOrder, id: "heater-2" };
  expect(() => commands.create(second, event("heater-2", "created"))).toThrow(StoreError);
  expect(commands.find("heater-2")).toBeUndefined();
  commands.append([event(anOrder.id, "superseded", 1)], false);
  commands.create(second, event("heater-2", "created"));
  expect(commands.live().map(({ order }) => order.id)).toEqual(["heater-2"]);
  expect(commands.newestOf("heater")?.order.id).toBe("heater-2");
  expect(commands.newest(5).map(({ order }) => order.id)).toEqual(["heater-2", "heater-1"]);
  expect(commands.newest(1)).toHaveLength(1);
  expect(commands.newestOf("nobody")).toBeUndefined();
});

test("an event counts once, and its log is kept in order of arrival", () => {
  const { commands } = openStore(":memory:");
  commands.create(anOrder, event(anOrder.id, "created"));
  expect(commands.append([event(anOrder.id, "sent", 20)], true)).toBe(true);
  expect(commands.append([event(anOrder.id, "sent", 20)], true)).toBe(false);
  expect(commands.append([event(anOrder.id, "acknowledged", 10)], true)).toBe(true);
  expect(commands.find(anOrder.id)).toEqual({
    order: anOrder,
    events: [event(anOrder.id, "created"), event(anOrder.id, "sent", 20), event(anOrder.id, "acknowledged", 10)],
  });
  expect(commands.has(anOrder.id, "sent-20")).toBe(true);
  expect(commands.has(anOrder.id, "sent-21")).toBe(false);
  expect(commands.countByEventType()).toEqual({ created: 1, sent: 1, acknowledged: 1 });
});

test("an event of an unknown command is refused", () => {
  const { commands } = openStore(":memory:");
  expect(() => commands.append([event("nobody", "sent")], true)).toThrow(/FOREIGN KEY/);
});

test("old commands go with their events; a live one stays however old", () => {
  const { commands } = openStore(":memory:");
  commands.create(anOrder, event(anOrder.id, "created"));
  expect(commands.prune(Number.MAX_SAFE_INTEGER)).toBe(0);
  commands.append([event(anOrder.id, "expired")], false);
  expect(commands.prune(Number.MAX_SAFE_INTEGER)).toBe(1);
  expect(commands.countByEventType()).toEqual({});
});

const wish = (id: string, createdAtMs: number, untilMs: number): Override => ({
  id,
  kind: "boostHeat",
  deviceId: "room",
  origin: "person",
  createdAtMs,
  untilMs,
});

test("overrides hold until their time, or until somebody ends them", () => {
  const { overrides } = openStore(":memory:");
  overrides.add(wish("a", 0, 100));
  overrides.add(wish("b", 10, 200));
  expect(overrides.active(99)).toEqual([wish("a", 0, 100), wish("b", 10, 200)]);
  expect(overrides.active(100)).toEqual([wish("b", 10, 200)]);
  expect(overrides.end("b", 150)).toBe(true);
  expect(overrides.end("b", 151)).toBe(false);
  expect(overrides.end("a", 151)).toBe(false);
  expect(overrides.end("nobody", 0)).toBe(false);
  expect(overrides.active(150)).toEqual([]);
  expect(overrides.between(100, 300)).toEqual([{ ...wish("b", 10, 200), endedAtMs: 150 }]);
});

const report = (fromMs: number, untilMs: number): FallbackReport => ({ fromMs, untilMs, rung: "plan", actions: [] });

test("what fallback did is kept, and told twice counts once", () => {
  const { fallbackReports } = openStore(":memory:");
  fallbackReports.save(report(0, 10));
  fallbackReports.save(report(0, 20));
  fallbackReports.save(report(50, 60));
  expect(fallbackReports.newest(5)).toEqual([report(50, 60), report(0, 20)]);
});

test("E10 what was not believed is kept once, newest first, and goes with its age", () => {
  const { quarantine } = openStore(":memory:");
  const wrong = { subject: "prices/octopus-agile", atMs: 1000, value: "245", reason: "looks like ct" };
  expect(quarantine.add([wrong, wrong, { ...wrong, atMs: 2000 }], 5000)).toBe(2);
  expect(quarantine.add([wrong], 6000)).toBe(0);
  expect(quarantine.since(0).map(({ atMs }) => atMs)).toEqual([2000, 1000]);
  expect(quarantine.since(5001)).toEqual([]);
  const many = Array.from({ length: 600 }, (_, k) => ({ ...wrong, subject: "battery.soc", atMs: k }));
  quarantine.add(many.slice(0, 300), 7000);
  quarantine.add(many.slice(300), 7000);
  // A sensor that is wrong all the time hides nothing of the others.
  expect(quarantine.newest({ limit: 3 }).map(({ atMs }) => atMs)).toEqual([599, 598, 597]);
  expect(quarantine.newest({ perSubject: 2, limit: 9 }).map(({ atMs }) => atMs)).toEqual([599, 598, 2000, 1000]);
  expect(quarantine.prune(0)).toBe(100);
  expect(quarantine.countBySubject()).toEqual(
    new Map([
      ["battery.soc", 500],
      ["prices/octopus-agile", 2],
    ]),
  );
  expect(quarantine.prune(6000)).toBe(2);
});
