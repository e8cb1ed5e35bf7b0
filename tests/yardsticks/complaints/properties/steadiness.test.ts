import { describe, expect, test } from "vitest";
import type { Answer } from "../ask.ts";
import type { CasePlan } from "../case-plan.ts";
import type { Scene } from "../scenes.ts";
import { createStep } from "../step.ts";
import { after, BATTERY, complaintsAbout, inputOf, planFor, sceneOf } from "../testing/examples.ts";
import type { Again } from "./property-kind.ts";

const input = inputOf({ batteries: [BATTERY], columns: { pvKw: [3, 3, 3, 3] }, site: { pvCurtailable: true } });
const charging = (kw: number): CasePlan =>
  planFor(input, { batteries: { battery: { chargeKw: [kw, 0, 0, 0], dischargeKw: [0, 0, 0, 0] } } });
const giving = (kw: number): CasePlan =>
  planFor(input, { batteries: { battery: { chargeKw: [0, 0, 0, 0], dischargeKw: [kw, 0, 0, 0] } } });
const scene = (id: string, plan: CasePlan): Scene => sceneOf(id, { input, plans: [plan] });
const answer = (casePlan: CasePlan): Promise<Answer> => Promise.resolve({ casePlan, inForce: undefined });
const answering = (here: CasePlan, elsewhere: CasePlan): Again => ({
  here: () => answer(here),
  inNewProcess: () => answer(elsewhere),
});
const repeated = (again: Again) =>
  complaintsAbout({ type: "planEqualOnRepeat", times: 2 }, [scene("base", charging(1))], again);
const limited = (kw: number) => planFor(input, { pvUsedKw: [kw, 3, 3, 3] });
const buying = (kw: number) => planFor(input, { importKw: [kw, 0, 0, 0], exportKw: [0, 0, 0, 0] });
const movedAtMost = (rolled: Scene, count: number) =>
  complaintsAbout({ type: "startMovesAtMost", of: "washer", count }, [rolled]);

describe("asked again", () => {
  test("the same plan", async () => expect(await repeated(answering(charging(1), charging(1.005)))).toEqual([]));
  test("another plan in the same process", async () =>
    expect((await repeated(answering(charging(1.2), charging(1)))).join()).toMatch(
      /asked again: .*battery.charge in slot 0: 1, then 1.2/,
    ));
  test("another plan in a new process", async () =>
    expect((await repeated(answering(charging(1), charging(1.2)))).join()).toMatch(/in a new process: .*slot 0/));
  test("no plan", async () =>
    expect((await repeated(answering(charging(1), { ...charging(1), slots: [] }))).join()).toMatch(
      /no plan to compare/,
    ));

  test("for one of the runs, without what was planned before", async () => {
    const property = { type: "planEqualToFresh", run: "good", toleranceKw: 0.01 };
    const scenes = [scene("bad", giving(3)), scene("good", charging(1))];
    expect(await complaintsAbout(property, scenes, answering(giving(3), charging(1)))).toEqual([]);
    expect((await complaintsAbout(property, scenes, answering(charging(1), giving(3)))).join()).toMatch(/^good: /);
    expect((await complaintsAbout({ ...property, run: "other" }, scenes)).join()).toMatch(/no judged input "other"/);
  });
});

test("a plan equals that of a variant", async () => {
  const property = { type: "planEqualToVariant", variant: "twin", in: ["base"] };
  expect(await complaintsAbout(property, [scene("base", charging(1)), scene("twin", charging(1))])).toEqual([]);
  expect((await complaintsAbout(property, [scene("base", charging(1)), scene("twin", charging(2))])).join()).toMatch(
    /battery.charge in slot 0: 1, then 2 kW/,
  );
});

describe("the action of the first slot", () => {
  const among = { of: "battery", among: ["one", "two"] };
  const judge = (property: { type: string; [field: string]: unknown }, one: CasePlan, two: CasePlan) =>
    complaintsAbout({ ...among, ...property }, [scene("one", one), scene("two", two)]);

  test("stays within its tolerance", async () =>
    expect(await judge({ type: "currentActionUnchanged", toleranceKw: 0.1 }, charging(1), charging(1.08))).toEqual([]));
  test("changes its power", async () =>
    expect((await judge({ type: "currentActionUnchanged" }, charging(1), charging(1.08))).join()).toMatch(
      /charge 1 kW in one, charge 1.08 kW in two/,
    ));
  test("changes its kind, however little", async () =>
    expect(
      (await judge({ type: "currentActionUnchanged", toleranceKw: 0.2 }, charging(0.06), giving(0.06))).join(),
    ).toMatch(/charge 0.06 kW in one, discharge -0.06 kW in two/));
  test("is the wanted one", async () => {
    expect(await judge({ type: "currentActionIs", action: "idle" }, charging(0.04), giving(0.04))).toEqual([]);
    expect((await judge({ type: "currentActionIs", action: "idle" }, charging(0.04), giving(0.06))).join()).toMatch(
      /two: battery does discharge/,
    );
  });
});

