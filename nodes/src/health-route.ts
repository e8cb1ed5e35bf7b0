import type { NodeAPI } from "node-red";

/** The part of Home Assistant's node package that tells how its connections are. */
type HomeAssistantContext = Readonly<Record<string, { readonly isConnected?: boolean } | undefined>>;

/**
 * GET /ohmstead/health, open to everybody and free of details: 200 only while the flows run. An open port alone says nothing,
 * because one unknown node keeps every flow stopped.
 */
export function serveHealth(RED: NodeAPI): void {
  let flowsStarted = false;
  RED.events.on("flows:started", () => {
    flowsStarted = true;
  });
  RED.events.on("flows:stopped", () => {
    flowsStarted = false;
  });
  // Without the editor there is no admin application.
  const app = RED.settings.httpAdminRoot === false ? RED.httpNode : RED.httpAdmin;
  app.get("/ohmstead/health", (_request, response) => {
    const isRunning = flowsStarted && areServicesRunning(RED);
    response
      .status(isRunning ? 200 : 503)
      .json({ flowsStarted: isRunning, homeAssistantConnected: isHomeAssistantConnected(RED) });
  });
}

function idsOf(RED: NodeAPI, type: string): readonly string[] {
  const ids: string[] = [];
  RED.nodes.eachNode((node) => {
    if (node.type === type) ids.push(node.id);
  });
  return ids;
}

/** Node-RED calls flows started even when it gave up in the middle; then these were not made. */
const areServicesRunning = (RED: NodeAPI): boolean =>
  idsOf(RED, "ohmstead-service").every((id) => Boolean(RED.nodes.getNode(id)));

function isHomeAssistantConnected(RED: NodeAPI): boolean {
  return idsOf(RED, "server").some((id) => {
    const contexts = RED.nodes.getNode(id)?.context().global.get("homeassistant") as HomeAssistantContext | undefined;
    return Object.values(contexts ?? {}).some((each) => each?.isConnected === true);
  });
}
