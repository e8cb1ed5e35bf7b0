import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { fullHouse, MIDNIGHT_MS } from "../../../../tests/support/household-of.ts";
import { solveHousehold } from "../../cycles/solve-household.ts";
import { createSolver } from "../../solver/solver.ts";
import { openStore } from "../../store/store.ts";
import { explain } from "../explain/explain.ts";
import { replay } from "./replay.ts";

const data = mkdtempSync(join(tmpdir(), "ohmstead-replay-"));
const problem = fullHouse(6, { importPricePerKwh: [0.1, 0.1, 0.3, 0.4, 0.4, 0.2] });

beforeAll(async () => {
  const solver = createSolver();
  const store = openStore(join(data, "ohmstead.sqlite"));
  const settings = { validHours: 2, timeLimitMs: 5000, alternatives: true };
  const solve = (planId: string, nowMs: number) => solveHousehold(problem, { ...settings, solver, nowMs, planId });
  const first = await solve("first", MIDNIGHT_MS);
  store.plans.save({ plan: first, problem, cause: "start", settings });
  const forged = { ...(await solve("forged", MIDNIGHT_MS + 1)), cost: { ...first.cost, total: first.cost.total - 1 } };
  store.plans.save({ plan: forged, problem, cause: "time", settings: { ...settings, previousId: "first" } });
  store.close();
  await solver.stop();
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

test("a stored plan comes out the same from what was stored with it", async () => {
  const said = vi.spyOn(console, "log").mockReturnValue();
  await replay("first", { data });
  expect(said.mock.calls.flat().join("\n")).toMatch(/^same: plan first, rung full/);
  expect(process.exitCode).toBeUndefined();
});

test("one that was not made from it does not", async () => {
  const said = vi.spyOn(console, "log").mockReturnValue();
  await replay("latest", { data });
  expect(said.mock.calls.flat().join("\n")).toMatch(/^different in 1 places: plan forged, .*\ncost\.total: /);
  expect(process.exitCode).toBe(1);
});

test("a plan is explained in the time zone of its house, the newest unless one is named", () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  explain("latest", { data });
  explain("first", { data });
  const [newest, named] = write.mock.calls.map(([text]) => String(text));
  expect(newest).toMatch(/^Plan forged\nMade Fri 5 Jan 2024, 00:00 \(UTC\), holds until 02:00\. Cause: time\.\n/);
  expect(named).toMatch(/^Plan first\n/);
  expect(() => explain("nobody", { data })).toThrow("No stored plan has the id nobody");
});
