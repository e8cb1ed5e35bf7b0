import { Override } from "@ohmstead/contract";
import type { Node, NodeAPI } from "node-red";
import type { Service } from "../ohmstead-service/service.ts";
import { shortReason } from "../problem-text.ts";
import { registerServiceUser, type ServiceUser, type ServiceUserConfig, showLink } from "../service-node.ts";
import { type OverrideNews, textOf, type Wish, wishIn } from "./logic.ts";
import { migrations } from "./migrations.ts";

const Overrides = Override.array();
/** The list is read again with a plan, for it may have ended or come from elsewhere; not more often than a person looks. */
const FASTEST_LIST_MS = 1000;

export default (RED: NodeAPI): void =>
  registerServiceUser<ServiceUserConfig>(RED, "ohmstead-override", migrations, keepOverrides);

function keepOverrides(node: Node, _config: ServiceUserConfig, service: Service): ServiceUser {
  let active: readonly Override[] = [];
  let lastListMs = 0;

  const say = (news: OverrideNews) => {
    node.status({ fill: news.active.length > 0 ? "yellow" : "green", shape: "dot", text: `${news.active.length} active` });
    return { topic: "overrides", payload: news };
  };
  const list = async () => {
    lastListMs = Date.now();
    active = Overrides.parse(await service.request("GET", "/api/v1/overrides"));
    return active;
  };
  const obey = async (wish: Exclude<Wish, { kind: "list" }>) => {
    if (wish.kind === "new") await service.request("POST", "/api/v1/overrides", wish.body);
    else await service.request("DELETE", `/api/v1/overrides/${encodeURIComponent(wish.id)}`);
  };
  const listQuietly = () =>
    list().then(
      (found) => node.send(say({ active: found })),
      (error: unknown) => node.status({ fill: "red", shape: "ring", text: shortReason(error) }),
    );

  const endings = [
    showLink(node, service),
    service.onEvent((event) => {
      if (event.type === "hello" || (event.type === "plan" && Date.now() - lastListMs >= FASTEST_LIST_MS)) void listQuietly();
    }),
  ];

  return {
    onMessage: async (message, send) => {
      const wish = wishIn(message.payload);
      if (wish.kind === "list") {
        send({ ...message, ...say({ active: await list() }) });
        return;
      }
      try {
        await obey(wish);
        send({ ...message, ...say({ active: await list(), result: { ok: true, text: textOf(wish) } }) });
      } catch (error) {
        send({ ...message, ...say({ active, result: { ok: false, text: shortReason(error) } }) });
        throw error;
      }
    },
    close: () => endings.forEach((end) => end()),
  };
}
