import { Ingest, MOST_INGESTED, TelemetryAnswer } from "@ohmstead/contract";
import { Router } from "express";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { bodiesUnderWay } from "./bodies-under-way.ts";
import { jsonBody } from "./json-body.ts";
import { HttpProblem } from "./problems.ts";
import { answers, refuses, type RouteDocs, takes } from "./route-docs.ts";

/** Fifty thousand readings take 4 to 8 MB. */
const LARGEST_MB = 8;
/** Parsed and judged they take ten times as much: one such burst at a time. */
const MOST_MB = 8;

export const ingestRoutes = (appliance: Pick<Appliance, "ingest">) =>
  Router().post("/api/v1/ingest", bodiesUnderWay(LARGEST_MB, MOST_MB), jsonBody(`${LARGEST_MB}mb`), (req, res) => {
    const payloads = parseInput(Ingest, req.body, "the payload");
    const count = payloads.reduce((sum, { readings }) => sum + readings.length, 0);
    if (count > MOST_INGESTED)
      throw new HttpProblem(
        413,
        "Too large",
        `These are ${count} readings; send at most ${MOST_INGESTED} at once. Nothing of this request was stored.`,
      );
    res.json(appliance.ingest(payloads));
  });

export const ingestDocs: RouteDocs = {
  "/api/v1/ingest": {
    post: {
      summary: "Hand in what gateways have measured: one payload, or a list of them; all of it is stored, or nothing",
      requestBody: takes(Ingest),
      responses: {
        200: answers("What was taken, and what was not and why.", TelemetryAnswer),
        503: refuses("Too much is being handed in at this moment; Retry-After says when to send it again."),
      },
    },
  },
};
