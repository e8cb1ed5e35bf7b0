import type { Command, CommandEvent, CommandReport } from "@ohmstead/contract";
import { CommandEventType } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyEvent, foldCommand, isLive, newCommand } from "./life.ts";
import { type Happening, step } from "./step.ts";
import { anOrder, shows, T0, usualSettings as settings } from "./testing/examples.ts";

const anyEvent: fc.Arbitrary<CommandEvent> = fc.record({
  id: fc.uuid(),
  commandId: fc.constant(anOrder.id),
  type: fc.constantFrom(...CommandEventType.options),
  attempt: fc.integer({ min: 1, max: 6 }),
  atMs: fc.integer({ min: T0, max: T0 + 1e7 }),
  cause: fc.constant("chance"),
});

const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  fc
    .record({
      id: fc.uuid(),
      type: fc.constantFrom<CommandReport["type"]>("sent", "acknowledged", "failed"),
      attempt: fc.integer({ min: 1, max: 6 }),
      atMs: fc.integer({ min: T0 - 1e6, max: T0 + 1e7 }),
      detail: fc.constant(""),
    })
    .map((report) => ({ kind: "report" as const, report })),
  fc
    .constantFrom("on", "off", "unavailable")
    .map((value) => ({ kind: "moment" as const, readings: shows({ "switch.heater": value }), listeningSinceMs: T0 })),
  fc.constant({ kind: "replace" as const, cause: "the plan changed" }),
);
/** With the time that passes before each, up to 12 minutes. */
const anyLife = fc.array(fc.tuple(fc.integer({ min: 0, max: 720_000 }), anyHappening), { maxLength: 40 });

function live(life: readonly (readonly [number, Happening])[]) {
  const states: Command[] = [newCommand(anOrder)];
  const log: CommandEvent[] = [];
  const tellings: string[] = [];
  let nowMs = T0;
  for (const [waitMs, happening] of life) {
    nowMs += waitMs;
    const result = step(states.at(-1) ?? newCommand(anOrder), happening, nowMs, settings);
    states.push(result.command);
    log.push(...result.events);
    tellings.push(...result.effects.map((effect) => effect.kind));
  }
  return { states, log, tellings };
}

test("no order of events revives a command that has ended", () =>
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      let command = newCommand(anOrder);
      for (const event of events) {
        const next = applyEvent(command, event);
        // A person may still deal with a dead letter; that brings nothing back.
        expect(isLive(command.state) || next.state === command.state).toBe(true);
        command = next;
      }
    }),
  ));

test("folding what was written gives what was stepped, at every moment", () =>
  fc.assert(
    fc.property(anyLife, (life) => {
      const { states, log } = live(life);
      expect(foldCommand(anOrder, log)).toEqual(states.at(-1));
    }),
  ));

test("attempts only grow, by one, and never above the limit", () =>
  fc.assert(
    fc.property(anyLife, (life) => {
      live(life).states.reduce((before, after) => {
        expect(after.attempt - before.attempt === 0 || after.attempt - before.attempt === 1).toBe(true);
        expect(after.attempt).toBeLessThanOrEqual(settings.attempts);
        return after;
      });
    }),
  ));

test("a command that ends unproved is withdrawn exactly once; one that was proved never", () =>
  fc.assert(
    fc.property(anyLife, (life) => {
      const { states, tellings } = live(life);
      const last = states.at(-1)?.state;
      const withdrawals = tellings.filter((kind) => kind === "withdraw").length;
      const isUnproved = last !== undefined && ["superseded", "expired", "failed", "deadLettered"].includes(last);
      expect(withdrawals).toBe(isUnproved ? 1 : 0);
    }),
  ));

test("the ids of written events are all different", () =>
  fc.assert(
    fc.property(anyLife, (life) => {
      const ids = live(life).log.map((event) => event.id);
      expect(new Set(ids).size).toBe(ids.length);
    }),
  ));
