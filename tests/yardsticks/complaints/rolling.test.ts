import { describe, expect, test } from "vitest";
import type { Answer, Question } from "./ask.ts";
import type { PlanningInput } from "./case-file.ts";
import { roll } from "./rolling.ts";
import { playCase } from "./scenes.ts";
import { slotTable } from "./slot-table.ts";
import { socPath, tempPath } from "./step.ts";
import { after, BATTERY, inputOf, NOON_MS, planFor, ROOM } from "./testing/examples.ts";

const zeros = (input: PlanningInput): number[] => slotTable(input).slots.map(() => 0);
const column = (input: PlanningInput, name: string): unknown[] =>
  input.slots.rows.map((row) => row[input.slots.columns.indexOf(name)]);

/** A program that does as it is told, and remembers what it was asked. */
function asked(powersFor: (input: PlanningInput, n: number) => Parameters<typeof planFor>[1]) {
  const questions: Question[] = [];
  const ask = (question: Question): Promise<Answer> => {
    const casePlan = planFor(question.input, powersFor(question.input, questions.length));
    questions.push(question);
    return Promise.resolve({ casePlan, inForce: undefined });
  };
  return { questions, ask };
}

describe("rolling", () => {
  const input = inputOf({
    batteries: [BATTERY],
    rooms: [{ ...ROOM, minTempC: [19, 20, 21, 22] }],
    columns: { loadKw: [1, 2, 3, 4], outdoorTempC: [10, 10, 10, 10] },
  });

  test("cuts what is past, shortens the slot under way, and carries contents on as they really came out", async () => {
    const { questions, ask } = asked((each) => ({
      batteries: { battery: { chargeKw: zeros(each).map(() => 1), dischargeKw: zeros(each) } },
      heaters: { "den.heater": zeros(each).map((_, k) => (k === 0 ? 2 : 0)) },
    }));
    const { steps, executed } = await roll(input, { everyMinutes: 90, count: 1 }, [], ask);
    const second = questions[1]?.input;
    expect(second && slotTable(second).slots).toEqual([
      { startMs: NOON_MS + 5_400_000, hours: 0.5 },
      { startMs: NOON_MS + 7_200_000, hours: 1 },
      { startMs: NOON_MS + 10_800_000, hours: 1 },
    ]);
    // 1.5 kWh at 0.8 into 10 kWh.
    expect(second?.batteries?.[0]?.startSoc).toBeCloseTo(0.62, 9);
    // (3 · 2 − 1) / 2 in the first hour, then half an hour of loss.
    expect(second?.rooms?.[0]?.startTempC).toBeCloseTo(22.5 - (0.5 / 2) * 0.1 * 12.5, 9);
    expect(second?.rooms?.[0]?.minTempC).toEqual([20, 21, 22]);
    expect(questions[1]?.carried?.heaters["den.heater"]).toEqual({ previousKw: 0, previousHours: 0.5 });
    expect(steps).toHaveLength(2);
    expect(executed.slots.map((slot) => slot.hours)).toEqual([1, 0.5, 0.5, 1, 1]);
    expect(executed.plan.heaters["den.heater"]).toEqual([2, 0, 2, 0, 0]);
    expect(socPath(executed, "battery").at(-1)).toBeCloseTo(0.5 + 0.08 * 4, 9);
    expect(tempPath(executed, "den")).toHaveLength(6);
    expect(executed.loadKw).toEqual([1, 2, 2, 3, 4]);
  });

  test("perturbs whole columns by turns, not the first plan, and lets changes come into force", async () => {
    const { questions, ask } = asked(() => ({}));
    const changes = [{ atReplan: 2, setCells: [{ column: "pvKw", from: after(3), until: after(4), value: 7 }] }];
    await roll(input, { everyMinutes: 60, count: 3, perturb: { multiplyColumn: { loadKw: [2, 0.5] } } }, changes, ask);
    expect(questions.map((each) => column(each.input, "loadKw"))).toEqual([[1, 2, 3, 4], [4, 6, 8], [1.5, 2], [8]]);
    expect(questions.map((each) => column(each.input, "pvKw").at(-1))).toEqual([0, 0, 7, 7]);
  });

  test("lets a running machine run on, and forgets it when it is done", async () => {
    const washer = { id: "washer", powerKw: 2, runHours: 2, window: { from: after(0), until: after(4) } };
    const { questions, ask } = asked((each, n) => ({
      appliances: each.appliances?.length ? { washer: n === 0 ? [2, 2, 0, 0] : [2, 0, 0] } : {},
    }));
    const { steps, executed } = await roll(inputOf({ appliances: [washer] }), { everyMinutes: 60, count: 2 }, [], ask);
    expect(questions.map((each) => each.input.appliances?.length)).toEqual([1, 1, 0]);
    expect(questions[1]?.carried?.runningSinceMs).toEqual({ washer: NOON_MS });
    expect(steps[2]?.plan.appliances).toEqual({ washer: [0, 0] });
    expect(executed.plan.appliances).toEqual({ washer: [2, 2, 0, 0] });
  });

  test("leaves of a task that may be interrupted what is still to do", async () => {
    const pool = {
      id: "pool",
      powerKw: 2,
      runHours: 2,
      singleBlock: false,
      window: { from: after(0), until: after(4) },
    };
    const { questions, ask } = asked(() => ({ appliances: { pool: [1, 0, 0, 0] } }));
    await roll(inputOf({ appliances: [pool] }), { everyMinutes: 60, count: 1 }, [], ask);
    expect(questions[1]?.input.appliances?.[0]?.runHours).toBeCloseTo(1.5, 9);
  });
});

const startOf = (question: Question | undefined) => question?.input.batteries?.[0]?.startSoc;

describe("the inputs of a case", () => {
  const tiny = {
    format: "complaint-case/1" as const,
    kind: "planning" as const,
    id: "tiny",
    input: inputOf({ batteries: [BATTERY] }),
    must: [{ type: "loadServed" }],
  };
  const overrides = { set: { "batteries/0/startSoc": 0.7 } };

  test("are the base and its variants, each afresh", async () => {
    const { questions, ask } = asked(() => ({}));
    const scenes = await playCase({ ...tiny, variants: [{ id: "fuller", overrides }] }, ask);
    expect([...scenes.keys()]).toEqual(["base", "fuller"]);
    expect(questions.map(startOf)).toEqual([0.5, 0.7]);
  });

  test("are runs that follow each other; without a variant to start from they replace the base", async () => {
    const { questions, ask } = asked(() => ({}));
    const runs = [{ id: "one" }, { id: "two", overrides }];
    expect([...(await playCase({ ...tiny, runs }, ask)).keys()]).toEqual(["one", "two"]);
    expect(questions.map(startOf)).toEqual([0.5, 0.7]);
    const variants = [{ id: "fuller", overrides }];
    const of = await playCase({ ...tiny, variants, runs: [{ id: "one", of: "fuller" }] }, asked(() => ({})).ask);
    expect([...of.keys()]).toEqual(["base", "fuller", "one"]);
    expect(startOf(of.get("one")?.question)).toBe(0.7);
  });

  test("cannot start from what is not there, or have a name twice", async () => {
    const { ask } = asked(() => ({}));
    await expect(playCase({ ...tiny, runs: [{ id: "one", of: "other" }] }, ask)).rejects.toThrow(/starts from "other"/);
    await expect(playCase({ ...tiny, variants: [{ id: "base" }] }, ask)).rejects.toThrow(
      /two inputs are called "base"/,
    );
  });
});
