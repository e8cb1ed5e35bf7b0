import { expect, test } from "vitest";
import { heatingCurveOffset } from "./heating-curve-offset.ts";

const deps = { deviceId: "room", name: "Room", deviceType: "zone", limits: {}, signals: {} } as const;
const create = (more: object = {}) =>
  heatingCurveOffset.create({ kind: "heating-curve-offset", entity: "number.curve_shift", ...more }, deps);

test("shifts the curve by a number, and reads it back", () => {
  const curve = create();
  expect(curve.translate({ kind: "offset", offsetK: -2 })).toEqual([
    { action: "number.set_value", target: { entity_id: "number.curve_shift" }, data: { value: -2 } },
  ]);
  expect(curve.expects({ kind: "offset", offsetK: -2 })).toEqual([
    { test: "near", source: "number.curve_shift", value: -2, tolerance: 0.499 },
  ]);
  expect(curve.safeIntent).toEqual({ kind: "offset", offsetK: 0 });
});

test.each([
  { rule: "whole steps", more: {}, asked: 1.4, given: 1 },
  { rule: "within its range", more: { max: 3 }, asked: 7, given: 3 },
  { rule: "a flow temperature: three for one kelvin in the room", more: { perRoomK: 3 }, asked: 1.1, given: 1 },
  { rule: "tenths where it takes them", more: { step: 0.1 }, asked: 1.44, given: 1.4 },
])("$rule: $asked K becomes $given K", ({ more, asked, given }) => {
  expect(create(more).normalise({ kind: "offset", offsetK: asked })).toEqual({ kind: "offset", offsetK: given });
});

test("a number that counts in flow temperature is told its own unit", () => {
  expect(create({ perRoomK: 3, max: 9 }).translate({ kind: "offset", offsetK: 2 })[0]).toMatchObject({
    data: { value: 6 },
  });
});

test("a range that is none is refused", () => {
  expect(() => create({ min: 0, max: 0 })).toThrow("must be below max");
});
