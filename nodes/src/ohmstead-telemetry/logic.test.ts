import fc from "fast-check";
import { expect, test } from "vitest";
import { createReadingQueue } from "./logic.ts";

const state = (entityId: string, value: string, atMs: number) => ({ entityId, state: value, attributes: {}, atMs });
const reading = (source: string, value: string, atMs: number) => ({ source, value, atMs });

test("nothing waits before the service has said what it wants; then all that is known does", () => {
  const queue = createReadingQueue();
  queue.takeState(state("sensor.a", "1", 1));
  queue.takeState(state("sensor.b", "2", 1));
  queue.takeReading(reading("meter", "3", 1));
  expect(queue.waiting).toBe(0);
  queue.want(["sensor.a", "meter"]);
  expect(queue.nextBatch()).toEqual([reading("sensor.a", "1", 1), reading("meter", "3", 1)]);
  expect(queue.nextBatch()).toEqual([]);
});

test("while the service is away the newest value per source waits, no more", () => {
  const queue = createReadingQueue();
  queue.want(["sensor.a"]);
  for (let at = 1; at <= 1000; at += 1) queue.takeState(state("sensor.a", String(at), at));
  expect(queue.nextBatch()).toEqual([reading("sensor.a", "1000", 1000)]);
});

test("a state that comes late does not replace a newer one", () => {
  const queue = createReadingQueue();
  queue.want(["sensor.a"]);
  queue.takeState(state("sensor.a", "new", 20));
  queue.takeState(state("sensor.a", "old", 10));
  expect(queue.nextBatch()).toEqual([reading("sensor.a", "new", 20)]);
});

test("a batch that did not arrive waits again, but for what is newer by now", () => {
  const queue = createReadingQueue();
  queue.want(["sensor.a", "sensor.b"]);
  queue.takeState(state("sensor.a", "1", 1));
  queue.takeState(state("sensor.b", "1", 1));
  const lost = queue.nextBatch();
  queue.takeState(state("sensor.a", "2", 2));
  queue.giveBack(lost);
  expect(queue.nextBatch()).toEqual([reading("sensor.a", "2", 2), reading("sensor.b", "1", 1)]);
});

test("at every connection all that is known of the wanted sources is sent again", () => {
  const queue = createReadingQueue();
  queue.want(["sensor.a"]);
  queue.takeState(state("sensor.a", "1", 1));
  queue.nextBatch();
  queue.want(["sensor.a"]);
  expect(queue.nextBatch()).toEqual([reading("sensor.a", "1", 1)]);
});

test("the queue is never longer than the list of wanted sources, and the newest of each arrives", () =>
  fc.assert(
    fc.property(
      fc.array(fc.record({ entity: fc.nat(5), atMs: fc.nat(50), isSent: fc.boolean(), isLost: fc.boolean() })),
      (steps) => {
        const queue = createReadingQueue();
        queue.want(["e0", "e1", "e2"]);
        const newest = new Map<string, number>();
        const arrived = new Map<string, number>();
        const send = (isLost: boolean) => {
          const batch = queue.nextBatch();
          if (isLost) queue.giveBack(batch);
          else for (const { source, atMs } of batch) arrived.set(source, atMs);
        };
        for (const { entity, atMs, isSent, isLost } of steps) {
          const id = `e${entity}`;
          queue.takeState(state(id, "x", atMs));
          if (entity < 3) newest.set(id, Math.max(newest.get(id) ?? 0, atMs));
          expect(queue.waiting).toBeLessThanOrEqual(3);
          if (isSent) send(isLost);
        }
        send(false);
        expect(arrived).toEqual(newest);
      },
    ),
  ));
