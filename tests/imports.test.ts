import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { breaches, folderOf, projectSources } from "./support/import-rules.ts";

const sources = projectSources(join(import.meta.dirname, ".."));

const pathIn = (folder: string) => {
  if (folder === "nodes") return "nodes/src/x/logic.ts";
  if (folder.startsWith("optimizer/")) return folder;
  return folder.endsWith(".ts") ? `optimizer/src/${folder}` : `optimizer/src/${folder}/x.ts`;
};

test("the project keeps its import rules", { timeout: 60_000 }, () => {
  expect(sources.size).toBeGreaterThan(50);
  expect(breaches(sources)).toEqual([]);
});

test("every source file belongs to a folder of the flow", () => {
  expect([...sources.keys()].filter((path) => folderOf(path) === undefined)).toEqual([]);
});

describe("what the rules refuse", () => {
  test.each([
    ["model", 'import { readFileSync } from "node:fs";', "pure"],
    ["model", 'import { x } from "../plan/x.ts";', "model may not use plan"],
    ["model", 'import type { X } from "../plan/x.ts";', "model may not use plan"],
    ["plan", 'import { x } from "../model/x.ts";', "plan may not use model"],
    ["plan", 'import { type X, x } from "../model/x.ts";', "plan may not use model"],
    ["plan", 'export * from "../model/x.ts";', "plan may not use model"],
    ["plan", 'export { x } from "../model/x.ts";', "plan may not use model"],
    ["plan", 'const { x } = await import("../model/x.ts");', "plan may not use model"],
    ["commands", 'import "../store/x.ts";', "commands may not use store"],
    ["forecasts", 'import { z } from "zod";', "may not use this package"],
    ["learning", "const x = Math.random();", "Math.random"],
    ["plan", "const x = Date.now();", "Date.now"],
    ["plan", 'const x = Date["now"]();', "Date.now"],
    ["plan", "const x = new Date();", "Date()"],
    ["forecasts", "const x = DateTime.utc();", "DateTime.utc()"],
    ["model", 'console.log("x");', "console"],
    ["model", "const x = process.env;", "process"],
    ["model", "const x = { fetch };", "fetch"],
    ["store", 'import { x } from "../solver/x.ts";', "store may not use solver"],
    ["sources", 'import { x } from "../forecasts/x.ts";', "sources may not use forecasts"],
    ["devices", 'import mqtt from "mqtt";', "may not use this package"],
    ["solver", 'import pino from "pino";', "may not use this package"],
    ["sources", 'import { x } from "fs";', "write node:fs"],
    ["simulator", 'import type { X } from "../model/x.ts";', "simulator may not use model"],
    ["simulator", 'import { x } from "../plan/x.ts";', "simulator may not use plan"],
    ["simulator/physics", 'import { x } from "../server.ts";', "physics may not use simulator"],
    ["cycles", 'import { x } from "../api/x.ts";', "cycles may not use api"],
    ["api", 'import { x } from "../solver/x.ts";', "api may not use solver"],
    ["nodes", 'import { x } from "../../../optimizer/src/domain/x.ts";', "nodes may not use domain"],
    ["nodes", 'import RED from "node-red";', "may not use this package"],
    ["optimizer/ui/src/x.ts", 'import { x } from "@ohmstead/fallback";', "ui may not use fallback"],
    ["optimizer/contract/src/x.ts", 'import { x } from "../../src/domain/x.ts";', "contract may not use domain"],
    ["optimizer/fallback/src/x.ts", "const x = Date.now();", "Date.now"],
    ["cli", 'import { x } from "../main.ts";', "nothing imports main.ts"],
    ["optimizer/src/plan/x.test.ts", 'import { x } from "../main.ts";', "nothing imports main.ts"],
    ["domain", 'import { x } from "../../../tests/support/x.ts";', "outside of the sources"],
    ["novelty", 'import { x } from "zod";', "there is no rule for novelty"],
  ])("%s: %s", (folder, text, complaint) => {
    expect(breaches(new Map([[pathIn(folder), text]]))).toEqual([expect.stringContaining(complaint)]);
  });

  test("a pure file that runs something impure through another", () => {
    const clock = "export const nowMs = () => Date.now();";
    const both = (line: string) =>
      breaches(
        new Map([
          ["optimizer/src/domain/clock.ts", clock],
          ["optimizer/src/domain/hours.ts", 'export { nowMs } from "./clock.ts";'],
          ["optimizer/src/plan/x.ts", line],
        ]),
      );
    expect(both('import { nowMs } from "../domain/hours.ts";')).toEqual([
      "optimizer/src/plan/x.ts must be pure, but imports optimizer/src/domain/hours.ts, which imports optimizer/src/domain/clock.ts, which uses Date.now",
    ]);
    expect(both('import type { Clock } from "../domain/clock.ts";')).toEqual([]);
  });
});

describe("what the rules allow", () => {
  test.each([
    ["plan", 'import type { X } from "../model/x.ts";'],
    ["plan", 'import { type X } from "../forecasts/x.ts";'],
    ["plan", 'import { decideFallback } from "@ohmstead/fallback";'],
    ["commands", 'let x: import("../plan/x.ts").X;'],
    ["forecasts", 'import { DateTime } from "luxon"; const x = DateTime.fromMillis(0); const y = new Date(5);'],
    [
      "model",
      "// process.exit(), console.log and Date.now() in words\nconst x = { process: 'console.log', fetch: 1 }.fetch;",
    ],
    ["store", 'import { x } from "node:zlib"; const y = Date.now();'],
    ["solver", 'import type { X } from "../model/x.ts"; import type { Logger } from "pino";'],
    ["simulator", 'import { x } from "./physics/x.ts"; import { y } from "../domain/y.ts";'],
    ["cycles", 'import { x } from "../solver/x.ts"; import { y } from "../plan/y.ts";'],
    ["main.ts", 'import { x } from "./api/x.ts"; import pino from "pino";'],
    ["launch", 'import { x } from "../cycles/x.ts"; import { parse } from "yaml";'],
    ["simulator/x.test.ts", 'import { test } from "vitest"; import { x } from "../model/x.ts";'],
  ])("%s: %s", (folder, text) => {
    expect(breaches(new Map([[pathIn(folder), text]]))).toEqual([]);
  });
});
