import { Recommendation } from "@ohmstead/contract";
import { Router } from "express";
import type { Appliance } from "../../cycles/appliance.ts";
import { notReady } from "./problems.ts";
import { answers, refuses, type RouteDocs } from "./route-docs.ts";

/** Asked for often and by many, so it is made into text once for each recommendation, not for each request. */
export function recommendationRoutes(appliance: Pick<Appliance, "recommendation">): Router {
  const texts = new WeakMap<Recommendation, Buffer>();
  const textOf = (recommendation: Recommendation): Buffer => {
    const known = texts.get(recommendation);
    if (known) return known;
    const text = Buffer.from(JSON.stringify(recommendation));
    texts.set(recommendation, text);
    return text;
  };
  return Router().get("/api/v1/recommendation/now", (_req, res) => {
    const recommendation = appliance.recommendation();
    if (!recommendation) throw notReady("recommendation");
    res.setHeader("Content-Type", "application/json; charset=utf-8").end(textOf(recommendation));
  });
}

export const recommendationDocs: RouteDocs = {
  "/api/v1/recommendation/now": {
    get: {
      summary: "What each device should do now, and why",
      responses: {
        200: answers("From the plan that holds now.", Recommendation),
        503: refuses("No plan has been made yet; Retry-After says when to ask again."),
      },
    },
  },
};
