import type { Override, Plan, ServiceEvent } from "@ohmstead/contract";
import { pino } from "pino";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { InputError, NotFound } from "../../domain/errors.ts";
import { createSolver } from "../../solver/solver.ts";
import { devicesOfHome } from "../../devices/devices-of-home.ts";
import { openStore, type Store } from "../../store/store.ts";
import { createPeopleCycle, type PeopleCycle } from "./people-cycle.ts";
import { demoHome, demoInputs, NOW_MS, planOf } from "./testing/demo-day.ts";

const MINUTE_MS = 60_000;
const solver = createSolver();
afterAll(() => solver.stop());

let store: Store;
let nowMs: number;
let events: ServiceEvent[];
let causes: string[];
let people: PeopleCycle;
beforeEach(() => {
  nowMs = NOW_MS;
  [events, causes] = [[], []];
  store = openStore(":memory:");
  people = start();
});
afterEach(() => store.close());

const start = (): PeopleCycle =>
  createPeopleCycle({
    config: demoHome,
    devices: devicesOfHome(demoHome),
    store,
    solver,
    clock: { nowMs: () => nowMs },
    logger: pino({ level: "silent" }),
    publish: (event) => void events.push(event),
    replan: async (cause) => {
      causes.push(cause);
      return { id: "new" } as Plan;
    },
    replanSoon: (cause) => void causes.push(`soon: ${cause}`),
  });

/** The list as it was told last. */
const told = (): readonly Override[] | undefined =>
  events.flatMap((event) => (event.type === "overrides" ? [event.overrides] : [])).at(-1);
async function planNow(): Promise<void> {
  const inputs = demoInputs({ nowMs, overrides: store.overrides.active(nowMs) });
  await people.onPlan({ plan: await planOf(inputs, solver), inputs });
}

test("a wish is kept, told and planned; nothing of a wish that is refused", async () => {
  const override = await people.add({ kind: "boostWater", minutes: 60 });
  expect(people.active()).toEqual([override]);
  expect(told()).toEqual([override]);
  expect(causes).toEqual(["boostWater of hot_water"]);
  await expect(people.add({ kind: "boostWater", deviceId: "pool" })).rejects.toThrow(InputError);
  expect(people.active()).toEqual([override]);
});

test("E28 two people at once: the later word holds, and both are on record with who ended the earlier", async () => {
  const [first, second] = await Promise.all([
    people.add({ kind: "boostWater", minutes: 60, by: "dashboard" }),
    people.add({ kind: "boostWater", minutes: 30, by: "homeassistant" }),
  ]);
  expect(people.active()).toEqual([second]);
  expect(store.overrides.between(NOW_MS, NOW_MS + 1)).toMatchObject([
    { id: first.id, by: "dashboard", endedAtMs: NOW_MS, endedBy: "homeassistant" },
    { id: second.id, by: "homeassistant" },
  ]);
});

test("E26 a boost expires by itself: it is told and planned without, once", async () => {
  await people.add({ kind: "boostHeat", minutes: 60 });
  nowMs += 60 * MINUTE_MS - 1;
  people.tick();
  expect(causes).toHaveLength(1);
  nowMs += 1;
  people.tick();
  people.tick();
  expect(told()).toEqual([]);
  expect(causes).toEqual(["boostHeat of living_room", "soon: override over"]);
});

test("ending one early says who did; what is over, or never was, cannot be ended", async () => {
  const { id } = await people.add({ kind: "guests" });
  await people.end(id, "dashboard");
  expect(told()).toEqual([]);
  expect(store.overrides.between(NOW_MS, NOW_MS + 1)).toMatchObject([{ endedBy: "dashboard" }]);
  await expect(people.end(id)).rejects.toThrow(NotFound);
  await expect(people.end("never")).rejects.toThrow("there is no override");
});

test("a change by hand that reconciliation saw is respected, shown as such, and can be ended like any other", async () => {
  const untilMs = NOW_MS + 120 * MINUTE_MS;
  const { id } = people.addDetected("hot_water", untilMs);
  expect(told()).toMatchObject([{ kind: "manual", deviceId: "hot_water", untilMs, origin: "detected" }]);
  expect(people.leftAlone().get("hot_water")).toBe("changed by hand at Fri 10:00, respected until Fri 12:00");
  expect(causes).toEqual(["soon: Hot water was changed by hand"]);
  await people.end(id);
  expect(people.leftAlone().size).toBe(0);
});

test("E26 what a boost costs is told when it is known, after the plan that respects it", async () => {
  await people.add({ kind: "boostHeat", minutes: 360 });
  expect(told()?.[0]?.extraCost).toBeUndefined();
  await planNow();
  expect(told()?.[0]?.extraCost).toBeGreaterThan(0.05);
  expect(people.active()).toEqual(told());
  await people.end(people.active()[0]?.id ?? "");
  await planNow();
  expect(people.active()).toEqual([]);
});

test("nobody hears of a price after the end", async () => {
  await people.add({ kind: "boostHeat" });
  const before = events.length;
  const counting = planNow();
  people.stop();
  await counting;
  expect(events).toHaveLength(before);
});

test("wishes outlive a restart, and those that ended meanwhile are gone", async () => {
  const { id } = await people.add({ kind: "vacation", minutes: 600 });
  await people.add({ kind: "boostWater", minutes: 5 });
  nowMs += 10 * MINUTE_MS;
  people = start();
  expect(people.active().map((each) => each.id)).toEqual([id]);
});
