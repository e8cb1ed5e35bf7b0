import { expect, test } from "vitest";
import { EDGE_CASES } from "./edge-cases.ts";
import { reliabilityOf } from "./table.ts";

const ran = (file: string, name: string, passed = true) => ({ file, names: ["a group", name], passed });

test("a test stands in the row of each id at the start of its name, with its level and result", () => {
  const { markdown } = reliabilityOf(
    [
      ran("tests/system/faults.test.ts", "E17 E18 it is seen at the meter"),
      ran("optimizer/src/commands/step.test.ts", "E17 says | what is missing", false),
      ran("tests/system/node-red.homeassistant.test.ts", "E35 comes back"),
      ran("optimizer/src/commands/step.test.ts", "an E17 in the middle is none"),
    ],
    new Map(),
  );
  const row = (id: string) => markdown.split("\n").find((line) => line.startsWith(`| ${id} `)) ?? "";
  expect(row("E17")).toContain(
    "processes, passed: it is seen at the meter ([faults.test.ts](../../tests/system/faults.test.ts))",
  );
  expect(row("E17")).toContain("<br>pure, **1 of 1 failed**: says \\| what is missing");
  expect(row("E18")).toContain("it is seen at the meter");
  expect(row("E35")).toContain("real Home Assistant, passed: comes back");
  expect(markdown).not.toContain("an E17 in the middle");
});

test("a row that nothing rehearses, and an id that no row has, are told", () => {
  const { bare, unknown, markdown } = reliabilityOf(
    [ran("a.test.ts", "E99 what is this")],
    new Map([["E07", "later"]]),
  );
  expect(bare.map(({ id }) => id)).toEqual(EDGE_CASES.map(({ id }) => id).filter((id) => id !== "E07"));
  expect(unknown).toEqual(["E99"]);
  expect(markdown).toContain("planned: later");
});

test("a group's ids are its tests', and many alike are counted", () => {
  const group = [1, 2, 3, 4, 5].map((k) => ({
    file: "tests/system/a.test.ts",
    names: ["E31 killed", `time ${k}`],
    passed: true,
  }));
  expect(reliabilityOf(group, new Map()).markdown).toContain("time 1 · time 2 · time 3 · and 2 more");
});
