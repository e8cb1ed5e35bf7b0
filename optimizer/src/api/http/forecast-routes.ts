/* oxlint-disable oxc/no-async-endpoint-handlers -- express 5 hands a rejected promise to the error handler */
import { ForecastsUpdate } from "@ohmstead/contract";
import { Router } from "express";
import { z } from "zod";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { jsonBody } from "./json-body.ts";
import { answers, type RouteDocs, takes } from "./route-docs.ts";

const Stored = z.strictObject({ stored: z.int().min(0) });

export const forecastRoutes = (appliance: Pick<Appliance, "updateForecast">) =>
  Router().post("/api/v1/forecasts/update", jsonBody("512kb"), async (req, res) => {
    res.json(await appliance.updateForecast(parseInput(ForecastsUpdate, req.body, "the forecast")));
  });

export const forecastDocs: RouteDocs = {
  "/api/v1/forecasts/update": {
    post: {
      summary: "Hand in a forecast of the sun or of the outdoor temperature; answers when a plan on it is made",
      requestBody: takes(ForecastsUpdate),
      responses: { 200: answers("Stored.", Stored) },
    },
  },
};
