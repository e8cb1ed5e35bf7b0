import type { NodeAPI } from "node-red";
import { serveHealth } from "./health-route.ts";
import command from "./ohmstead-command/node.ts";
import fallback from "./ohmstead-fallback/node.ts";
import override from "./ohmstead-override/node.ts";
import plan from "./ohmstead-plan/node.ts";
import recommendation from "./ohmstead-recommendation/node.ts";
import service from "./ohmstead-service/node.ts";
import telemetry from "./ohmstead-telemetry/node.ts";

/** What Node-RED calls once, at start. */
export default function registerAll(RED: NodeAPI): void {
  serveHealth(RED);
  for (const register of [service, telemetry, recommendation, plan, command, fallback, override]) register(RED);
}
