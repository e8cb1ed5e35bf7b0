/* oxlint-disable oxc/no-async-endpoint-handlers -- express 5 hands a rejected promise to the error handler */
import { NewOverride, Override } from "@ohmstead/contract";
import { Router } from "express";
import { z } from "zod";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { jsonBody, SMALL_BODY } from "./json-body.ts";
import { answers, refuses, type RouteDocs, takes } from "./route-docs.ts";

export const overrideRoutes = (appliance: Pick<Appliance, "overrides" | "addOverride" | "endOverride">) =>
  Router()
    .get("/api/v1/overrides", (_req, res) => {
      res.json(appliance.overrides());
    })
    .post("/api/v1/overrides", jsonBody(SMALL_BODY), async (req, res) => {
      res.status(201).json(await appliance.addOverride(parseInput(NewOverride, req.body, "the override")));
    })
    .delete("/api/v1/overrides/:id", async (req, res) => {
      await appliance.endOverride(req.params.id);
      res.status(204).end();
    });

export const overrideDocs: RouteDocs = {
  "/api/v1/overrides": {
    get: {
      summary: "What people have asked for and still holds",
      responses: { 200: answers("The overrides.", z.array(Override)) },
    },
    post: {
      summary: "Ask for something until its time is over; answers when a plan respects it",
      requestBody: takes(NewOverride),
      responses: { 201: answers("The override.", Override) },
    },
  },
  "/api/v1/overrides/{id}": {
    delete: {
      summary: "End an override now; answers when a plan without it is made",
      requestParams: { path: z.object({ id: z.string() }) },
      responses: { 204: { description: "Ended." }, 404: refuses("There is no such override.") },
    },
  },
};
