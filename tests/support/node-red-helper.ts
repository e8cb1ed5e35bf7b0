import type { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import type { NodeAPI, NodeMessage } from "node-red";
import { vi } from "vitest";
import registerAll from "../../nodes/src/index.ts";
import { serveAppliance, SERVICE_TOKEN, type ServiceUnderNodeRed } from "./node-red-service.ts";

/** The part of node-red-node-test-helper that is used here; it comes without types. */
interface TestHelper {
  init(runtimePath: string, settings: object): void;
  load(nodes: (RED: NodeAPI) => void, flow: readonly object[], credentials: object): Promise<void>;
  unload(): Promise<void>;
  startServer(): Promise<void>;
  stopServer(): Promise<void>;
  getNode(id: string): TestNode;
  /** Node-RED's own emitter: every load adds listeners to the same one. */
  readonly _events: EventEmitter;
  request(): { get(path: string): Promise<{ status: number; body: unknown }> };
}

export interface TestNode {
  receive(message: NodeMessage): void;
  on(event: "input", listener: (message: NodeMessage) => void): void;
  on(event: "call:status", listener: (call: { firstArg: { fill: string; text: string } }) => void): void;
}

const require = createRequire(import.meta.url);

export interface NodesUnderTest {
  readonly node: (id: string) => TestNode;
  /** Every message that reached the helper node of that id. */
  readonly messages: (id: string) => readonly NodeMessage[];
  /** The newest status text of a node. */
  readonly status: (id: string) => string;
  readonly get: (path: string) => Promise<{ status: number; body: unknown }>;
  readonly stop: () => Promise<void>;
}

/** Ohmstead's nodes from their sources, in a real Node-RED runtime, wired as the flow says. Nodes of type "helper" record messages. */
export async function startNodes(
  flow: readonly { readonly id: string; readonly type: string; readonly [property: string]: unknown }[],
  credentials: object = {},
  settings: object = {},
): Promise<NodesUnderTest> {
  const helper = require("node-red-node-test-helper") as TestHelper;
  helper.init(require.resolve("node-red"), settings);
  helper._events.setMaxListeners(0);
  await helper.startServer();
  await helper.load(registerAll, flow, credentials);
  const recorded = new Map<string, NodeMessage[]>();
  const statuses = new Map<string, string>();
  for (const { id, type } of flow) {
    if (type === "helper") {
      const messages: NodeMessage[] = [];
      recorded.set(id, messages);
      helper.getNode(id).on("input", (message) => void messages.push(message));
    } else if (type.startsWith("ohmstead-"))
      helper.getNode(id).on("call:status", ({ firstArg }) => void statuses.set(id, firstArg.text));
  }
  return {
    node: (id) => helper.getNode(id),
    messages: (id) => recorded.get(id) ?? [],
    status: (id) => statuses.get(id) ?? "",
    get: async (path) => helper.request().get(path),
    stop: async () => {
      await helper.unload();
      await helper.stopServer();
    },
  };
}

/** Waits until a check passes; everything here takes milliseconds. */
const OUTPUTS = ["out", "out2", "out3", "out4", "out5", "out6"];
export const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 3000, interval: 10 });

export interface StageSetup {
  readonly appliance: Parameters<typeof serveAppliance>[0];
  /** The node under test, of id "n", wired to the recorders "out" to "out6"; its errors reach the recorder "caught". */
  readonly node: { readonly type: string; readonly [property: string]: unknown };
  /** More nodes of the same tab "f"; they may use the same recorders. */
  readonly others?: readonly { readonly id: string; readonly type: string; readonly [property: string]: unknown }[];
  readonly token?: string;
}

export interface Stage {
  readonly nodes: NodesUnderTest;
  readonly service: ServiceUnderNodeRed;
  readonly node: TestNode;
  readonly out: (id?: string) => readonly NodeMessage[];
  readonly stop: () => Promise<void>;
}

/** One node, and the service it uses. */
export async function startStage({ appliance, node, others = [], token = SERVICE_TOKEN }: StageSetup): Promise<Stage> {
  const service = await serveAppliance(appliance);
  const recorders = [...OUTPUTS, "caught"];
  const nodes = await startNodes(
    [
      { id: "f", type: "tab" },
      { id: "s", type: "ohmstead-service", url: service.url },
      { id: "n", z: "f", service: "s", wires: OUTPUTS.map((id) => [id]), ...node },
      { id: "catches", type: "catch", z: "f", scope: ["n"], wires: [["caught"]] },
      ...recorders.map((id) => ({ id, type: "helper", z: "f", wires: [] })),
      ...others,
    ],
    { s: { token } },
  );
  return {
    nodes,
    service,
    node: nodes.node("n"),
    out: (id = "out") => nodes.messages(id),
    stop: async () => {
      await nodes.stop();
      await service.goAway();
    },
  };
}
