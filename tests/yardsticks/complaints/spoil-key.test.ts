import { expect, test } from "vitest";
import { spoilConfig, spoilKey } from "./spoil-key.ts";

test.each([
  ["append the letter s to the program's own key", "minSoc", "minSocs"],
  ["leave out the third letter of the program's own key", "minSoc", "miSoc"],
  ["leave out the last letter", "minSoc", "minSo"],
  ["swap the first two letters of the program's own key", "maxSoc", "amxSoc"],
  ["swap the last two letters", "minSoc", "minSco"],
  ["swap the second and third letters", "minSoc", "mniSoc"],
  ["double the second letter", "minSoc", "miinSoc"],
  ["replace the first letter by n", "minSoc", "ninSoc"],
  ["write it in lower case", "minSoc", "minsoc"],
])("%s: %s becomes %s", (how, key, typed) => expect(spoilKey(key, how)).toBe(typed));

test("words that describe nothing known are refused, and so is a spoilt key that is right", () => {
  expect(() => spoilKey("minSoc", "translate it")).toThrow(/no way of mistyping/);
  expect(() => spoilKey("soc", "write it in lower case")).toThrow(/leaves "soc" as it is/);
  expect(() => spoilKey("soc", "leave out the ninth letter")).toThrow(/no ninth letter/);
});

test("a key is renamed where it stands", () => {
  const config = { heatPumps: [{ id: "a" }, { id: "b", lagHours: 1 }] };
  expect(spoilConfig(config, ["heatPumps", 1, "lagHours"], "append the letter s")).toEqual({
    typedKey: "lagHourss",
    nearestKnownKey: "lagHours",
    placeInConfig: "heatPumps[1]",
  });
  expect(config.heatPumps[1]).toEqual({ id: "b", lagHourss: 1 });
  expect(() => spoilConfig(config, ["heatPumps", 0, "lagHours"], "append the letter s")).toThrow(/no key at/);
});
