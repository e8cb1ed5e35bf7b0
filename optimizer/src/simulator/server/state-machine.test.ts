import { expect, test } from "vitest";
import { compressedDiff, createStateMachine, newContext, type StateChange } from "./state-machine.ts";

const context = newContext();
const setUp = (kept?: number) => {
  const states = createStateMachine(kept);
  const changes: StateChange[] = [];
  states.onChange((change) => changes.push(change));
  const write = (state: string, attributes: Record<string, unknown>, atMs: number, force = false) =>
    states.write({ entityId: "sensor.x", state, attributes, atMs, context, force });
  return { states, changes, write };
};

test("last_changed follows the state, last_updated the attributes too, last_reported everything", () => {
  const { states, changes, write } = setUp();
  write("1", { unit: "W" }, 1000);
  write("1", { unit: "kW" }, 2000);
  write("1", { unit: "kW" }, 3000);
  expect(states.get("sensor.x")).toMatchObject({ changedMs: 1000, updatedMs: 2000, reportedMs: 3000 });
  expect(changes).toHaveLength(2);
  write("1", { unit: "kW" }, 4000, true);
  expect(states.get("sensor.x")).toMatchObject({ changedMs: 4000 });
});

test("the compressed difference names what is new and what is gone", () => {
  const { changes, write } = setUp();
  write("1", { unit: "W", old: 1 }, 1000);
  write("2", { unit: "W", fresh: [1] }, 2000);
  write("2", { unit: "kW", fresh: [1] }, 3000);
  expect(changes.map(compressedDiff)).toEqual([
    { a: { "sensor.x": { s: "1", a: { unit: "W", old: 1 }, c: context.id, lc: 1 } } },
    { c: { "sensor.x": { "+": { s: "2", lc: 2, c: context.id, a: { fresh: [1] } }, "-": { a: ["old"] } } } },
    { c: { "sensor.x": { "+": { lu: 3, c: context.id, a: { unit: "kW" } } } } },
  ]);
});

test("history begins with the state that held, and forgets what is too old", () => {
  const { states, write } = setUp(10);
  for (let second = 1; second <= 100; second++) write(String(second), {}, second * 1000);
  expect(states.history("sensor.x", 97_500, 99_000).map(({ state }) => state)).toEqual(["97", "98", "99"]);
  expect(states.history("sensor.x", 0, 1e6).length).toBeLessThanOrEqual(12);
  expect(states.history("sensor.y", 0, 1e6)).toEqual([]);
});
