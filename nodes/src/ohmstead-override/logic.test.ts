import { expect, test } from "vitest";
import { wishIn } from "./logic.ts";

test.each([
  [
    { kind: "batteryHold", deviceId: "battery", minutes: 60 },
    { kind: "new", body: { kind: "batteryHold", deviceId: "battery", minutes: 60 } },
  ],
  [
    { kind: "boostHeat", deviceId: "living_room" },
    { kind: "new", body: { kind: "boostHeat", deviceId: "living_room" } },
  ],
  [{ end: "o1" }, { kind: "end", id: "o1" }],
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
