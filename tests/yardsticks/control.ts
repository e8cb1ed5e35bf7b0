import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Family, Verdict } from "./family.ts";
import { readControlCase } from "./control/case-file.ts";
import { runCase } from "./control/run-case.ts";

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The same complaints as they concern commands: devices and people that do not do as they should, and a controller that must. */
export const control: Family = {
  name: "control",
  tolerance:
    "every property holds, judged by what the simulated devices truly did; 0.2 kW and one reading of slack unless a property says otherwise",
  async *run(folder) {
    for (const file of readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .toSorted()) {
      const verdict = verdictOn(join(folder, file));
      if (verdict) yield verdict;
    }
  },
};

/** Undefined for what is no control case. */
function verdictOn(path: string): Verdict | undefined {
  const name = basename(path, ".json");
  try {
    const it = readControlCase(JSON.parse(readFileSync(path, "utf8")), "the case");
    if (it === undefined || it === "planning") return undefined;
    const { judgements } = runCase(it);
    const broken = judgements.filter(({ complaints }) => complaints.length > 0);
    const detail = broken
      .map(({ property, complaints }) => `\n    ${property.type}: ${complaints.join("\n      ")}`)
      .join("");
    return {
      name: it.id,
      ours: `${judgements.length - broken.length} hold`,
      published: `${judgements.length} wanted`,
      difference: broken.length > 0 ? `${broken.length} broken` : "",
      pass: broken.length === 0,
      ...(detail === "" ? {} : { detail }),
    };
  } catch (error) {
    return { name, ours: "not judged", published: "", difference: "", pass: false, detail: messageOf(error) };
  }
}
