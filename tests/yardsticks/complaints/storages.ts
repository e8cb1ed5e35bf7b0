import { type Slot, slotEndMs } from "@ohmstead/contract";
import { withUnknownContent } from "../../../optimizer/src/telemetry/believable-state.ts";
import type { BatteryInput, EvInput, StorageInput } from "./case-file.ts";
import { type Draft, stated, worthLeft } from "./draft.ts";
import { startSoc } from "./start-states.ts";

/** Moments of the case are written to the second. */
const SLACK_MS = 1000;

const overlaps = (slot: Slot, fromMs: number, untilMs: number): boolean =>
  slot.startMs < untilMs - SLACK_MS && slotEndMs(slot) > fromMs + SLACK_MS;

/** The lowest limit of each slot that a span touches; undefined when none does. */
function limitKw({ slots }: Draft, { powerLimits = [] }: StorageInput, highestKw: number): number[] | undefined {
  const spans = powerLimits.map(({ from, until, kw }) => ({
    fromMs: Date.parse(from),
    untilMs: Date.parse(until),
    kw,
  }));
  const kws = slots.map((slot) =>
    spans
      .filter(({ fromMs, untilMs }) => overlaps(slot, fromMs, untilMs))
      .reduce((least, { kw }) => Math.min(least, kw), highestKw),
  );
  return kws.some((kw) => kw < highestKw) ? kws : undefined;
}

/** Only what the case says: our own defaults would be knowledge it does not have. */
function storageOf(draft: Draft, device: StorageInput) {
  const { capacityKwh, maxSoc, maxChargeKw, minChargeKw, minGridChargeKw, storedEnergyPricePerKwh } = device;
  const chargeLimitKw = limitKw(draft, device, maxChargeKw);
  return {
    id: draft.names.ours(device.id),
    capacityKwh,
    minSoc: device.minSoc ?? 0,
    maxChargeKw,
    chargeEfficiency: device.chargeEfficiency ?? 1,
    wearPricePerKwh: device.wearPricePerKwh ?? 0,
    ...(maxSoc === undefined ? {} : { maxSoc }),
    ...(minChargeKw === undefined ? {} : { minChargeKw }),
    ...(minGridChargeKw === undefined ? {} : { minGridChargeKw }),
    ...(chargeLimitKw ? { chargeLimitKw } : {}),
    ...worthLeft(draft, storedEnergyPricePerKwh),
    ...(device.goals ? { goals: device.goals.map(({ soc, at }) => ({ soc, atMs: Date.parse(at) })) } : {}),
  };
}

export function batteryConfig(draft: Draft, device: BatteryInput) {
  const state = startSoc(draft.input, device);
  const dischargeLimitKw = limitKw(draft, device, device.maxDischargeKw);
  const battery = {
    ...storageOf(draft, device),
    soc: stated(draft, "soc", device.id, state, device.minSoc ?? 0),
    maxDischargeKw: device.maxDischargeKw,
    dischargeEfficiency: device.dischargeEfficiency ?? 1,
    ...(device.minDischargeKw === undefined ? {} : { minDischargeKw: device.minDischargeKw }),
    ...(dischargeLimitKw ? { dischargeLimitKw } : {}),
  };
  return state.value === undefined ? withUnknownContent(battery) : battery;
}

export function evConfig(draft: Draft, device: EvInput) {
  const { connectedFrom, connectedUntil } = device;
  const fromMs = connectedFrom === undefined ? Number.NEGATIVE_INFINITY : Date.parse(connectedFrom);
  const untilMs = connectedUntil === undefined ? Number.POSITIVE_INFINITY : Date.parse(connectedUntil);
  return {
    ...storageOf(draft, device),
    soc: stated(draft, "soc", device.id, startSoc(draft.input, device), device.minSoc ?? 0),
    connected: draft.slots.map((slot) => slot.startMs >= fromMs - SLACK_MS && slotEndMs(slot) <= untilMs + SLACK_MS),
  };
}
