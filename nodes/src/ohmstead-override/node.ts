import { Override, OverrideChoice } from "@ohmstead/contract";
import type { Node, NodeAPI } from "node-red";
import { atMostEvery } from "../at-most-every.ts";
import type { Service } from "../ohmstead-service/service.ts";
import { shortReason } from "../problem-text.ts";
import { registerServiceUser, type ServiceUser, type ServiceUserConfig, showLink } from "../service-node.ts";
import { type OverrideNews, textOf, type Wish, wishIn } from "./logic.ts";
import { migrations } from "./migrations.ts";

const Overrides = Override.array();
const Choices = OverrideChoice.array();
/** The list is read again with a plan, for it may have ended or come from elsewhere; not more often than a person looks. */
const FASTEST_LIST_MS = 1000;
/** How the last wish went stays said for so long, whatever lists come in between. */
const RESULT_STAYS_MS = 10_000;

export default (RED: NodeAPI): void =>
  registerServiceUser<ServiceUserConfig>(RED, "ohmstead-override", migrations, keepOverrides);

function keepOverrides(node: Node, _config: ServiceUserConfig, service: Service): ServiceUser {
  let active: readonly Override[] = [];
  let choices: readonly OverrideChoice[] = [];
  let last: { readonly result: OverrideNews["result"]; readonly atMs: number } | undefined;

  const say = () => {
    node.status({ fill: active.length > 0 ? "yellow" : "green", shape: "dot", text: `${active.length} active` });
    const result = last && Date.now() - last.atMs < RESULT_STAYS_MS ? last.result : undefined;
    const payload: OverrideNews = { active, choices, ...(result ? { result } : {}) };
    return { topic: "overrides", payload };
  };
  const list = async () => {
    // A newer config of the house has other choices.
    if (choices.length === 0) choices = Choices.parse(await service.request("GET", "/api/v1/overrides/choices"));
    active = Overrides.parse(await service.request("GET", "/api/v1/overrides"));
  };
  const obey = async (wish: Exclude<Wish, { kind: "list" }>) => {
    if (wish.kind === "new") await service.request("POST", "/api/v1/overrides", wish.body);
    else
      await service.request(
        "DELETE",
        `/api/v1/overrides/${encodeURIComponent(wish.id)}?by=${encodeURIComponent(wish.by)}`,
      );
  };
  const listing = atMostEvery(FASTEST_LIST_MS, () =>
    list().then(
      () => node.send(say()),
      (error: unknown) => node.status({ fill: "red", shape: "ring", text: shortReason(error) }),
    ),
  );

  const endings = [
    showLink(node, service),
    service.onEvent((event) => {
      if (event.type === "hello") choices = [];
      if (event.type === "hello" || event.type === "plan" || event.type === "overrides") listing.want();
    }),
  ];

  return {
    onMessage: async (message, send) => {
      const wish = wishIn(message.payload);
      if (wish.kind === "list") {
        await list();
        send({ ...message, ...say() });
        return;
      }
      try {
        await obey(wish);
        last = { result: { ok: true, text: textOf(wish) }, atMs: Date.now() };
        await list();
        send({ ...message, ...say() });
      } catch (error) {
        last = { result: { ok: false, text: shortReason(error) }, atMs: Date.now() };
        send({ ...message, ...say() });
        throw error;
      }
    },
    close: () => {
      listing.close();
      endings.forEach((end) => end());
    },
  };
}
