import type { TelemetryReading } from "@ohmstead/contract";
import type { Signal } from "../../telemetry/signals.ts";
import { holdsMs } from "../../telemetry/signals.ts";
import { judgeReading } from "../../telemetry/judge-reading.ts";
import { doubtful, type Finding, well, wrong } from "./finding.ts";

/** What Home Assistant has of it, as a reading of the config's source; value null where the entity lacks the attribute. */
export interface EntityToExamine {
  readonly signal: Signal;
  readonly reading: TelemetryReading;
  readonly nowMs: number;
  /** Where the config names it: `meters.gridPower`. */
  readonly place: string;
}

const GONE = new Set(["unavailable", "unknown"]);
const MINUTE_MS = 60_000;
const UNIT: Readonly<Record<string, string>> = { power: "kW", energy: "kWh", temperature: "°C", share: "" };

/** One sensor: does it say something now, in a unit that is understood, within what is possible. */
export function examineEntity({ signal, reading, nowMs, place }: EntityToExamine): Finding {
  const { source, value, unit, atMs } = reading;
  const ageMs = Math.max(0, nowMs - atMs);
  const age = spokenAge(ageMs);
  if (value === null && source.includes("#"))
    return wrong(
      `it has no attribute "${source.split("#", 2)[1]}"`,
      `write another attribute at ${place}, or the entity alone`,
    );
  if (typeof value === "string" && GONE.has(value))
    return doubtful(
      `it is ${value} since ${age}`,
      `look at its device in Home Assistant; if it has been replaced, name the new entity at ${place}`,
    );
  const judgement = judgeReading(reading, signal, nowMs);
  if (!judgement.ok)
    return wrong(
      judgement.reason,
      `choose another entity at ${place}${signal.quantity === "power" ? ", or correct the device's rating beside it" : ""}`,
    );
  const text = `${signal.quantity === "share" ? `${Math.round(judgement.value * 100)} %` : signal.quantity === "onOff" ? (judgement.value === 1 ? "on" : "off") : `${Number(judgement.value.toPrecision(4))} ${UNIT[signal.quantity] ?? ""}`.trim()}, ${age} ago`;
  if (ageMs > holdsMs(signal, judgement.value))
    return doubtful(
      text,
      `if it reports so rarely, write { source: ${source}, staleAfterMinutes: ${Math.ceil((1.5 * ageMs) / MINUTE_MS)} } at ${place}; otherwise look at its device`,
    );
  if (!unit && signal.quantity !== "onOff" && !source.includes("#"))
    return doubtful(
      text,
      `it gives no unit, so ${UNIT[signal.quantity] || "a share from 0 to 1"} is assumed: set unit_of_measurement where it is made`,
    );
  return well(text);
}

function spokenAge(ms: number): string {
  const minutes = ms / MINUTE_MS;
  if (minutes < 2) return `${Math.round(ms / 1000)} s`;
  return minutes < 120 ? `${Math.round(minutes)} minutes` : `${Math.round(minutes / 60)} hours`;
}
