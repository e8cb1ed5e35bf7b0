import { expect, test } from "vitest";
import { readControlCase, readControlInput } from "./case-file.ts";
import { judgeCase } from "./judge-case.ts";
import { playCase } from "./play-case.ts";
import { aBattery, aCase, aSettingsDevice, caseFile, inputOf, wants } from "./testing/examples.ts";

const must = [{ type: "noRetainedCommands" }];

test("a control case is read, a planning case is told apart, other files are not cases", () => {
  expect(readControlCase(caseFile({ timeline: [], must }), "it")).toMatchObject({ id: "tiny", kind: "control" });
  expect(readControlCase({ format: "complaint-case/1", kind: "planning", slots: {} }, "it")).toBe("planning");
  expect(readControlCase({ format: "other/1" }, "it")).toBeUndefined();
  expect(readControlCase([1], "it")).toBeUndefined();
});

test.each([
  [
    "an event",
    [{ atSeconds: 0, event: "intnt", device: "battery" }],
    /no event "intnt"; there are: intent.*nearest: intent/,
  ],
  [
    "a behaviour",
    [{ atSeconds: 0, event: "behaviour", device: "battery", is: "silentt" }],
    /no behaviour "silentt"; there are: normal.*nearest: silent/,
  ],
  ["a device", [wants(0, "charge", 3, 60, "batery")], /no device "batery"; there are: battery/],
  ["a mode", [wants(0, "charg", 3)], /event 0 \(intent\): there is no mode "charg"; there are: selfUse, hold, charge/],
  ["a field", [{ ...wants(0, "charge", 3), powerKw: 3 }], /timeline\[0\]\.powerKw is not a known key/],
  [
    "a setting",
    [{ atSeconds: 0, event: "behaviour", device: "battery", is: "skipsSetting", setting: "mod", times: 1 }],
    /no setting "mod"; there are: mode, powerKw/,
  ],
])("%s that nobody here knows is refused, with what there is instead", (_, timeline, complaint) => {
  expect(() => inputOf({ timeline })).toThrow(complaint);
});

const play = (event: object) => playCase(inputOf({ timeline: [{ atSeconds: 1, ...event }], endsAtSeconds: 2 }));

test("an entity and a connection that are not there are refused when they are needed", () => {
  expect(() => play({ event: "entity", device: "battery", entity: "mood", is: "unavailable" })).toThrow(
    /no entity of battery "mood"; there are: mode, powerKw, meterKw, gridKw/,
  );
  expect(() => play({ event: "link", which: "pigeon", is: "down" })).toThrow(
    /no connection "pigeon"; there are: internet, optimizer, homeAssistant, battery/,
  );
  expect(() => play({ event: "foreignWrite", device: "battery", set: { mod: "hold" } })).toThrow(/no setting "mod"/);
});

const refuse = (parts: object, complaint: RegExp) =>
  expect(() => inputOf({ devices: [{ ...aSettingsDevice(), ...parts }], timeline: [] })).toThrow(complaint);

test("a device's recipes must cover its modes with its settings", () => {
  refuse({ recipes: { off: [] } }, /no recipe "charge"; there are: off/);
  refuse({ recipes: { off: [{ set: "enabld", to: false }], charge: [] } }, /no setting "enabld"/);
  refuse({ settings: undefined }, /belong together/);
  refuse({ initial: { mode: "on" } }, /no mode "on"/);
  expect(() => readControlInput({ devices: [aBattery(), aBattery()], timeline: [], endsAtSeconds: 1 })).toThrow(
    /two devices "battery"/,
  );
});

const judged = (property: object) => {
  const it = aCase({ timeline: [], must: [property], endsAtSeconds: 1 });
  return judgeCase(it, new Map([["base", playCase(inputOf({ timeline: [], endsAtSeconds: 1 }))]]))[0]?.complaints[0];
};

test("a property that nobody here knows, or that cannot be read, does not hold", () => {
  expect(judged({ type: "alarmRaisd", about: "battery" })).toMatch(/no property "alarmRaisd".*nearest: alarmRaised/);
  expect(judged({ type: "finalState", device: "battery", mod: "hold" })).toMatch(/cannot be judged.*mod/);
  expect(judged({ type: "finalState", device: "batery", mode: "hold" })).toMatch(/no device "batery"/);
  expect(judged({ type: "finalState", device: "battery", mode: "selfUse", in: ["bse"] })).toMatch(/no variant "bse"/);
  expect(judged({ type: "outcome", intent: 3, oneOf: ["completed"], by: 1 })).toMatch(/event 3 .* is no intent/);
  expect(judged({ type: "finalState", device: "battery", mode: "selfUse" })).toBeUndefined();
});
