import { expect, test } from "vitest";
import { wishIn } from "./logic.ts";

test.each([
  [
    { kind: "batteryHold", deviceId: "battery", minutes: 60 },
    { kind: "new", body: { kind: "batteryHold", deviceId: "battery", minutes: 60, by: "node-red" } },
  ],
  [
    { kind: "boostHeat", deviceId: "living_room" },
    { kind: "new", body: { kind: "boostHeat", deviceId: "living_room", by: "node-red" } },
  ],
  [
    { kind: "vacation", untilMs: 1704412800000, by: "dashboard" },
    { kind: "new", body: { kind: "vacation", untilMs: 1704412800000, by: "dashboard" } },
  ],
  [{ end: "o1" }, { kind: "end", id: "o1", by: "node-red" }],
  [
    { end: "o1", by: "dashboard" },
    { kind: "end", id: "o1", by: "dashboard" },
  ],
  ["", { kind: "list" }],
  [undefined, { kind: "list" }],
])("wishIn %o", (payload, expected) => {
  expect(wishIn(payload)).toEqual(expected);
});

test.each([[{ kind: "party", deviceId: "x" }], [{ kind: "boostHeat", deviceId: "x", minutes: -1 }], [5], [{ end: 7 }]])(
  "a wish of %o is answered with what to write",
  (payload) => {
    expect(() => wishIn(payload)).toThrow("msg.payload must be");
  },
);

test("a kind that there is not is answered with those that there are", () => {
  expect(() => wishIn({ kind: "party" })).toThrow(
    "a kind of boostHeat, boostWater, batteryHold, manual, deviceOff, vacation, guests, quietHours",
  );
});
