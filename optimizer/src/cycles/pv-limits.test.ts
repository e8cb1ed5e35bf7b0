import type { CommandEventType, Intent } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { anOrder, MINUTE, T0 } from "../commands/testing/examples.ts";
import type { StoredCommand } from "../store/command-repository.ts";
import { pvLimitsIn } from "./pv-limits.ts";

const command = (minute: number, intent: Intent, ...events: readonly CommandEventType[]): StoredCommand => ({
  order: { ...anOrder, id: `roof-${minute}`, deviceId: "roof", intent, createdAtMs: T0 + minute * MINUTE },
  events: ["created" as const, ...events].map((type, k) => ({
    id: `${minute}-${k}`,
    commandId: `roof-${minute}`,
    type,
    attempt: 1,
    atMs: T0 + (minute + k) * MINUTE,
    cause: "",
  })),
});
const limit = (kw: number): Intent => ({ kind: "limit", kw });
const FREE: Intent = { kind: "free" };
const minutes = (commands: readonly StoredCommand[]) =>
  pvLimitsIn(commands).map(({ fromMs, untilMs, kw }) => [(fromMs - T0) / MINUTE, (untilMs - T0) / MINUTE, kw]);

test("an array is held from the moment a limit is sent until a little after the next command", () => {
  const commands = [
    command(0, limit(1), "sent", "acknowledged", "verified"),
    command(30, limit(2), "acknowledged"),
    command(60, FREE, "sent"),
    command(90, limit(0), "sent"),
  ];
  expect(minutes(commands)).toEqual([
    [1, 36, 1],
    [31, 66, 2],
    [91, Number.POSITIVE_INFINITY, 0],
  ]);
});

test("a command that nobody carried changes nothing", () => {
  expect(minutes([command(0, limit(1), "expired")])).toEqual([]);
  expect(minutes([command(0, limit(1), "sent"), command(30, FREE, "expired")])).toEqual([
    [1, Number.POSITIVE_INFINITY, 1],
  ]);
});
