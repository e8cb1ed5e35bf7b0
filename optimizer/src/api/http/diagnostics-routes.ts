import { Diagnostics } from "@ohmstead/contract";
import { Router } from "express";
import type { Appliance } from "../../cycles/appliance.ts";
import { withoutSecrets } from "../../domain/without-secrets.ts";
import { answers, type RouteDocs } from "./route-docs.ts";

/** A file to be attached to a question: all that the appliance knows of its case, and no secret. */
export const diagnosticsRoutes = (appliance: Pick<Appliance, "diagnostics">, secrets: readonly string[]) =>
  Router().get("/api/v1/diagnostics", (_req, res) => {
    res.attachment("ohmstead-diagnostics.json").json(withoutSecrets(appliance.diagnostics(), secrets));
  });

export const diagnosticsDocs: RouteDocs = {
  "/api/v1/diagnostics": {
    get: {
      summary: "The case as a file: config, problem, plan, newest commands, health; secrets are hidden",
      responses: { 200: answers("The file.", Diagnostics) },
    },
  },
};
