import { Quarantine } from "@ohmstead/contract";
import { Router } from "express";
import { z } from "zod";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { answers, refuses, type RouteDocs } from "./route-docs.ts";

const QuarantineQuery = z.strictObject({
  subject: z.string().min(1).max(200).optional().describe("for example prices/octopus-agile; default: all"),
  perSubject: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe("at most so many of each subject; default: no such limit"),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

export const quarantineRoutes = (appliance: Pick<Appliance, "quarantine">) =>
  Router().get("/api/v1/quarantine", (req, res) => {
    res.json(appliance.quarantine(parseInput(QuarantineQuery, req.query, "the query")));
  });

export const quarantineDocs: RouteDocs = {
  "/api/v1/quarantine": {
    get: {
      summary: "Prices and readings that came and were not believed, and why; newest first",
      requestParams: { query: QuarantineQuery },
      responses: { 200: answers("What is kept.", Quarantine), 422: refuses("The query cannot be used.") },
    },
  },
};
