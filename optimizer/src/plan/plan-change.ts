import type { DeviceIntents, Intent, PlanChange } from "@ohmstead/contract";
import { isAlike } from "./intents/is-alike.ts";

/** What a device is told at a moment, undefined outside of its segments. */
const intentAt = ({ segments }: DeviceIntents, nowMs: number): Intent | undefined =>
  segments.find(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs)?.intent;

/** What each device is told at a moment. */
export const intentsAt = (devices: readonly DeviceIntents[], nowMs: number): ReadonlyMap<string, Intent> =>
  new Map(
    devices.flatMap((device) => {
      const intent = intentAt(device, nowMs);
      return intent ? [[device.deviceId, intent] as const] : [];
    }),
  );

/**
 * What the new plan does now otherwise than the plan before it had meant to do now. Devices that one of the two does not know are left out:
 * nothing was changed about them. `gain` is money saved over the horizon against going on as planned before.
 */
export function planChange(
  previousDevices: readonly DeviceIntents[],
  devices: readonly DeviceIntents[],
  nowMs: number,
  gain: number,
): PlanChange {
  const actions = devices.flatMap((device) => {
    const old = previousDevices.find(({ deviceId }) => deviceId === device.deviceId);
    const [before, after] = [old && intentAt(old, nowMs), intentAt(device, nowMs)];
    return before && after && !isAlike(before, after) ? [{ deviceId: device.deviceId, before, after }] : [];
  });
  return { gain, actions };
}
