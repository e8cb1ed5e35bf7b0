import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FlowNode, readFlowFiles, splitFlows, writeFlowFiles } from "../config/node-red/flow-files.js";
import { flowHash, installProductFlows } from "../config/node-red/product-flows.js";

const SHIPPED = "flows";
const shippedFlows = readdirSync(SHIPPED).filter((name) => /^\d\d-/.test(name));
const nodesOf = (path: string): FlowNode[] => JSON.parse(readFileSync(path, "utf8")) as FlowNode[];

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ohmstead-flows-"));
  folder = join(root, "flows");
});
afterEach(() => rmSync(root, { recursive: true }));

const tab = (id: string, label: string): FlowNode => ({ id, type: "tab", label });
const node = (id: string, z: string): FlowNode => ({ id, type: "comment", z, name: id });

const shipNewer = (name: string) => {
  const shipped = join(root, "newer");
  cpSync(SHIPPED, shipped, { recursive: true });
  const nodes = nodesOf(join(shipped, name));
  writeFileSync(join(shipped, name), JSON.stringify([...nodes, node("brand-new", String(nodes[0]?.id))]));
  return shipped;
};
const ids = (name: string) => nodesOf(join(folder, name)).map(({ id }) => id);

describe("one file per tab", () => {
  const flows = [
    tab("t1", "My Own Tab!"),
    tab("t2", ""),
    node("n1", "t1"),
    { id: "c1", type: "server", name: "house" },
    node("n2", "t2"),
  ];

  test("what is saved is read again, and nothing is lost", async () => {
    await writeFlowFiles(folder, flows);
    expect(readdirSync(folder).toSorted()).toEqual(["00-config.json", "10-my-own-tab.json", "20-flow.json"]);
    expect((await readFlowFiles(folder)).map(({ id }) => id).toSorted()).toEqual(["c1", "n1", "n2", "t1", "t2"]);
  });

  test("a tab keeps its file when it is renamed, and takes it along when it goes", async () => {
    await writeFlowFiles(folder, flows);
    await writeFlowFiles(folder, [tab("t1", "renamed"), node("n1", "t1")]);
    expect(readdirSync(folder).toSorted()).toEqual(["00-config.json", "10-my-own-tab.json"]);
  });

  test("subflows have files of their own, before the tabs; files that are no flows are left alone", async () => {
    const names = [...splitFlows([{ id: "s", type: "subflow", name: "Boost" }, tab("t", "Boost")], new Map()).keys()];
    expect(names).toEqual(["00-config.json", "05-subflow-boost.json", "15-boost.json"]);
    await writeFlowFiles(folder, flows);
    writeFileSync(join(folder, "notes.txt"), "mine");
    await writeFlowFiles(folder, []);
    expect(readdirSync(folder).toSorted()).toEqual(["00-config.json", "notes.txt"]);
  });
});

describe("the product's flows in a house", () => {
  test("at first start all are copied, with credentials that are names only", async () => {
    expect(await installProductFlows({ shipped: SHIPPED, folder })).toEqual([]);
    expect(
      readdirSync(folder)
        .filter((name) => /^\d\d-/.test(name))
        .toSorted(),
    ).toEqual(shippedFlows.toSorted());
    expect(readFileSync(join(folder, "flows_cred.json"), "utf8")).toContain("${HA_TOKEN}");
  });

  test("an untouched tab is replaced by a newer one, even when the editor has saved it in another order", async () => {
    await installProductFlows({ shipped: SHIPPED, folder });
    const saved = nodesOf(join(folder, "20-plan.json"))
      .toReversed()
      .map((each) => ({ extra: "", ...each }));
    writeFileSync(join(folder, "20-plan.json"), JSON.stringify(saved));
    expect(await installProductFlows({ shipped: shipNewer("20-plan.json"), folder })).toEqual([]);
    expect(ids("20-plan.json")).toContain("brand-new");
  });

  test("a changed tab is kept, and the owner is told where the newer one is", async () => {
    await installProductFlows({ shipped: SHIPPED, folder });
    const changed = nodesOf(join(folder, "20-plan.json")).map((each) =>
      each.type === "comment" ? { ...each, name: "mine" } : each,
    );
    writeFileSync(join(folder, "20-plan.json"), JSON.stringify(changed));
    const [notice, ...others] = await installProductFlows({ shipped: shipNewer("20-plan.json"), folder });
    expect(notice).toMatch(/20-plan\.json has changes of yours and was kept/);
    expect(others).toEqual([]);
    expect(ids("20-plan.json")).not.toContain("brand-new");
  });

  test("a deleted tab stays away; a tab of the user's is never touched", async () => {
    await installProductFlows({ shipped: SHIPPED, folder });
    rmSync(join(folder, "40-fallback.json"));
    writeFileSync(join(folder, "60-mine.json"), JSON.stringify([tab("mine", "Mine")]));
    await installProductFlows({ shipped: shipNewer("40-fallback.json"), folder });
    expect(existsSync(join(folder, "40-fallback.json"))).toBe(false);
    expect(ids("60-mine.json")).toEqual(["mine"]);
  });

  test("flows with a real difference have another hash", () => {
    expect(flowHash([node("a", "t")])).toBe(
      flowHash([{ z: "t", type: "comment", id: "a", name: "a", wires: [], info: "" }]),
    );
    expect(flowHash([node("a", "t")])).not.toBe(flowHash([node("a", "u")]));
  });
});

