import type { Plan } from "@ohmstead/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyHousehold } from "../../../../tests/support/any-household.ts";
import { completeHouse, MIDNIGHT_MS, scheduleOf } from "../../../../tests/support/household-of.ts";
import { completeEndValues } from "../../domain/end-values.ts";
import { assemblePlan } from "../../plan/assemble-plan.ts";
import { rulesSchedule } from "../../plan/rules-schedule.ts";
import { chartLines } from "./chart.ts";
import { centsThatAdd, planText } from "./plan-text.ts";

const HOUR_MS = 3_600_000;
const problem = completeHouse(4, {
  importPricePerKwh: [0.1, 0.2, 0.3, 0.4],
  baseLoadKw: [1, 1, 1, 1],
  timeZone: "Europe/Helsinki",
});
const schedule = scheduleOf(problem, { chargeKw: [2, 0, 0, 0], dischargeKw: [0, 0, 0, 1], spaceKw: [2, 2, 0, 0] });
const made = assemblePlan({
  problem,
  schedule,
  marginalPricePerKwh: problem.importPricePerKwh,
  rung: "full",
  engine: "highs",
  status: "optimal",
  solveMs: 123,
  nowMs: MIDNIGHT_MS,
  validHours: 2,
  planId: "plan-7",
  notes: ["prices are missing from 04:00"],
});
const told = (plan: Plan = made, nowMs = MIDNIGHT_MS) =>
  planText({ plan, problem, cause: "new prices", timeZone: "Europe/Helsinki", nowMs });

describe("a plan in a terminal", () => {
  test("begins with when, why and how it was made", () => {
    expect(told().split("\n\n")[0]).toBe(
      [
        "Plan plan-7",
        "Made Fri 5 Jan 2024, 02:00 (Europe/Helsinki), holds until 04:00. Cause: new prices.",
        "Optimal: rung full, highs, 0.12 s.",
        "One more kWh costs 0.10 € now: the battery charges and the heat pump heats the house.",
      ].join("\n"),
    );
    expect(told({ ...made, gap: 0.004 })).toContain("Optimal, at most 0.4 % above the cheapest possible: rung full");
  });

  test("tells what every device does now, why, and what else it could do", () => {
    const [battery, ...others] = made.devices;
    const [first, ...rest] = battery?.segments ?? [];
    if (!battery || !first) throw new Error("no battery");
    const alternative = { intent: { kind: "hold" as const }, extraCost: 0.14 };
    const plan = { ...made, devices: [{ ...battery, segments: [{ ...first, alternative }, ...rest] }, ...others] };
    const now = told(plan).split("\n\n")[1] ?? "";
    expect(now.split("\n").slice(0, 4)).toEqual([
      "Now, 02:00",
      "  battery: charge with 5.0 kW up to 70 % until 03:00",
      "    Charging at 0.10 €/kWh: it replaces power at 0.40 €/kWh from 05:00.",
      "    instead: hold, +0.14 €",
    ]);
    for (const { deviceId } of made.devices) expect(now).toContain(`  ${deviceId}: `);
    expect(told(plan, MIDNIGHT_MS + 3.5 * HOUR_MS)).toContain(
      "Now, 05:30\n  battery: give 1.0 kW down to 60 % until 06:00\n",
    );
  });

  test("names what is missed, what has changed, and the notes", () => {
    const missed = [
      { subject: "car.goal", startMs: MIDNIGHT_MS, amount: 0.21, unit: "share" },
      { subject: "living.comfortMinTempC", startMs: MIDNIGHT_MS + HOUR_MS, amount: 0.4, unit: "K" },
    ];
    const action = { deviceId: "battery", before: { kind: "hold" }, after: { kind: "off" } } as const;
    const text = told({ ...made, missed, change: { gain: 0.31, actions: [action] } });
    expect(text).toContain("  car.goal: by 21.0 % at 02:00\n  living.comfortMinTempC: by 0.40 K at 03:00\n");
    expect(text).toContain("Against the plan before: 0.31 € cheaper over the horizon\n  battery: off, was to hold\n");
    expect(text).toContain("Notes\n  prices are missing from 04:00\n");
    const calm = told({ ...made, missed: [], notes: [], change: { gain: 0, actions: [] } });
    expect(calm).toContain("Against the plan before: what runs now goes on.");
    expect(calm).not.toMatch(/Wishes|Notes/);
  });

  test("shows money items that add up to the total that is shown", () => {
    const shown = [...told().matchAll(/^ {2}\w[\w ]* (−?)([\d.]+) €$/gm)].map(([, sign, amount]) =>
      Math.round(Number(amount) * (sign ? -100 : 100)),
    );
    const total = shown.pop();
    expect(shown.length).toBeGreaterThan(2);
    expect(shown.reduce((sum, each) => sum + each, 0)).toBe(total);
    expect(total).toBe(Math.round(made.cost.total * 100));
  });

  test("fits a hundred columns and breaks no figure from its unit, whatever the house", () => {
    fc.assert(
      fc.property(anyHousehold, (house) => {
        const complete = completeEndValues(house);
        const plan = assemblePlan({
          ...made,
          problem: complete,
          schedule: rulesSchedule(complete),
          nowMs: house.slots[0]?.startMs ?? 0,
          validHours: 2,
          planId: "any",
        });
        const text = planText({ plan, problem: complete, timeZone: house.timeZone, nowMs: plan.createdAtMs });
        expect(text.split("\n").filter((line) => line.length > 100)).toEqual([]);
        expect(text).not.toMatch(/NaN|undefined|Infinity|^\s*(°C|€|kW|%)/m);
      }),
    );
  });
});

test("cents add up, each within a cent of what it rounds", () => {
  const money = fc.double({ min: -50, max: 50, noNaN: true });
  fc.assert(
    fc.property(fc.array(money, { minLength: 1, maxLength: 9 }), (amounts) => {
      const total = amounts.reduce((sum, each) => sum + each, 0);
      const cents = centsThatAdd(amounts, total, 100);
      expect(cents.reduce((sum, each) => sum + each, 0)).toBe(Math.round(total * 100) + 0);
      cents.forEach((each, i) => expect(Math.abs(each - (amounts[i] ?? 0) * 100)).toBeLessThan(1.000001));
    }),
  );
});

describe("the picture", () => {
  const lines = chartLines({ plan: made, problem, timeZone: "Europe/Helsinki" });
  const row = (name: string) => lines.find((line) => line.startsWith(name)) ?? "";
  test("has a row for what matters, sixty blocks wide, and the range beside it", () => {
    expect(row("price")).toBe(
      `price             ${"▁".repeat(15)}${"▃".repeat(15)}${"▆".repeat(15)}${"█".repeat(15)} 0.10 to 0.40 €/kWh`,
    );
    expect(row("pump")).toBe(`pump              ${"█".repeat(30)}${" ".repeat(30)} 0.0 to 2.0 kW`);
    expect(row("battery content")).toMatch(/ 51 to 70 %$/);
    expect(row("living")).toMatch(/°C$/);
  });
  test("has no row for what never runs", () => {
    expect(lines.filter((line) => /^(boiler|dishwasher|immersion|car charging)/.test(line))).toEqual([]);
  });
  test("names the hours of the house below", () => {
    const [hours, day] = lines.slice(-2);
    expect(hours?.trim()).toBe("02             03             04             05");
    expect(day?.trim()).toBe("Fri 5 Jan");
  });
  test("without the inputs shows what a kWh is worth instead of its price", () => {
    expect(chartLines({ plan: made, problem: undefined, timeZone: "UTC" })[0]).toMatch(/^worth of a kWh /);
  });
});
