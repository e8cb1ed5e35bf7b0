import { expect, test } from "vitest";
import { immersionSwitch } from "./immersion-switch.ts";

const deps = { deviceId: "rod", name: "Rod", deviceType: "immersionHeater", limits: {}, signals: {} } as const;

test.each(["on", "off"] as const)("turns its switch %s and reads it back", (kind) => {
  const rod = immersionSwitch.create({ kind: "immersion-switch", entity: "switch.rod" }, deps);
  expect(rod.translate({ kind })).toEqual([
    { action: `switch.turn_${kind}`, target: { entity_id: "switch.rod" }, data: {} },
  ]);
  expect(rod.expects({ kind })).toEqual([{ test: "equals", source: "switch.rod", value: kind }]);
});

test("is off when nobody decides", () => {
  const rod = immersionSwitch.create({ kind: "immersion-switch", entity: "input_boolean.rod" }, deps);
  expect(rod.safeIntent).toEqual({ kind: "off" });
  expect(rod.translate({ kind: "off" })[0]).toMatchObject({ action: "input_boolean.turn_off" });
});
