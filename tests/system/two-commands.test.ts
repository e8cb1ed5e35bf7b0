import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type HouseholdProblem, Plan, ProblemDocument } from "@ohmstead/contract";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { planningGrid } from "../../optimizer/src/domain/slots.ts";
import { checkSchedule } from "../../optimizer/src/plan/check-schedule.ts";
import { household } from "../bench/household.ts";
import { type MarkedProcess, runMarked, startMarked } from "../support/marked-process.ts";

// What a person meets around starting and ending: the commands as they are typed, in processes of their own.
const OHMSTEAD = "optimizer/dist/cli/ohmstead.js";
const SERVICE = "optimizer/dist/main.js";
const folder = mkdtempSync(join(tmpdir(), "ohmstead-commands-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function takenPort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  closers.push(() => server.close());
  const address = server.address();
  if (!address || typeof address !== "object") throw new Error("no port");
  return address.port;
}

const solve = (name: string, content: unknown) => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return runMarked([OHMSTEAD, "solve", path]);
};

async function endedAfter(demo: MarkedProcess): Promise<number> {
  const pressedAt = Date.now();
  demo.pressCtrlC();
  while (demo.family().length > 0 && Date.now() - pressedAt < 20_000) await wait(100);
  return Date.now() - pressedAt;
}

const startDemo = (data: string): MarkedProcess => {
  const ports = ["--port", "0", "--optimizer-port", "0", "--house-port", "0"];
  const demo = startMarked([OHMSTEAD, "demo", "--speed", "60", ...ports, "--data", join(folder, data)]);
  closers.push(() => demo.killAll());
  return demo;
};

describe("a port that is in use", () => {
  test.each([
    { option: "--port", what: "dashboard" },
    { option: "--optimizer-port", what: "optimizer" },
    { option: "--house-port", what: "simulated house" },
  ])("of the $what: the message names $option", async ({ option, what }) => {
    const taken = await takenPort();
    const ports = ["--port", "0", "--optimizer-port", "0", "--house-port", "0", option, String(taken)];
    const { code, output } = await runMarked([OHMSTEAD, "demo", ...ports, "--data", join(folder, "taken")]);
    expect({ code, output }).toMatchObject({ code: 1 });
    expect(output).toContain(`Port ${taken} for the ${what} is in use`);
    expect(output).toMatch(new RegExp(`npm start -- ${option} \\d+`));
    expect(output).not.toMatch(/^\s+at /m); // no stack: it is not a fault of the program
  });
});

describe("ohmstead solve", () => {
  const startMs = Date.UTC(2024, 0, 5, 8);
  const problem: HouseholdProblem = household(5, planningGrid(startMs, 36));

  test("prints the plan of a good problem", async () => {
    const { code, standardOutput, output } = await solve("good.json", problem);
    expect({ code, output }).toMatchObject({ code: 0 });
    const plan = Plan.parse(JSON.parse(standardOutput));
    expect(plan).toMatchObject({ rung: "full", engine: "highs", status: "optimal" });
    expect(plan.slots).toEqual(problem.slots);
    expect(checkSchedule(problem, plan.schedule, plan.cost)).toEqual([]);
    expect(plan.devices.map(({ deviceId }) => deviceId)).toContain("battery");
  });

  const firstBattery = problem.batteries[0];
  test.each([
    {
      what: "a value in the wrong unit",
      content: { ...problem, batteries: [{ ...firstBattery, capacityKwh: 9500 }] },
      field: "batteries[0].capacityKwh",
      message: /looks like Wh/,
    },
    {
      what: "a series of the wrong length",
      content: { ...problem, baseLoadKw: problem.baseLoadKw.slice(1) },
      field: "baseLoadKw",
      message: /\d+/,
    },
    { what: "a field that is missing", content: { ...problem, slots: undefined }, field: "slots", message: /./ },
    { what: "a file that is no JSON", content: "{ no", field: "(file)", message: /not JSON/ },
  ])("refuses $what with a problem document", async ({ content, field, message }) => {
    const { code, standardOutput } = await solve("bad.json", content);
    expect(code).toBe(2);
    const { status, errors = [] } = ProblemDocument.parse(JSON.parse(standardOutput));
    expect(status).toBe(422);
    expect(errors.map((each) => each.field)).toContain(field);
    expect(errors.find((each) => each.field === field)?.message).toMatch(message);
  });
});

test("a fault file with an unknown fault is refused with what there is instead", async () => {
  const path = join(folder, "faults.yaml");
  writeFileSync(path, "- { kind: hangCals, device: battery, atSeconds: 60 }\n");
  const ports = ["--port", "0", "--optimizer-port", "0", "--house-port", "0"];
  const { code, output } = await runMarked([
    OHMSTEAD,
    "demo",
    ...ports,
    "--data",
    join(folder, "faulty"),
    "--faults",
    path,
  ]);
  expect({ code, output }).toMatchObject({ code: 1 });
  expect(output).toContain(`the fault file ${path} cannot be used: [0]`);
  expect(output).toContain('did you mean "hangCalls"?');
  expect(output).not.toMatch(/^\s+at /m);
});

test("a misspelt key in the config is refused with its nearest match, before anything starts", async () => {
  const path = join(folder, "home.yaml");
  const text = readFileSync("config/home.example.yaml", "utf8");
  writeFileSync(path, text.replace("capacityKwh:", "capacitykWh:").replace("currency:", "curency:"));
  const { code, output } = await runMarked([
    SERVICE,
    "--config",
    path,
    "--data",
    join(folder, "misspelt"),
    "--port",
    "0",
  ]);
  expect({ code, output }).toMatchObject({ code: 1 });
  expect(output).toContain(path);
  expect(output).toMatch(/capacitykWh.*did you mean "capacityKwh"/);
  expect(output).toMatch(/curency.*did you mean "currency"/);
  expect(output).not.toMatch(/^\s+at /m);
});

describe("Ctrl-C ends the demo, and leaves no process behind within ten seconds", () => {
  test("while it runs", async () => {
    const demo = startDemo("running");
    const greeting = await demo.says("Ctrl-C ends it", 60_000);
    expect(greeting).toMatch(/Dashboard +http:\/\/127\.0\.0\.1:\d+\/dashboard/);
    expect(demo.family().length).toBeGreaterThanOrEqual(5);
    expect(await endedAfter(demo)).toBeLessThan(10_000);
    const { code } = await demo.exited;
    expect({ code, output: demo.output() }).toMatchObject({ code: 0 });
  });

  test("while it is starting", async () => {
    const demo = startDemo("starting");
    while (demo.family().length < 4) await wait(20); // two of the three services are there
    expect(await endedAfter(demo)).toBeLessThan(10_000);
    await demo.exited;
  });
});
