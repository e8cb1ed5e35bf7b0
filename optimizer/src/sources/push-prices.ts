import { z } from "zod";
import { defineSource, type PriceSource } from "./source.ts";

/** For a house whose prices are sent in (`POST /api/v1/prices/update`, final prices): there is nothing to fetch. */
export const pushPrices = defineSource("push", z.strictObject({ kind: z.literal("push") }), (): PriceSource => ({
  kind: "push",
  refreshMinutes: 60,
  fetch: async () => [],
}));
