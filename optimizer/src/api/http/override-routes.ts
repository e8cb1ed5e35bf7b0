/* oxlint-disable oxc/no-async-endpoint-handlers -- express 5 hands a rejected promise to the error handler */
import { NewOverride, Override, OverrideChoice } from "@ohmstead/contract";
import { Router } from "express";
import { z } from "zod";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { jsonBody, SMALL_BODY } from "./json-body.ts";
import { answers, refuses, type RouteDocs, takes } from "./route-docs.ts";

const EndQuery = z.strictObject({
  by: z.string().min(1).max(100).optional().describe("which face it came through; default api"),
});

export const overrideRoutes = (
  appliance: Pick<Appliance, "overrides" | "overrideChoices" | "addOverride" | "endOverride">,
) =>
  Router()
    .get("/api/v1/overrides", (_req, res) => {
      res.json(appliance.overrides());
    })
    .get("/api/v1/overrides/choices", (_req, res) => {
      res.json(appliance.overrideChoices());
    })
    .post("/api/v1/overrides", jsonBody(SMALL_BODY), async (req, res) => {
      res.status(201).json(await appliance.addOverride(parseInput(NewOverride, req.body, "the override")));
    })
    .delete("/api/v1/overrides/:id", async (req, res) => {
      const { by } = parseInput(EndQuery, req.query, "the request to end the override");
      await appliance.endOverride(req.params.id, by);
      res.status(204).end();
    });

export const overrideDocs: RouteDocs = {
  "/api/v1/overrides": {
    get: {
      summary: "What people have asked for and still holds, and what it costs by the plan in force",
      responses: { 200: answers("The overrides.", z.array(Override)) },
    },
    post: {
      summary: "Ask for something until its time is over; answers when a plan respects it",
      requestBody: takes(NewOverride),
      responses: { 201: answers("The override.", Override) },
    },
  },
  "/api/v1/overrides/choices": {
    get: {
      summary: "What can be asked for in this house, of which device, and for how long when nothing is said",
      responses: { 200: answers("The choices.", z.array(OverrideChoice)) },
    },
  },
  "/api/v1/overrides/{id}": {
    delete: {
      summary: "End an override now; answers when a plan without it is made",
      requestParams: { path: z.object({ id: z.string() }), query: EndQuery },
      responses: { 204: { description: "Ended." }, 404: refuses("There is no such override.") },
    },
  },
};
