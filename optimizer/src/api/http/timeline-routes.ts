import { Savings, Timeline } from "@ohmstead/contract";
import { Router } from "express";
import type { Appliance } from "../../cycles/appliance.ts";
import { answers, refuses, type RouteDocs } from "./route-docs.ts";

/** The picture, and the money beside it. */
export const timelineRoutes = (appliance: Pick<Appliance, "timeline" | "savings">) =>
  Router()
    .get("/api/v1/timeline", (_req, res) => {
      res.json(appliance.timeline());
    })
    .get("/api/v1/savings", (_req, res) => {
      res.json(appliance.savings());
    });

export const timelineDocs: RouteDocs = {
  "/api/v1/timeline": {
    get: {
      summary: "All that the picture shows: the past measured, the future planned",
      responses: { 200: answers("The series.", Timeline) },
    },
  },
  "/api/v1/savings": {
    get: {
      summary: "Cost so far, beside that of the same house under its old rules",
      responses: {
        200: answers("The money.", Savings),
        503: refuses("No plan has been made yet; Retry-After says when to ask again."),
      },
    },
  },
};
