/* oxlint-disable oxc/no-async-endpoint-handlers -- express 5 hands a rejected promise to the error handler */
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

/** What a person may do with a dead letter. */
const SETTLED = { replay: "replayed", discard: "discarded" } as const;
const SafeStateWish = z.strictObject({
  cause: z.string().min(1).max(200).default("asked for over the API").describe("for the audit trail"),
  withinMs: z.int().min(0).max(60_000).default(10_000).describe("real time after which it answers in any case"),
});
const SafeStateAnswer = z.strictObject({
  isReached: z.boolean().describe("every command to the safe state was proved, or came to its end"),
});

export const commandRoutes = (
  appliance: Pick<Appliance, "commands" | "command" | "commandEvents" | "reportCommand" | "settleCommand" | "goSafe">,
) =>
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
    .post("/api/v1/commands/:id/replay", jsonBody(SMALL_BODY), (req, res) => {
      res.json(appliance.settleCommand(String(req.params["id"]), SETTLED.replay));
    })
    .post("/api/v1/commands/:id/discard", jsonBody(SMALL_BODY), (req, res) => {
      res.json(appliance.settleCommand(String(req.params["id"]), SETTLED.discard));
    })
    .post("/api/v1/safe-state", jsonBody(SMALL_BODY), async (req, res) => {
      const { cause, withinMs } = parseInput(SafeStateWish, req.body ?? {}, "the wish");
      res.json({ isReached: await appliance.goSafe(cause, withinMs) });
    })
    .post("/api/v1/commands/:id/events", jsonBody(SMALL_BODY), (req, res) => {
      const report = parseInput(CommandReport, req.body, "the report");
      res.json(appliance.reportCommand(String(req.params["id"]), report));
    });

const requestParams = { path: CommandId };
const notDead = refuses("It is no open dead letter.");
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
  "/api/v1/commands/{id}/replay": {
    post: {
      summary: "Have a dead letter tried once more, if it is still wanted; its device's breaker lets a trial through",
      requestParams,
      responses: { 200: answers("The command as it is now.", Command), 404: noSuchCommand, 422: notDead },
    },
  },
  "/api/v1/commands/{id}/discard": {
    post: {
      summary: "See off a dead letter: it is dealt with",
      requestParams,
      responses: { 200: answers("The command as it is now.", Command), 404: noSuchCommand, 422: notDead },
    },
  },
  "/api/v1/safe-state": {
    post: {
      summary:
        "Before Ohmstead is stopped for good: every device is brought to its safe state, and no plan is followed any more",
      requestBody: takes(SafeStateWish),
      responses: { 200: answers("When it is reached, or the time is over.", SafeStateAnswer) },
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
