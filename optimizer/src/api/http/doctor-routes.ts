/* oxlint-disable oxc/no-async-endpoint-handlers -- express 5 hands a rejected promise to the error handler */
import { DoctorReport } from "@ohmstead/contract";
import { Router } from "express";
import type { Appliance } from "../../cycles/appliance.ts";
import { answers, type RouteDocs } from "./route-docs.ts";

export const doctorRoutes = (appliance: Pick<Appliance, "examine">) =>
  Router().get("/api/v1/doctor", async (_req, res) => {
    res.json(await appliance.examine());
  });

export const doctorDocs: RouteDocs = {
  "/api/v1/doctor": {
    get: {
      summary: "Look at every source and entity of the config now, and say which setting to change",
      responses: { 200: answers("What was examined, the sources first.", DoctorReport) },
    },
  },
};
