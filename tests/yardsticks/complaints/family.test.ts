import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSolver } from "../../../optimizer/src/solver/solver.ts";
import { complaints } from "../complaints.ts";
import type { Verdict } from "../family.ts";
import { after, BATTERY, inputOf, ROOM } from "./testing/examples.ts";

let folder = "";
const solver = createSolver();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "complaints-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await solver.stop();
});

const header = { format: "complaint-case/1", kind: "planning" };

/** Cheap now, dear later: the battery is to be filled, and emptied. */
const spread = inputOf({
  batteries: [BATTERY],
  columns: { importPricePerKwh: [0.1, 0.1, 0.6, 0.6], exportPricePerKwh: [0.05, 0.05, 0.05, 0.05] },
});

async function verdictsOn(files: Readonly<Record<string, unknown>>): Promise<Verdict[]> {
  const place = mkdtempSync(join(folder, "cases-"));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(place, name), typeof content === "string" ? content : JSON.stringify(content));
  const verdicts: Verdict[] = [];
  for await (const verdict of complaints.run(place, { solver })) verdicts.push(verdict);
  return verdicts;
}

const verdictOn = async (it: object): Promise<Verdict | undefined> =>
  (await verdictsOn({ "tiny.json": { ...header, id: "tiny", ...it } }))[0];

describe("a folder of cases", () => {
  test("is judged case by case; what is not judged here is counted or left alone", async () => {
    const must = [{ type: "loadServed" }];
    const verdicts = await verdictsOn({
      "a.json": { ...header, id: "a", input: spread, must },
      "b.json": { ...header, kind: "control", id: "b", timeline: [] },
      "c.json": { some: "thing" },
      "d.json": { ...header, id: "d", input: spread, must: [...must, { type: "isLovely" }] },
      "e.json": { ...header, id: "e", input: { ...spread, windKw: 3 }, must },
      "f.json": "no JSON",
      "README.md": "words",
    });
    expect(verdicts.map(({ name, pass }) => [name, pass])).toEqual([
      ["a", true],
      ["d", false],
      ["e", false],
      ["f", false],
    ]);
    expect(verdicts[1]?.detail).toMatch(/isLovely: nobody here knows/);
    expect(verdicts[2]?.detail).toMatch(/windKw is not a known key/);
    expect(verdicts[3]?.detail).toMatch(/\(1 control cases are not judged here\)/);
  });

  test("without a case gives no verdict", async () => {
    mkdirSync(join(folder, "empty"), { recursive: true });
    expect(await verdictsOn({})).toEqual([]);
  });
});

describe("the program, asked through a case", () => {
  test("plans, and stays true to its own plan's physics", async () => {
    const verdict = await verdictOn({
      input: inputOf({
        batteries: [BATTERY],
        rooms: [ROOM],
        columns: { importPricePerKwh: [0.1, 0.1, 0.6, 0.6], outdoorTempC: [5, 5, 5, 5] },
      }),
      must: [
        { type: "planReturned", status: ["complete"] },
        { type: "loadServed" },
        { type: "powersWithinRatings" },
        { type: "allFinite" },
        { type: "energyBetween", of: "battery.discharge", atLeastKwh: 1, from: after(2) },
        { type: "comfortViolationAtMost", of: "den", kelvinHours: 0.01 },
        { type: "predictedTempFollowsPhysics", of: "den", toleranceC: 0.001 },
        { type: "neverWarmerWithoutHeat", of: "den" },
      ],
      reference: { base: { bill: 1, netCost: 1 } },
    });
    expect(verdict?.detail).toMatch(/bill \d.* \(1.0000\), netCost/);
    expect(verdict).toMatchObject({ pass: true, ours: "8 hold" });
  });

  test("says what it misses, in the words of the case", async () => {
    const verdict = await verdictOn({
      input: inputOf({ batteries: [{ ...BATTERY, goals: [{ soc: 0.9, at: after(1) }] }] }),
      must: [
        { type: "planReturned", status: ["bestEffort"] },
        { type: "powerAtLeast", of: "battery.charge", kw: 3.99, until: after(1) },
        { type: "explanationNamesLimit", subject: "battery.goal", amount: 0.08, tolerance: 0.001 },
      ],
    });
    expect(verdict).toMatchObject({ pass: true });
  });

  test("refuses a mistyped key, and a setting of the user that cannot be", async () => {
    const verdict = await verdictOn({
      input: spread,
      variants: [
        { id: "typo", mistype: { field: "batteries/0/minSoc", how: "append the letter s" } },
        { id: "percent", overrides: { set: { "userSettings/battery.minSoc": 40 } } },
        { id: "higher", overrides: { set: { "userSettings/battery.minSoc": 0.4 } } },
      ],
      must: [
        { type: "refused", names: ["typedKey", "nearestKnownKey", "placeInConfig"], in: ["typo"] },
        { type: "refused", names: ["minSoc", "percent"], in: ["percent"] },
        { type: "noPlanStored", in: ["typo", "percent"] },
        { type: "socWithinBounds", of: "battery", min: 0.4, max: 0.9, in: ["higher"] },
        { type: "planReturned", status: ["complete"], in: ["base", "higher"] },
      ],
    });
    expect(verdict).toMatchObject({ pass: true });
  });

  test("answers the same here, again, and in a process of its own", { timeout: 60_000 }, async () => {
    const verdict = await verdictOn({
      input: spread,
      runs: [{ id: "hopeless", overrides: { set: { "site/importLimitKw": 0.1 } } }, { id: "good" }],
      must: [
        { type: "planEqualToFresh", run: "good" },
        { type: "planEqualOnRepeat", times: 2, in: ["good"] },
      ],
    });
    expect(verdict).toMatchObject({ pass: true });
  });
});