test("the limit on the sun stays between runs", async () => {
  const property = { type: "pvLimitUnchanged", among: ["one", "two"], toleranceKw: 0.1 };
  const before = scene("one", limited(1.5));
  expect(await complaintsAbout(property, [before, scene("two", limited(1.55))])).toEqual([]);
  expect((await complaintsAbout(property, [before, scene("two", limited(3))])).join()).toMatch(
    /1.5 kW of sun in one, 3 in two/,
  );
});

test("money falls from input to input", async () => {
  const property = { type: "costFallsOver", measure: "bill", order: ["more", "less"], eachAtLeast: 0.3 };
  const scenes = [scene("more", buying(2)), scene("less", buying(1))];
  expect(await complaintsAbout(property, scenes)).toEqual([]);
  expect((await complaintsAbout({ ...property, eachAtLeast: 0.31 }, scenes)).join()).toMatch(
    /bill 0.3 of less after 0.6, wanted 0.31 less/,
  );
});

describe("the start of an appliance over re-plans", () => {
  const washer = { id: "washer", powerKw: 2, runHours: 1, window: { from: after(0), until: after(4) } };
  /** Plans an hour apart; each has the washer run in one slot of its own. */
  const rolled = (slots: readonly number[], executedSlot: number): Scene => {
    const steps = slots.map((slot, n) => {
      const shifted = inputOf({ appliances: [washer], columns: { loadKw: [1, 1, 1, 1] } });
      const rows = shifted.slots.rows.map((row, k) => [after(n + k), ...row.slice(1)]);
      const later = { ...shifted, slots: { ...shifted.slots, rows } };
      const kw = [0, 0, 0, 0].map((_, k) => (k === slot ? 2 : 0));
      return createStep(`plan ${n}`, later, planFor(later, { appliances: { washer: kw } }));
    });
    const whole = inputOf({ appliances: [washer], columns: { loadKw: Array.from({ length: 8 }, () => 1) } });
    const kw = Array.from({ length: 8 }, (_, k) => (k === executedSlot ? 2 : 0));
    const executed = createStep("executed", whole, planFor(whole, { appliances: { washer: kw } }));
    return sceneOf("base", { input: whole, plans: [], steps, executed });
  };
  const never = 9;

  test("stays while it comes nearer, begins, and lies behind", async () => {
    const scene = rolled([2, 1, 0, never], 2);
    expect(await complaintsAbout({ type: "startUnchangedOverReplans", of: "washer" }, [scene])).toEqual([]);
  });
  test("moves, and back again", async () => {
    const scene = rolled([2, 2, 0, never], 2);
    expect((await complaintsAbout({ type: "startUnchangedOverReplans", of: "washer" }, [scene])).join()).toMatch(
      /re-plan 1 moves washer from 2026-03-10T13:00:00.000Z to 2026-03-10T14:00:00.000Z/,
    );
    expect(await movedAtMost(scene, 2)).toEqual([]);
    expect((await movedAtMost(scene, 1)).join()).toMatch(/2 moves, wanted at most 1/);
  });
});

test("a property looks at the first plan, at each, or at what was carried out", async () => {
  const steps = [charging(0), charging(3)].map((plan, n) => createStep(`plan ${n}`, input, plan));
  const executed = createStep("executed", input, charging(1));
  const judge = (onPlan: string | undefined, kw: number) =>
    complaintsAbout({ type: "powerAtMost", of: "battery.charge", kw, ...(onPlan ? { onPlan } : {}) }, [
      sceneOf("base", { input, plans: [], steps, executed }),
    ]);
  expect(await judge("first", 0)).toEqual([]);
  expect(await judge("executed", 1)).toEqual([]);
  expect((await judge("executed", 0.5)).join()).toMatch(/1 kW, at most 0.5/);
  expect((await judge(undefined, 1)).join()).toMatch(/base, plan 1: slot 0 .*3 kW, at most 1/);
});
