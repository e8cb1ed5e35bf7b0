/* oxlint-disable oxc/no-async-endpoint-handlers -- express 5 hands a rejected promise to the error handler */
import { HouseholdProblem, Plan } from "@ohmstead/contract";
import { Router } from "express";
import { z } from "zod";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { jsonBody, LARGE_BODY } from "./json-body.ts";
import { answers, refuses, type RouteDocs, takes } from "./route-docs.ts";

const SolveQuery = z.strictObject({
  exact: z
    .enum(["true", "false"])
    .default("false")
    .describe("true: decide every switch as well, and prove how far the plan may be from the best"),
  timeLimitS: z.coerce.number().positive().max(600).default(60).describe("how long an exact plan may take"),
  gap: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(0.001)
    .describe("an exact plan may cost this much more than the best, share of it"),
});

export const solveRoutes = (appliance: Pick<Appliance, "solve">) =>
  Router().post("/api/v1/solve", jsonBody(LARGE_BODY), async (req, res) => {
    const { exact, timeLimitS, gap } = parseInput(SolveQuery, { ...req.query }, "the query");
    const problem = parseInput(HouseholdProblem, req.body, "the problem");
    res.json(
      await appliance.solve(problem, exact === "true" ? { exact: { timeLimitMs: timeLimitS * 1000, gap } } : {}),
    );
  });

export const solveDocs: RouteDocs = {
  "/api/v1/solve": {
    post: {
      summary: "Plan for any household: nothing of this house is read or changed",
      requestParams: { query: SolveQuery },
      requestBody: takes(HouseholdProblem),
      responses: { 200: answers("The plan.", Plan), 503: refuses("No engine gave a plan that can be trusted.") },
    },
  },
};
