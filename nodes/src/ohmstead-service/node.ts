import { HOUSE_CLOCK_VARIABLE, parseHouseClock } from "@ohmstead/contract";
import type { Node, NodeAPI, NodeDef } from "node-red";
import { migrate } from "../migrate.ts";
import { resolvedValue } from "./logic.ts";
import { migrations } from "./migrations.ts";
import { type Service, startService } from "./service.ts";

interface ServiceConfig extends NodeDef {
  readonly url: string;
}
interface Credentials {
  readonly token?: string;
}
interface ServiceNode extends Node<Credentials> {
  service: Service;
}

const DEFAULT_URL = "http://127.0.0.1:8710";

export default (RED: NodeAPI): void =>
  RED.nodes.registerType<ServiceNode, ServiceConfig, object, Credentials>(
    "ohmstead-service",
    function (this: ServiceNode, stored: ServiceConfig) {
      RED.nodes.createNode(this, stored);
      const config = migrate(stored, migrations);
      this.service = startService({
        url: resolvedValue(config.url) ?? process.env["OHMSTEAD_URL"] ?? DEFAULT_URL,
        token: resolvedValue(this.credentials.token) ?? process.env["OHMSTEAD_TOKEN"],
        clock: parseHouseClock(process.env[HOUSE_CLOCK_VARIABLE]),
      });
      this.service.onLink((state) => {
        if (state.kind === "refused") this.error(state.detail);
      });
      const close = async (done: () => void) => {
        await this.service.stop();
        done();
      };
      this.on("close", (done: () => void) => void close(done));
    },
    { credentials: { token: { type: "password" } } },
  );

/** The service of a node's config; undefined when none is chosen, which the node then says. */
export function serviceOf(RED: NodeAPI, id: string): Service | undefined {
  const node = RED.nodes.getNode(id) as Partial<ServiceNode> | null;
  return node?.service;
}