describe("the shipped flows", () => {
  const all = shippedFlows.flatMap((name) => nodesOf(join(SHIPPED, name)));
  const ofType = (type: string) => all.filter((each) => each.type === type);

  test("are locked tabs in order, with readable ids that are unique", () => {
    expect(ofType("tab").map(({ label }) => label)).toEqual([
      "1 Inputs",
      "2 Plan",
      "3 Devices",
      "4 Fallback",
      "5 Dashboard",
    ]);
    expect(ofType("tab").every(({ locked }) => locked === true)).toBe(true);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  test("have wires and links that lead somewhere", () => {
    const known = new Set(all.map(({ id }) => id));
    const targets = all.flatMap(({ wires, links, service, server, scope }) =>
      [wires, links, service, server, scope].flat(2).filter((each) => each !== undefined && each !== ""),
    );
    expect(targets.filter((id) => !known.has(String(id)))).toEqual([]);
  });

  test("are wiring: no code, no node that needs a companion in Home Assistant", () => {
    expect(ofType("function")).toEqual([]);
    expect(ofType("ha-entity-config")).toEqual([]);
  });

  test("never queue a call to a device, and leave what it is to the message", () => {
    const actions = ofType("api-call-service");
    expect(actions.length).toBe(3);
    for (const action of actions)
      expect(action).toMatchObject({ queue: "none", action: "", data: "", entityId: [], blockInputOverrides: false });
  });

  test("hold no secret", () => {
    expect(JSON.parse(readFileSync(join(SHIPPED, "flows_cred.json"), "utf8"))).toEqual({
      "ha-server": { host: "${HA_URL}", access_token: "${HA_TOKEN}" },
      ohmstead: { token: "${OHMSTEAD_TOKEN}" },
    });
  });

  test("ask nobody outside: no address in a template", () => {
    for (const { format } of ofType("ui-template")) expect(String(format)).not.toMatch(/https?:|v-html/);
  });
});

describe("the nodes' examples", () => {
  const folderOfExamples = "nodes/examples";
  const types = readdirSync("nodes/src").filter((name) => name.startsWith("ohmstead-"));

  test("there is one for every node", () => {
    const names = readdirSync(folderOfExamples).map((name) => `ohmstead-${name.replace(".json", "")}`);
    expect(names.toSorted()).toEqual(types.filter((type) => type !== "ohmstead-service").toSorted());
  });

  test.each(readdirSync(folderOfExamples))("%s is a flow whose wires lead somewhere", (name) => {
    const nodes = nodesOf(join(folderOfExamples, name));
    const known = new Set(nodes.map(({ id }) => id));
    expect(known.size).toBe(nodes.length);
    const targets = nodes.flatMap(({ wires, service, z }) =>
      [wires, service, z].flat(2).filter((each) => each !== undefined),
    );
    expect(targets.filter((id) => typeof id !== "string" || !known.has(id))).toEqual([]);
    expect(nodes.some(({ type }) => type === `ohmstead-${name.replace(".json", "")}`)).toBe(true);
  });

  test("every node has help, and a form for every setting", () => {
    for (const type of types) {
      const read = (file: string) => readFileSync(join("nodes/src", type, file), "utf8");
      expect(read("help.md").length).toBeGreaterThan(200);
      const settings = [...read("migrations.ts").matchAll(/(\w+): /g)].map(([, setting]) => setting);
      for (const setting of [
        "name",
        "url",
        "service",
        "batchMs",
        "refreshMinutes",
        "deviceId",
        "repeatSeconds",
        "folder",
      ])
        if (settings.includes(setting)) expect(read("editor.html")).toMatch(new RegExp(`-input-${setting}"`));
    }
  });
});
