import { expect, test } from "vitest";
import { createAgenda } from "./agenda.ts";

test("what is due happens in the order of its time, then of its entry; what was called off does not", () => {
  const agenda = createAgenda();
  const done: string[] = [];
  const enter = (atMs: number, name: string) => agenda.at(atMs, () => done.push(name));
  enter(20, "second");
  enter(10, "first");
  enter(20, "third");
  const callOff = enter(15, "never");
  enter(30, "later");
  callOff();
  expect(agenda.nextMs()).toBe(10);
  agenda.run(20);
  expect(done).toEqual(["first", "second", "third"]);
  expect(agenda.nextMs()).toBe(30);
});

test("what comes up while others happen is done as well when it is due", () => {
  const agenda = createAgenda();
  const done: number[] = [];
  agenda.at(10, () => {
    agenda.at(12, () => done.push(12));
    agenda.at(99, () => done.push(99));
  });
  agenda.run(20);
  expect(done).toEqual([12]);
  agenda.run(99);
  expect(done).toEqual([12, 99]);
  expect(agenda.nextMs()).toBe(Number.POSITIVE_INFINITY);
});
