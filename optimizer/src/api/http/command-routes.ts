import { Command, CommandEvent, CommandReport } from "@ohmstead/contract";
import { Router } from "express";
import { z } from "zod";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { jsonBody, SMALL_BODY } from "./json-body.ts";
import { answers, refuses, type RouteDocs, takes } from "./route-docs.ts";

const CommandQuery = z.strictObject({
  open: z.enum(["true", "false"]).default("false").describe("true: only commands that have not come to an end"),
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
});
const CommandId = z.object({ id: z.string() });

export const commandRoutes = (appliance: Pick<Appliance, "commands" | "command" | "commandEvents" | "reportCommand">) =>
  Router()
    .get("/api/v1/commands", (req, res) => {
      const { open, limit } = parseInput(CommandQuery, { ...req.query }, "the query");
      res.json(appliance.commands({ openOnly: open === "true", limit }));
    })
    .get("/api/v1/commands/:id", (req, res) => {
      res.json(appliance.command(req.params.id));
    })
    .get("/api/v1/commands/:id/events", (req, res) => {
      res.json(appliance.commandEvents(req.params.id));
    })
    .post("/api/v1/commands/:id/events", jsonBody(SMALL_BODY), (req, res) => {
      const report = parseInput(CommandReport, req.body, "the report");
      res.json(appliance.reportCommand(String(req.params["id"]), report));
    });

const requestParams = { path: CommandId };
const noSuchCommand = refuses("There is no such command.");

export const commandDocs: RouteDocs = {
  "/api/v1/commands": {
    get: {
      summary: "Commands to the devices, newest first",
      requestParams: { query: CommandQuery },
      responses: { 200: answers("The commands.", z.array(Command)), 422: refuses("The query cannot be used.") },
    },
  },
  "/api/v1/commands/{id}": {
    get: {
      summary: "One command as it is now",
      requestParams,
      responses: { 200: answers("The command.", Command), 404: noSuchCommand },
    },
  },
  "/api/v1/commands/{id}/events": {
    get: {
      summary: "What happened to a command, oldest first",
      requestParams,
      responses: { 200: answers("The events.", z.array(CommandEvent)), 404: noSuchCommand },
    },
    post: {
      summary: "Report what became of a command; the same report twice counts once",
      requestParams,
      requestBody: takes(CommandReport),
      responses: { 200: answers("The command as it is now.", Command), 404: noSuchCommand },
    },
  },
};
