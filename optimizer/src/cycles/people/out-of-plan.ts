import type { HomeConfig, Override } from "@ohmstead/contract";
import { DateTime } from "luxon";

export interface OutInputs {
  readonly config: HomeConfig;
  readonly overrides: readonly Override[];
  /** Devices that cannot be reached, and why. */
  readonly excluded?: ReadonlyMap<string, string> | undefined;
  readonly nowMs: number;
}

interface Heater {
  readonly id: string;
  readonly zoneIds: readonly string[];
  readonly tankId?: string | undefined;
}

const heatedBy = ({ zoneIds, tankId }: Heater): readonly string[] => [
  ...zoneIds,
  ...(tankId === undefined ? [] : [tankId]),
];

/** Devices that the plan does without and nobody is to command, with the reason in words that follow "is left alone:". */
export function outOfPlan({ config, overrides, excluded, nowMs }: OutInputs): ReadonlyMap<string, string> {
  const out = new Map<string, string>(excluded ?? []);
  for (const override of overrides)
    if (override.deviceId !== undefined && override.untilMs > nowMs) {
      const reason = reasonOf(override, config.timeZone);
      if (reason) out.set(override.deviceId, reason);
    }
  const heaters: readonly Heater[] = [...config.heatPumps, ...config.boilers];
  for (let before = -1; before !== out.size;) {
    before = out.size;
    addDependents(config, heaters, out);
  }
  return out;
}

function reasonOf({ kind, origin, createdAtMs, untilMs }: Override, timeZone: string): string | undefined {
  const moment = (ms: number) => DateTime.fromMillis(ms, { zone: timeZone }).toFormat("ccc HH:mm", { locale: "en" });
  if (kind === "manual")
    return origin === "detected"
      ? `changed by hand at ${moment(createdAtMs)}, respected until ${moment(untilMs)}`
      : `driven by hand until ${moment(untilMs)}`;
  if (kind !== "deviceOff") return undefined;
  const day = DateTime.fromMillis(untilMs, { zone: timeZone }).toFormat("d LLL, HH:mm", { locale: "en" });
  return `taken out of service until ${day}`;
}

/** What hangs on a device that is out: a tank's immersion heaters, what only one heater heats, a heater with nothing left to heat. */
function addDependents(config: HomeConfig, heaters: readonly Heater[], out: Map<string, string>): void {
  const isOut = (id: string) => out.has(id);
  for (const { id, tankId } of config.immersionHeaters)
    if (isOut(tankId) && !isOut(id)) out.set(id, `${tankId} is out`);
  for (const heater of heaters)
    if (!isOut(heater.id) && heatedBy(heater).length > 0 && heatedBy(heater).every(isOut))
      out.set(heater.id, "nothing that it heats is planned");
  for (const { id } of [...config.zones, ...config.tanks]) {
    const sources = [
      ...heaters.filter((each) => heatedBy(each).includes(id)).map((each) => each.id),
      ...config.immersionHeaters.filter(({ tankId }) => tankId === id).map((each) => each.id),
    ];
    if (!isOut(id) && sources.length > 0 && sources.every(isOut))
      out.set(id, `${sources.join(", ")}, which heats it, is out`);
  }
}
