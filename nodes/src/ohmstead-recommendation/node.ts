import { Recommendation } from "@ohmstead/contract";
import type { NodeAPI } from "node-red";
import { registerServiceUser, type ServiceUserConfig, showLink } from "../service-node.ts";
import { messageOf, statusFor } from "./logic.ts";
import { migrations } from "./migrations.ts";

interface RecommendationConfig extends ServiceUserConfig {
  /** Empty for the whole house. */
  readonly deviceId: string;
}

export default (RED: NodeAPI): void =>
  registerServiceUser<RecommendationConfig>(RED, "ohmstead-recommendation", migrations, (node, config, service) => {
    const endings = [
      showLink(node, service),
      service.onEvent((event) => {
        if (event.type !== "recommendation") return;
        node.status(statusFor(event.recommendation, config.deviceId));
        const message = messageOf(event.recommendation, config.deviceId);
        if (message) node.send(message);
      }),
    ];
    return {
      onMessage: async (message, send) => {
        const recommendation = Recommendation.parse(await service.request("GET", "/api/v1/recommendation/now"));
        node.status(statusFor(recommendation, config.deviceId));
        const answer = messageOf(recommendation, config.deviceId);
        if (answer) send({ ...message, ...answer });
      },
      close: () => endings.forEach((end) => end()),
    };
  });
