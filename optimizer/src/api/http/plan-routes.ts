/* oxlint-disable oxc/no-async-endpoint-handlers -- express 5 hands a rejected promise to the error handler */
import { Plan } from "@ohmstead/contract";
import { Router } from "express";
import { z } from "zod";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { jsonBody, SMALL_BODY } from "./json-body.ts";
import { notReady } from "./problems.ts";
import { answers, refuses, type RouteDocs, takes } from "./route-docs.ts";

const RenewPlan = z.strictObject({
  reason: z.string().min(1).max(200).default("asked for over the API").describe("kept in the log"),
});

export const planRoutes = (appliance: Pick<Appliance, "plan" | "replan">) =>
  Router()
    .get("/api/v1/plan", (_req, res) => {
      const plan = appliance.plan();
      if (!plan) throw notReady("plan");
      res.json(plan);
    })
    .post("/api/v1/plan", jsonBody(SMALL_BODY), async (req, res) => {
      const { reason } = parseInput(RenewPlan, req.body ?? {}, "the request for a plan");
      res.json(await appliance.replan(reason));
    });

export const planDocs: RouteDocs = {
  "/api/v1/plan": {
    get: {
      summary: "The plan that holds now",
      responses: {
        200: answers("The plan.", Plan),
        503: refuses("No plan has been made yet; Retry-After says when to ask again."),
      },
    },
    post: {
      summary: "Plan now, and answer with the new plan",
      requestBody: takes(RenewPlan, false),
      responses: {
        200: answers("The new plan.", Plan),
        503: refuses("Nothing can be planned now; the detail says why."),
      },
    },
  },
};
