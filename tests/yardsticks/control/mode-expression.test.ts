import { expect, test } from "vitest";
import { parseModeOf } from "./mode-expression.ts";

const SETTINGS = ["chargeEnabled", "chargeKw", "dischargeEnabled", "pause", "program"];
const MODES = ["charge", "discharge", "hold", "selfUse"];
const modeOf = (text: string) => parseModeOf(text, SETTINGS, MODES);

test("the first clause that holds says the mode", () => {
  const mode = modeOf(
    "charge if chargeEnabled and chargeKw > 0; discharge if dischargeEnabled and not pause; hold if pause; else selfUse",
  );
  const off = { chargeEnabled: false, chargeKw: 0, dischargeEnabled: false, pause: false };
  expect(mode(off)).toBe("selfUse");
  expect(mode({ ...off, chargeEnabled: true })).toBe("selfUse");
  expect(mode({ ...off, chargeEnabled: true, chargeKw: 2 })).toBe("charge");
  expect(mode({ ...off, dischargeEnabled: true })).toBe("discharge");
  expect(mode({ ...off, dischargeEnabled: true, pause: true })).toBe("hold");
});

test("comparisons, brackets, texts and null", () => {
  const mode = modeOf("charge if (program == 'Force' or program is null) and not (chargeKw <= 1.5); else hold");
  expect(mode({ program: "Force", chargeKw: 2 })).toBe("charge");
  expect(mode({ program: null, chargeKw: 1.6 })).toBe("charge");
  expect(mode({ program: "Force", chargeKw: 1.5 })).toBe("hold");
  expect(mode({ program: "Other", chargeKw: 2 })).toBe("hold");
});

test.each([
  ["charge if chargeEnabld; else hold", /no setting "chargeEnabld"; there are: chargeEnabled/],
  ["fly if pause; else hold", /names none of the modes/],
  ["charge if pause and; else hold", /ends too early/],
  ["charge if (pause; else hold", /"\)" is missing/],
  ["charge if pause pause; else hold", /is left over/],
  ["charge if pause § 3; else hold", /cannot be read at "§ 3"/],
])("%s is refused", (text, complaint) => {
  expect(() => modeOf(text)).toThrow(complaint);
});

test("settings that no clause speaks of are an error, not a guess", () => {
  expect(() => modeOf("charge if pause")({ pause: false })).toThrow(/says nothing of/);
});
