import { DateTime } from "luxon";
import { z } from "zod";
import { SourceError } from "../domain/errors.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { checkedSlots } from "./checked-slots.ts";
import { ENTITY, homeAssistantApi } from "./home-assistant-api.ts";
import { LIST_STEP_MINUTES, PriceState, pricesIn } from "./price-lists.ts";
import { defineSource, type Unnamed } from "./source.ts";

const HomeAssistantPrices = z.strictObject({
  kind: z.literal("home-assistant"),
  entity: ENTITY.describe(
    "whose attributes hold the prices of today and tomorrow: of the HACS integrations for Nord Pool, ENTSO-e, EPEX Spot, Energi Data Service and others. Those that Home Assistant itself has for Nord Pool and Tibber hold none, and Octopus Energy's hold one day each: take kind nord-pool, tibber, octopus-agile",
  ),
  unit: z
    .string()
    .optional()
    .describe("of the prices, for example EUR/kWh or ct/kWh; only where the entity does not say, or says it wrongly"),
});

const SOURCE = "home-assistant";

/** Prices in the attributes of an entity of Home Assistant, as integrations for Nord Pool, ENTSO-E, EPEX, Octopus and others write them. */
export const homeAssistantPrices = defineSource(
  SOURCE,
  {
    title: "A price entity of Home Assistant",
    region: "everywhere",
    step: "15, 30 or 60 min, as the entity's",
    credentials: "HA_URL and HA_TOKEN",
    rateLimit: "your own Home Assistant; asked every 15 min",
    test: "home-assistant-prices.test.ts",
    answers: "a recorded state of Nord Pool's; the others written true to the format",
    checkedAgainst:
      "custom-components/nordpool, JaccoR/hass-entso-e, mampfes/ha_epex_spot, MTrab/energidataservice, BottlecapDave/HomeAssistant-OctopusEnergy",
  },
  HomeAssistantPrices,
  (config, deps): Unnamed<readonly SpotSlot[]> => ({
    refreshMinutes: 15,
    fetch: async (nowMs, signal) => {
      const api = homeAssistantApi(SOURCE, deps);
      const state = await api.ask(`/api/states/${config.entity}`, PriceState, signal);
      if (state.state === "unavailable")
        throw new SourceError(SOURCE, `${config.entity} is unavailable in Home Assistant`, { trouble: "unreachable" });
      const { currency, timeZone = "UTC" } = deps;
      const house = {
        source: SOURCE,
        currency,
        unit: config.unit,
        now: DateTime.fromMillis(nowMs, { zone: timeZone }),
      };
      const border = { source: SOURCE, perKwh: 1, nowMs, stepMinutes: LIST_STEP_MINUTES };
      return checkedSlots(pricesIn(state, house), border);
    },
  }),
);
