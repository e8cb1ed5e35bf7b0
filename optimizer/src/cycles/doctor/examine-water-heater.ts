import type { HomeConfig } from "@ohmstead/contract";
import type { Device } from "../../devices/device.ts";
import type { EntityState } from "../../transport/home-assistant-rest.ts";
import { doubtful, type Finding } from "./finding.ts";

const DOMAIN = "water_heater.";
/** No tank of water gets there: what the device makes of it is the hottest that it would ever be told. */
const BOILING_C = 100;

/**
 * Water heaters that may be told more than they take: Home Assistant refuses a set-point above the entity's own `max_temp`. Only what is to be
 * changed; nothing of an entity that does not say what it takes.
 */
export function examineWaterHeaters(
  { tanks, immersionHeaters }: Pick<HomeConfig, "tanks" | "immersionHeaters">,
  devices: ReadonlyMap<string, Device>,
  states: ReadonlyMap<string, EntityState>,
): { readonly entityId: string; readonly finding: Finding }[] {
  return tanks.flatMap((tank, k) => {
    const device = devices.get(tank.id);
    const entityId = device?.sources.find((each) => each.startsWith(DOMAIN))?.split("#", 1)[0];
    const takesC = entityId === undefined ? undefined : states.get(entityId)?.attributes["max_temp"];
    if (!device || entityId === undefined || typeof takesC !== "number") return [];
    const hottest = device.normalise({ kind: "heatTo", tempC: BOILING_C });
    if (hottest.kind !== "heatTo" || hottest.tempC <= takesC) return [];
    // What an immersion heater brings the tank to is not asked of the water heater.
    const isHeatedBesides = immersionHeaters.some(({ tankId }) => tankId === tank.id);
    const lower = tank.maxTempC > takesC ? `, and maxTempC no higher` : "";
    const remedy = isHeatedBesides
      ? `write maxTempC: ${takesC} at tanks[${k}].control`
      : `write hardMaxTempC: ${takesC} at tanks[${k}]${lower}: hotter it cannot get`;
    const finding = doubtful(
      `it takes at most ${takesC} °C (max_temp), and by this config it may be told up to ${hottest.tempC} °C: such an order would be refused`,
      remedy,
    );
    return [{ entityId, finding }];
  });
}
