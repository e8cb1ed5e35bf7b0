/* oxlint-disable oxc/no-async-endpoint-handlers -- express 5 hands a rejected promise to the error handler */
import { HouseholdProblem, Plan } from "@ohmstead/contract";
import { Router } from "express";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { jsonBody, LARGE_BODY } from "./json-body.ts";
import { answers, refuses, type RouteDocs, takes } from "./route-docs.ts";

export const solveRoutes = (appliance: Pick<Appliance, "solve">) =>
  Router().post("/api/v1/solve", jsonBody(LARGE_BODY), async (req, res) => {
    res.json(await appliance.solve(parseInput(HouseholdProblem, req.body, "the problem")));
  });

export const solveDocs: RouteDocs = {
  "/api/v1/solve": {
    post: {
      summary: "Plan for any household: nothing of this house is read or changed",
      requestBody: takes(HouseholdProblem),
      responses: { 200: answers("The plan.", Plan), 503: refuses("No engine gave a plan that can be trusted.") },
    },
  },
};
