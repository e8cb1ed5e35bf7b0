import { Health } from "@ohmstead/contract";
import { Router } from "express";
import { z } from "zod";
import type { Appliance } from "../../cycles/appliance.ts";
import { answers, type RouteDocs } from "./route-docs.ts";

const Live = z.strictObject({ status: z.literal("ok") });

/** The only address that needs no token: it says that the process answers, and nothing else. */
export const liveRoutes = () =>
  Router().get("/health/live", (_req, res) => {
    res.json({ status: "ok" });
  });

export const readyRoutes = (appliance: Pick<Appliance, "health">) =>
  Router().get("/health/ready", (_req, res) => {
    const health = appliance.health();
    res.status(health.status === "failing" ? 503 : 200).json(health);
  });

export const healthDocs: RouteDocs = {
  "/health/live": {
    get: {
      summary: "Does the process answer? Needs no token.",
      security: [],
      responses: { 200: answers("It does.", Live) },
    },
  },
  "/health/ready": {
    get: {
      summary: "How the appliance is, check by check",
      responses: { 200: answers("Well, or with warnings.", Health), 503: answers("At least one check fails.", Health) },
    },
  },
};
