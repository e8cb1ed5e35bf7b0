import type { Node, NodeAPI, NodeDef, NodeMessage, NodeMessageInFlow } from "node-red";
import { type Migration, migrate } from "./migrate.ts";
import { statusOf } from "./ohmstead-service/logic.ts";
import { serviceOf } from "./ohmstead-service/node.ts";
import type { Service } from "./ohmstead-service/service.ts";
import { asError, shortReason } from "./problem-text.ts";

/** What every node here has in its config: the ohmstead-service node it uses. */
export interface ServiceUserConfig extends NodeDef {
  readonly service: string;
}

type Send = (messages: NodeMessage | (NodeMessage | NodeMessage[] | null)[]) => void;

/** The runtime part of one node that uses the service. */
export interface ServiceUser {
  /** Called for every message; a rejection reaches the flow's catch nodes. */
  readonly onMessage?: (message: NodeMessageInFlow, send: Send) => void | Promise<void>;
  /** Ends timers and listeners. */
  readonly close: () => void;
}

// oxlint-disable typescript/no-unnecessary-type-parameters -- each node names its own config, which Node-RED hands over untyped
/** Registers a node type whose work `build` does. A node without a chosen service says so and does nothing. */
export function registerServiceUser<C extends ServiceUserConfig>(
  RED: NodeAPI,
  type: string,
  migrations: readonly Migration[],
  build: (node: Node, config: C, service: Service) => ServiceUser,
): void {
  RED.nodes.registerType(type, function (this: Node, stored: C) {
    RED.nodes.createNode(this, stored);
    const config = migrate(stored, migrations);
    const service = serviceOf(RED, config.service);
    if (!service) {
      this.status({ fill: "red", shape: "ring", text: "choose a service" });
      return;
    }
    this.status(statusOf(service.link()));
    const user = build(this, config, service);
    const answer = async (message: NodeMessageInFlow, send: Send, done: (error?: Error) => void) => {
      try {
        await user.onMessage?.(message, send);
        done();
      } catch (error) {
        this.status({ fill: "red", shape: "ring", text: shortReason(error) });
        done(asError(error));
      }
    };
    this.on("input", (message, send, done) => void answer(message, send, done));
    this.on("close", () => user.close());
  });
}

// oxlint-enable typescript/no-unnecessary-type-parameters

/** Shows the connection while it is not there; what a node does while it is, the node says itself. */
export const showLink = (node: Node, service: Service): (() => void) =>
  service.onLink((state) => node.status(statusOf(state)));
