import { z } from "zod";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { defineSource, type Unnamed } from "./source.ts";

/** For a house whose prices are sent in (`POST /api/v1/prices/update`, final prices): there is nothing to fetch. */
export const pushPrices = defineSource(
  "push",
  {
    title: "Prices sent in",
    region: "everywhere",
    step: "as sent",
    credentials: "the service's own token",
    rateLimit: "none",
    test: "conformance.test.ts",
  },
  z.strictObject({ kind: z.literal("push") }),
  (): Unnamed<readonly SpotSlot[]> => ({
    refreshMinutes: 60,
    fetch: async () => [],
  }),
);
