import { join } from "node:path";
import type { Node, NodeAPI } from "node-red";
import { resolvedValue } from "../ohmstead-service/logic.ts";
import type { Service } from "../ohmstead-service/service.ts";
import { registerServiceUser, type ServiceUser, type ServiceUserConfig, showLink } from "../service-node.ts";
import { createCarriedFile } from "./carried-file.ts";
import { answerIn, createCarrier, type Effect, houseNewsIn, type Moment } from "./logic.ts";
import { migrations } from "./migrations.ts";
import { createReporter } from "./reporter.ts";

interface CommandConfig extends ServiceUserConfig {
  /** Real seconds that one call may take. */
  readonly answerWithinS: number;
}

const TICK_MS = 1000;
const FILE_NAME = "carried-commands.json";

export default (RED: NodeAPI): void =>
  registerServiceUser<CommandConfig>(RED, "ohmstead-command", migrations, (node, config, service) => {
    const folder = resolvedValue(process.env["OHMSTEAD_DATA"]) ?? RED.settings.userDir;
    return carryCommands(node, config, service, folder === undefined ? undefined : join(folder, FILE_NAME));
  });

function carryCommands(node: Node, config: CommandConfig, service: Service, path: string | undefined): ServiceUser {
  const file = createCarriedFile(path, (text) => node.warn(text));
  const carrier = createCarrier({ callWithinMs: config.answerWithinS * 1000, carriedBefore: file.read() });
  const reporter = createReporter(service, (text) => node.warn(text));
  const now = (): Moment => ({ houseMs: service.nowMs(), realMs: Date.now() });

  const act = (effects: readonly Effect[]) => {
    // Before a call leaves: whoever is killed after it must find that it was made.
    if (effects.some(({ kind }) => kind === "begin" || kind === "end")) file.write(carrier.carried());
    for (const effect of effects)
      switch (effect.kind) {
        case "begin":
          service.actuators.begin(effect.deviceId);
          break;
        case "call":
          node.status({ fill: "yellow", shape: "dot", text: `${effect.call.action} ${effect.call.target.entity_id}` });
          node.send({ topic: "command", payload: effect.call, ohmstead: effect.ticket });
          break;
        case "end":
          service.actuators.end(effect.deviceId, effect.calls);
          break;
        case "report":
          reporter.add(effect.commandId, effect.report);
          if (effect.report.type === "failed")
            node.status({ fill: "red", shape: "ring", text: effect.report.detail.slice(0, 80) });
          else if (effect.report.type === "acknowledged")
            node.status({ fill: "green", shape: "dot", text: `${effect.commandId} carried`.slice(0, 80) });
          break;
      }
  };

  const ticker = setInterval(() => act(carrier.tick(now())), TICK_MS);
  const endings = [
    showLink(node, service),
    service.onLink((state) => {
      if (state.kind === "connected") reporter.flush();
    }),
    service.onEvent((event) => {
      if (event.type === "command") act(carrier.offer(event.command, now()));
      else if (event.type === "withdraw") carrier.withdraw(event.commandId);
    }),
  ];

  return {
    onMessage: (message) => {
      const news = houseNewsIn(message);
      if (news === "left") carrier.houseLeft();
      else if (news === "returned") act(carrier.houseReturned(now()));
      const answer = answerIn(message);
      if (!answer) return;
      act(
        answer.error === undefined
          ? carrier.succeeded(answer.ticket, now())
          : carrier.failed(answer.ticket, answer.error, now()),
      );
    },
    close: () => {
      clearInterval(ticker);
      reporter.close();
      endings.forEach((end) => end());
    },
  };
}
