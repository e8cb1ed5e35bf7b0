import type { HealthCheck, HomeConfig, HouseView } from "@ohmstead/contract";
import { closest } from "fastest-levenshtein";
import type { Signal } from "../telemetry/signals.ts";

/**
 * Entities that the config names, that Home Assistant does not have, and that nobody else has sent a reading of. What we would like to
 * see besides, as the watchdog, need not be there.
 */
export function missingEntities(
  view: HouseView,
  config: HomeConfig,
  hasReading: (entityId: string) => boolean,
): readonly string[] {
  return view.missing.filter((entityId) => !hasReading(entityId) && placesOf(entityId, config).length > 0);
}

/** `batteries[0].control.modeEntity`: where a config names an entity. */
export function placesOf(entityId: string, value: unknown, path = ""): string[] {
  if (typeof value === "string") return value.split("#", 1)[0] === entityId ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((each, index) => placesOf(entityId, each, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    // A sensor written short is one written long in here; its writer knows the short place.
    const isSensor = key === "source" && typeof each === "string";
    return placesOf(entityId, each, isSensor ? path : path === "" ? key : `${path}.${key}`);
  });
}

/** Where the config names it as a sensor: the same entity may be commanded elsewhere. */
export function sensorPlaceOf({ id, source }: Pick<Signal, "id" | "source">, config: HomeConfig): string {
  const places = placesOf(source.split("#", 1)[0] ?? source, config);
  return (places.find((each) => each.startsWith("meters.") || each.includes(".sensors.")) ?? id).replace(
    /\.source$/,
    "",
  );
}

/** What is there instead, and where the config names what is not: one sentence per entity. */
export function describeMissing(entityId: string, there: readonly string[], config: HomeConfig): string {
  const domain = entityId.split(".", 1)[0];
  const alike = there.filter((each) => each.startsWith(`${domain}.`));
  const [place] = placesOf(entityId, config);
  const where = place === undefined ? "" : ` (${place})`;
  return alike.length > 0
    ? `${entityId}${where} does not exist in Home Assistant; there is: ${closest(entityId, alike)}.`
    : `${entityId}${where} does not exist in Home Assistant, and it has no ${domain} at all.`;
}

const check = (status: HealthCheck["status"], detail: string): HealthCheck => ({
  name: "homeAssistant",
  status,
  detail,
});

/** How Home Assistant itself is, as Node-RED sees it; each with its remedy. */
export function houseCheck(view: HouseView | undefined, missing: readonly string[]): HealthCheck {
  if (!view) return check("ok", "Node-RED has not told yet.");
  if (view.link === "refused")
    return check(
      "failing",
      "Home Assistant refuses the access token: make a new one there (your profile, Security, Long-lived access tokens; the user must be an administrator), write it to HA_TOKEN in .env, and start Ohmstead again.",
    );
  if (view.link === "away")
    return check(
      "warning",
      `Home Assistant does not answer Node-RED: is it running, and is HA_URL in .env its address?${view.detail === undefined ? "" : ` (${view.detail})`}`,
    );
  if (missing.length > 0) return check("warning", `Correct config/home.yaml: ${missing.join(" ")}`);
  return check("ok", "Connected; every entity of the config exists.");
}
