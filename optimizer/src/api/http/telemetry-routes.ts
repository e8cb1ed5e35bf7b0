import { TelemetryAnswer, TelemetryBatch } from "@ohmstead/contract";
import { Router } from "express";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { jsonBody, LARGE_BODY } from "./json-body.ts";
import { answers, type RouteDocs, takes } from "./route-docs.ts";

export const telemetryRoutes = (appliance: Pick<Appliance, "takeTelemetry">) =>
  Router().post("/api/v1/telemetry", jsonBody(LARGE_BODY), (req, res) => {
    res.json(appliance.takeTelemetry(parseInput(TelemetryBatch, req.body, "the readings")));
  });

export const telemetryDocs: RouteDocs = {
  "/api/v1/telemetry": {
    post: {
      summary: "Hand in readings; each is judged by itself",
      requestBody: takes(TelemetryBatch),
      responses: { 200: answers("What was taken, and what was not and why.", TelemetryAnswer) },
    },
  },
};
