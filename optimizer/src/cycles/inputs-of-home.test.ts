import { type InputRung, MS_PER_HOUR, type RestsOn } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { aPlan } from "../commands/testing/examples.ts";
import { InputError } from "../domain/errors.ts";
import { openStore } from "../store/store.ts";
import { inputsOfHome } from "./inputs-of-home.ts";
import { everythingProblem } from "./testing/everything.ts";

const START_MS = Date.UTC(2024, 0, 5, 10);
const NOW_MS = START_MS + 6 * MS_PER_HOUR;
const hours = (count: number): number => START_MS + count * MS_PER_HOUR;

/** A plan made so many hours after the start, for ten hours; from the third on its prices rest on a lower rung. */
function planAt(made: number, rung: InputRung) {
  const stretch = (of: InputRung, from: number, until: number): RestsOn => ({
    series: "prices",
    rung: of,
    source: of,
    fromMs: hours(made + from),
    untilMs: hours(made + until),
  });
  return {
    ...aPlan({}),
    id: `plan-${made}`,
    createdAtMs: hours(made),
    slots: [{ startMs: hours(made), hours: 10 }],
    restsOn: [stretch("best", 0, 3), stretch(rung, 3, 10)],
  };
}
function storeWith(...plans: readonly ReturnType<typeof planAt>[]) {
  const store = openStore(":memory:");
  for (const plan of plans) store.plans.save({ plan, problem: everythingProblem(), cause: "test" });
  return store.plans;
}
const brief = (...[plans, query, nowMs, zone]: Parameters<typeof inputsOfHome>) => {
  const { series, quarterHours } = inputsOfHome(plans, query, nowMs, zone);
  return { quarterHours, rungs: series[0]?.rungs.map(({ rung, quarterHours: count }) => [rung, count]) };
};

test("each quarter-hour rests on what the newest plan made before it says of it", () => {
  const plans = storeWith(planAt(0, "learned"), planAt(5, "fallback"));
  expect(brief(plans, {}, NOW_MS, "UTC")).toEqual({
    quarterHours: 24,
    rungs: [
      ["best", 12 + 4],
      ["learned", 8],
    ],
  });
});

test("a period is cut to what plans reach, and may lie ahead", () => {
  const plans = storeWith(planAt(0, "learned"));
  const query = { from: "2024-01-01", until: "2024-01-31" };
  expect(brief(plans, query, NOW_MS, "UTC").quarterHours).toBe(40);
  expect(brief(storeWith(), query, NOW_MS, "UTC")).toEqual({ quarterHours: 0, rungs: undefined });
});

test("days are local, times with an offset are what they say", () => {
  const plans = storeWith(planAt(0, "learned"));
  const report = inputsOfHome(
    plans,
    { from: "2024-01-05T12:30+01:00", until: "2024-01-06" },
    NOW_MS,
    "Europe/Helsinki",
  );
  expect([report.fromMs, report.untilMs]).toEqual([hours(1.5), hours(10)]);
});

test.each([
  { query: { from: "yesterday" }, says: /from "yesterday" is no time/ },
  { query: { from: "2024-01-06", until: "2024-01-05" }, says: /from must be before until/ },
  { query: { from: "2023-01-06", until: "2024-01-05" }, says: /at most 31 days/ },
])("$query is refused, and what to write is said", ({ query, says }) => {
  const ask = () => inputsOfHome(storeWith(), query, NOW_MS, "UTC");
  expect(ask).toThrow(InputError);
  expect(ask).toThrow(says);
});
