import { expect, test } from "vitest";
import { pvLimitNumber } from "./pv-limit-number.ts";

const settings = { kind: "pv-limit-number", entity: "number.limit" };
const deps = {
  deviceId: "roof",
  name: "Roof",
  deviceType: "pvArray",
  limits: { peakKw: 4.5 },
  signals: { power: "roof.powerKw" },
} as const;
const roof = pvLimitNumber.create(settings, deps);

test("free is the peak, in W", () => {
  expect(roof.translate({ kind: "free" })).toEqual([
    { action: "number.set_value", target: { entity_id: "number.limit" }, data: { value: 4500 } },
  ]);
  expect(roof.expects({ kind: "free" })).toEqual([
    { test: "near", source: "number.limit", value: 4500, tolerance: 10 },
  ]);
});

test("a limit shows at the meter, with a little overshoot", () => {
  const [, effect] = roof.expects({ kind: "limit", kw: 2 });
  expect(effect).toMatchObject({ test: "atMost", source: "roof.powerKw", fresh: true });
  expect(effect && "value" in effect && effect.value).toBeCloseTo(2.2);
});

test.each([
  { kw: 1.26, normal: { kind: "limit", kw: 1.3 } },
  { kw: 4.5, normal: { kind: "free" } },
  { kw: 9, normal: { kind: "free" } },
  { kw: 0, normal: { kind: "limit", kw: 0 } },
])("a limit of $kw kW becomes $normal", ({ kw, normal }) => {
  expect(roof.normalise({ kind: "limit", kw })).toEqual(normal);
});

test("needs to know what limits nothing", () => {
  expect(() => pvLimitNumber.create(settings, { ...deps, limits: {} })).toThrow("write peakW");
  const own = pvLimitNumber.create({ ...settings, peakW: 10_000 }, deps);
  expect(own.translate({ kind: "free" })[0]).toMatchObject({ data: { value: 10_000 } });
});
