import { FallbackPack, FallbackReport } from "@ohmstead/contract";
import { Router } from "express";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { jsonBody, LARGE_BODY } from "./json-body.ts";
import { notReady } from "./problems.ts";
import { answers, refuses, type RouteDocs, takes } from "./route-docs.ts";

export const fallbackRoutes = (appliance: Pick<Appliance, "fallbackPack" | "reportFallback">) =>
  Router()
    .get("/api/v1/fallback-pack", (_req, res) => {
      const pack = appliance.fallbackPack();
      if (!pack) throw notReady("fallback pack");
      res.json(pack);
    })
    .post("/api/v1/fallback-reports", jsonBody(LARGE_BODY), (req, res) => {
      appliance.reportFallback(parseInput(FallbackReport, req.body, "the report"));
      res.status(204).end();
    });

export const fallbackDocs: RouteDocs = {
  "/api/v1/fallback-pack": {
    get: {
      summary: "All that Node-RED needs to keep the house while no service answers",
      responses: {
        200: answers("The pack of the plan that holds now.", FallbackPack),
        503: refuses("No plan has been made yet; Retry-After says when to ask again."),
      },
    },
  },
  "/api/v1/fallback-reports": {
    post: {
      summary: "Tell what fallback did while the service was away",
      requestBody: takes(FallbackReport),
      responses: { 204: { description: "Noted." } },
    },
  },
};
