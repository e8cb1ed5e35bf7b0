import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ControlCase, readControlCase, readControlInput } from "./yardsticks/control/case-file.ts";
import { playCase } from "./yardsticks/control/play-case.ts";
import { runCase } from "./yardsticks/control/run-case.ts";

// Our own timelines: the appliance's own parts against devices, networks and people that do not do as they should (optimizer/docs/yardsticks.md).

const FOLDER = join(import.meta.dirname, "scenarios/control");
const cases = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json"))
  .map((file): ControlCase => {
    const it = readControlCase(JSON.parse(readFileSync(join(FOLDER, file), "utf8")), file);
    if (typeof it !== "object" || file !== `${it.id}.json`) throw new Error(`${file} is no control case of this name`);
    return it;
  });

for (const it of cases)
  test(`${(it.themes ?? []).join(" ")} ${it.title}`, () => {
    expect(it.themes).toEqual(expect.arrayContaining([expect.stringMatching(/^E\d\d$/)]));
    const broken = runCase(it).judgements.flatMap(({ property, complaints }) =>
      complaints.map((complaint) => `${property.type}: ${complaint}`),
    );
    expect(broken).toEqual([]);
  });

test("a case comes out the same every time", () => {
  const it = cases.find(({ id }) => id === "accepted-and-not-done");
  const play = () => playCase(readControlInput(structuredClone(it?.input)));
  expect(play()).toEqual(play());
});
