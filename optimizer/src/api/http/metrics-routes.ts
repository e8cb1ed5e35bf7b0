import { Router } from "express";
import type { Appliance } from "../../cycles/appliance.ts";
import type { createMetrics, FaceCounters } from "./metrics.ts";
import type { RouteDocs } from "./route-docs.ts";

export function metricsRoutes(appliance: Pick<Appliance, "counters">, face: FaceCounters): Router {
  let metrics: Promise<ReturnType<typeof createMetrics>> | undefined;
  // A house of which nobody wants figures does not carry what keeps them.
  const load = async () => (await import("./metrics.ts")).createMetrics(appliance, face);
  return Router().get("/metrics", async (_req, res) => {
    metrics ??= load();
    const { contentType, text } = await metrics;
    res.setHeader("Content-Type", contentType).end(await text());
  });
}

export const metricsDocs: RouteDocs = {
  "/metrics": {
    get: {
      summary: "Figures for Prometheus",
      responses: { 200: { description: "In Prometheus' text format.", content: { "text/plain": {} } } },
    },
  },
};
