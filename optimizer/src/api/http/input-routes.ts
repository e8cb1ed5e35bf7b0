import { InputsReport } from "@ohmstead/contract";
import { Router } from "express";
import { z } from "zod";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { answers, refuses, type RouteDocs } from "./route-docs.ts";

const Period = z.strictObject({
  from: z.string().optional().describe("a local day or an ISO 8601 time; default the day before until"),
  until: z.string().optional().describe("default now"),
});

/** What plans rested on. */
export const inputRoutes = (appliance: Pick<Appliance, "inputsReport">) =>
  Router().get("/api/v1/inputs/report", (req, res) => {
    res.json(appliance.inputsReport(parseInput(Period, { ...req.query }, "the query")));
  });

export const inputDocs: RouteDocs = {
  "/api/v1/inputs/report": {
    get: {
      summary:
        "What the prices and forecasts of a period rested on, quarter-hour by quarter-hour as stretches, counts and shares",
      requestParams: { query: Period },
      responses: { 200: answers("The report.", InputsReport), 422: refuses("The period cannot be used.") },
    },
  },
};
