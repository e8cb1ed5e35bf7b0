import { expect, test } from "vitest";
import { inputsReport } from "../forecasts/inputs-report.ts";
import { inputsText } from "./inputs.ts";

const START_MS = Date.UTC(2024, 0, 5, 22);
const HOUR_MS = 3_600_000;

test("prints counts and shares per rung, what is empty, and the stretches in local time", () => {
  const report = inputsReport(START_MS, START_MS + 4 * HOUR_MS, () => [
    { series: "prices", rung: "best", source: "octopus-agile", fromMs: START_MS, untilMs: START_MS + 3 * HOUR_MS },
  ]);
  expect(inputsText(report, "Europe/Helsinki"))
    .toBe(`Sat 6 Jan 00:00 to Sat 6 Jan 04:00 (Europe/Helsinki), 16 quarter-hours

prices
  best          12   75.0 %
  no value       4
    Sat 6 Jan 00:00 to Sat 6 Jan 03:00  best: octopus-agile
    Sat 6 Jan 03:00 to Sat 6 Jan 04:00  no value
`);
});

test("says where there is nothing to tell", () => {
  expect(
    inputsText(
      inputsReport(0, 0, () => []),
      "UTC",
    ),
  ).toBe("No plan of this period is stored.\n");
});
