/* oxlint-disable oxc/no-async-endpoint-handlers -- express 5 hands a rejected promise to the error handler */
import { PricesStored, PricesUpdate } from "@ohmstead/contract";
import { Router } from "express";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { jsonBody } from "./json-body.ts";
import { answers, type RouteDocs, takes } from "./route-docs.ts";

export const priceRoutes = (appliance: Pick<Appliance, "updatePrices">) =>
  Router().post("/api/v1/prices/update", jsonBody("512kb"), async (req, res) => {
    res.json(await appliance.updatePrices(parseInput(PricesUpdate, req.body, "the price update")));
  });

export const priceDocs: RouteDocs = {
  "/api/v1/prices/update": {
    post: {
      summary: "Hand in final prices; answers when a plan on them is made",
      requestBody: takes(PricesUpdate),
      responses: { 200: answers("Stored.", PricesStored) },
    },
  },
};
