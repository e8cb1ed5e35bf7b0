import { z } from "zod";
import type { DeviceInput, Settings, Want } from "../case-file.ts";
import { hasMeter, meterKw } from "../meter.ts";
import { isNear, isSameSetting } from "../recipe.ts";
import type { Truth } from "../record.ts";
import { type Facts, ofRecord, type PropertyKind, seconds, span, truthsIn } from "./property-kind.ts";

const DEFAULT_TOLERANCE_KW = 0.2;

const SettingValues = z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]));
const state = {
  device: z.string(),
  mode: z.string().optional(),
  powerKw: z.number().optional(),
  toleranceKw: z.number().optional(),
  settings: SettingValues.optional(),
};
interface Expected {
  readonly mode?: string | undefined;
  readonly powerKw?: number | undefined;
  readonly toleranceKw?: number | undefined;
  readonly settings?: Settings | undefined;
}

const described = ({ mode, meterKw, stored }: Truth): string =>
  `${mode}, ${Math.round(meterKw * 1000) / 1000} kW, ${JSON.stringify(stored)}`;

/** Is the device as it should be? By what it does, its meter and what it stores. */
export function isSo(device: DeviceInput, truth: Truth, expected: Expected): boolean {
  const { mode, powerKw, settings = {}, toleranceKw = DEFAULT_TOLERANCE_KW } = expected;
  if (mode !== undefined && truth.mode !== mode) return false;
  if (powerKw !== undefined && hasMeter(device)) {
    const wanted = meterKw(device, { mode: mode ?? truth.mode, powerKw });
    if (!isNear(truth.meterKw, wanted, toleranceKw)) return false;
  }
  return Object.entries(settings).every(([name, value]) => isSameSetting(truth.stored[name], value));
}

const named = ({ mode, powerKw, settings }: Expected): string =>
  [
    ...(mode === undefined ? [] : [mode]),
    ...(powerKw === undefined ? [] : [`${powerKw} kW`]),
    ...(settings === undefined ? [] : [JSON.stringify(settings)]),
  ].join(", ");

function heldBetween(facts: Facts, deviceId: string, expected: Expected, fromMs: number, untilMs: number): string[] {
  const device = facts.device(deviceId);
  const wrong = truthsIn(facts.truths(deviceId), fromMs, untilMs).filter((truth) => !isSo(device, truth, expected));
  return wrong.map(
    (truth) =>
      `${deviceId} should be ${named(expected)} and is ${described(truth)} ${facts.at(Math.max(fromMs, truth.atMs))}`,
  );
}

/** From a deadline on, until somebody wants or does something else. */
function staysFrom(facts: Facts, deviceId: string, expected: Expected, since: number, atMost: number): string[] {
  const { record } = facts;
  const sinceMs = facts.ms(since);
  const others = [
    ...record.wishes.filter((wish) => wish.deviceId === deviceId && wish.fromMs > sinceMs).map((wish) => wish.fromMs),
    ...record.disturbances
      .filter(({ atMs, event }) => event.device === deviceId && atMs > sinceMs)
      .map(({ atMs }) => atMs),
    record.endMs + 1,
  ];
  const untilMs = Math.min(...others);
  const deadlineMs = sinceMs + atMost * 1000 + facts.slackMs(deviceId);
  if (deadlineMs >= untilMs) {
    const last = truthsIn(facts.truths(deviceId), untilMs - 1, untilMs).at(-1);
    if (last && isSo(facts.device(deviceId), last, expected)) return [];
  }
  return heldBetween(facts, deviceId, expected, Math.min(deadlineMs, untilMs - 1), untilMs);
}

const safeStateOf = ({ id, safeState }: DeviceInput): Want => {
  if (!safeState) throw new Error(`${id} has no safe state`);
  return safeState;
};

/** What the devices truly are and do. */
export const states: Readonly<Record<string, PropertyKind>> = {
  stateHeld: ofRecord({ ...state, ...span }, (property, facts) => {
    const { fromMs, untilMs } = facts.between(property);
    const settledMs = property.from === undefined ? fromMs : fromMs + facts.slackMs(property.device);
    return heldBetween(facts, property.device, property, Math.min(settledMs, untilMs - 1), untilMs);
  }),
  stateAt: ofRecord({ ...state, at: seconds }, (property, facts) => {
    const atMs = facts.ms(property.at);
    const device = facts.device(property.device);
    const seen = truthsIn(facts.truths(property.device), atMs, atMs + facts.slackMs(property.device));
    return seen.some((truth) => isSo(device, truth, property))
      ? []
      : heldBetween(facts, property.device, property, atMs, atMs + 1);
  }),
  finalState: ofRecord(state, (property, facts) =>
    heldBetween(facts, property.device, property, facts.record.endMs, facts.record.endMs + 1),
  ),
  neverInBetween: ofRecord({ device: z.string(), forbidden: z.array(SettingValues), ...span }, (property, facts) => {
    const { fromMs, untilMs } = facts.between(property);
    return truthsIn(facts.truths(property.device), fromMs, untilMs).flatMap((truth) =>
      property.forbidden
        .filter((each) => Object.entries(each).every(([name, value]) => isSameSetting(truth.stored[name], value)))
        .map((each) => `${property.device} has ${JSON.stringify(each)} ${facts.at(truth.atMs)}`),
    );
  }),
  powerNeverAbove: ofRecord({ device: z.string(), powerKw: z.number(), ...span }, (property, facts) => {
    const { fromMs, untilMs } = facts.between(property);
    return truthsIn(facts.truths(property.device), fromMs, untilMs)
      .filter((truth) => truth.meterKw > property.powerKw + 1e-9)
      .map((truth) => `${property.device} takes ${truth.meterKw} kW ${facts.at(truth.atMs)}`);
  }),
  safeStateWithinSeconds: ofRecord({ device: z.string(), since: seconds, atMost: seconds }, (property, facts) =>
    staysFrom(facts, property.device, safeStateOf(facts.device(property.device)), property.since, property.atMost),
  ),
  correctedWithinSeconds: ofRecord({ ...state, since: seconds, atMost: seconds }, (property, facts) =>
    staysFrom(facts, property.device, property, property.since, property.atMost),
  ),
};
