import { AuditEntry, Health, Plan, Quarantine, Savings, Timeline } from "@ohmstead/contract";
import type { Node, NodeAPI } from "node-red";
import { atMostEvery } from "../at-most-every.ts";
import type { Service } from "../ohmstead-service/service.ts";
import { shortReason } from "../problem-text.ts";
import { registerServiceUser, type ServiceUser, type ServiceUserConfig, showLink } from "../service-node.ts";
import { healthWithoutService, latestOf, statusOfPlan } from "./logic.ts";
import { migrations } from "./migrations.ts";

interface PlanConfig extends ServiceUserConfig {
  /** Real seconds after which all is said again, for those who came later; 0 for never. */
  readonly repeatSeconds: number;
}

/** The demo's clock makes a plan every half second; nobody reads so fast. */
const FASTEST_MS = 1000;
/** Of each source and signal. */
const NEWEST_REFUSED = "/api/v1/quarantine?perSubject=1&limit=50";

export default (RED: NodeAPI): void => registerServiceUser<PlanConfig>(RED, "ohmstead-plan", migrations, publishPlans);

function publishPlans(node: Node, config: PlanConfig, service: Service): ServiceUser {
  const reading = atMostEvery(FASTEST_MS, async () => {
    const [plan, timeline, savings, health, audit, quarantine] = await Promise.allSettled([
      service.request("GET", "/api/v1/plan").then((answer) => Plan.parse(answer)),
      service.request("GET", "/api/v1/timeline").then((answer) => Timeline.parse(answer)),
      service.request("GET", "/api/v1/savings").then((answer) => Savings.parse(answer)),
      service.readHealth().then((answer) => Health.parse(answer)),
      service.request("GET", "/api/v1/audit").then((answer) => latestOf(AuditEntry.array().parse(answer))),
      service.request("GET", NEWEST_REFUSED).then((answer) => Quarantine.parse(answer)),
    ]);
    node.send([
      plan.status === "fulfilled" ? { topic: "plan", payload: plan.value } : null,
      timeline.status === "fulfilled" ? { topic: "timeline", payload: timeline.value } : null,
      savings.status === "fulfilled" ? { topic: "savings", payload: savings.value } : null,
      {
        topic: "health",
        payload: health.status === "fulfilled" ? health.value : healthWithoutService(service.link(), service.nowMs()),
      },
      audit.status === "fulfilled" ? { topic: "audit", payload: audit.value } : null,
      quarantine.status === "fulfilled" ? { topic: "quarantine", payload: quarantine.value } : null,
    ]);
    if (plan.status === "fulfilled") node.status(statusOfPlan(plan.value));
    else node.status({ fill: "yellow", shape: "ring", text: shortReason(plan.reason) });
  });

  const repeater = config.repeatSeconds > 0 ? setInterval(reading.want, config.repeatSeconds * 1000) : undefined;
  const endings = [
    showLink(node, service),
    service.onEvent((event) => {
      if (event.type === "plan") reading.want();
    }),
    service.onLink((state) => {
      if (state.kind === "connected") reading.want();
      else node.send([null, null, null, { topic: "health", payload: healthWithoutService(state, service.nowMs()) }]);
    }),
  ];
  reading.want();

  return {
    onMessage: reading.want,
    close: () => {
      reading.close();
      clearInterval(repeater);
      endings.forEach((end) => end());
    },
  };
}
