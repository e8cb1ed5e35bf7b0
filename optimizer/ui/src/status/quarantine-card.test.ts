import type { QuarantinedValue } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { quarantineGroups } from "./quarantine-card.ts";

const refused = (subject: string, refusedAtMs: number): QuarantinedValue => ({
  subject,
  name: subject,
  atMs: refusedAtMs,
  value: "1",
  reason: "is wrong",
  remedy: "look",
  refusedAtMs,
});

test("one row for each source or signal, the newest first, with what came before and how many are kept", () => {
  const values = [refused("battery.soc", 9), refused("prices/push", 8), refused("battery.soc", 7)];
  const groups = quarantineGroups({ values, counts: { "battery.soc": 40, "prices/push": 1 } });
  expect(groups).toEqual([
    { newest: values[0], earlier: [values[2]], kept: 40 },
    { newest: values[1], earlier: [], kept: 1 },
  ]);
  expect(quarantineGroups({ values: [], counts: {} })).toEqual([]);
});
