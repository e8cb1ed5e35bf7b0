import { PlanRung } from "@ohmstead/contract";
import { Router } from "express";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { Appliance, Counters } from "../../cycles/appliance.ts";
import type { RouteDocs } from "./route-docs.ts";

/** What the HTTP face counts itself. */
export interface FaceCounters {
  readonly authFailures: () => number;
  readonly listenersDropped: () => number;
}

const COMMAND_COUNTERS = {
  commands_sent_total: { event: "sent", help: "Commands the carrier has begun to carry out" },
  commands_success_total: { event: "verified", help: "Commands whose effect was seen in the readings" },
  commands_failure_total: { event: "failed", help: "Commands given up after all attempts" },
  command_retry_total: { event: "retried", help: "Further attempts of commands" },
} as const;

/** Counts are kept by the appliance; at each reading the registry is set to them. */
function createMetrics(appliance: Pick<Appliance, "counters">, face: FaceCounters) {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const plans = new Counter({ name: "plans_total", help: "Plans made", labelNames: ["rung"], registers });
  const runtime = new Gauge({ name: "optimization_runtime_seconds", help: "Time of the last solve", registers });
  const listeners = new Gauge({ name: "event_listeners", help: "Listeners to events now", registers });
  const commands = Object.entries(COMMAND_COUNTERS).map(([name, { event, help }]) => ({
    metric: counter(name, help),
    event,
  }));
  const counts: readonly (readonly [Counter, (counters: Counters) => number])[] = [
    ...commands.map(({ metric, event }) => [metric, (now: Counters) => now.commands[event] ?? 0] as const),
    [counter("telemetry_accepted_total", "Readings taken"), (now) => now.readingsAccepted],
    [counter("telemetry_rejected_total", "Readings refused"), (now) => now.readingsRejected],
    [counter("auth_failures_total", "Requests without a valid token"), () => face.authFailures()],
    [counter("event_listeners_dropped_total", "Listeners cut off for not reading"), () => face.listenersDropped()],
  ];

  return {
    /** Figures of the process and of Node. */
    start: () => collectDefaultMetrics({ register: registry }),
    contentType: registry.contentType,
    text: (): Promise<string> => {
      const now = appliance.counters();
      for (const [metric, count] of counts) {
        metric.reset();
        metric.inc(count(now));
      }
      plans.reset();
      const byRung = { ...Object.fromEntries(PlanRung.options.map((rung) => [rung, 0])), ...now.plansMade };
      for (const [rung, made] of Object.entries(byRung)) plans.inc({ rung }, made);
      runtime.set(now.lastSolveMs / 1000);
      listeners.set(now.listeners);
      return registry.metrics();
    },
  };
}

export function metricsRoutes(appliance: Pick<Appliance, "counters">, face: FaceCounters) {
  const metrics = createMetrics(appliance, face);
  return {
    start: metrics.start,
    routes: Router().get("/metrics", async (_req, res) => {
      res.setHeader("Content-Type", metrics.contentType).end(await metrics.text());
    }),
  };
}

export const metricsDocs: RouteDocs = {
  "/metrics": {
    get: {
      summary: "Figures for Prometheus",
      responses: { 200: { description: "In Prometheus' text format.", content: { "text/plain": {} } } },
    },
  },
};
