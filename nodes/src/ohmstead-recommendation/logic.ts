import type { Recommendation } from "@ohmstead/contract";
import type { Status } from "../ohmstead-service/logic.ts";

/** One message per recommendation; `deviceId` empty means the whole house. Undefined when that device is not in it. */
export function messageOf(
  recommendation: Recommendation,
  deviceId: string,
): { readonly topic: string; readonly payload: unknown } | undefined {
  if (deviceId === "") return { topic: "recommendation", payload: recommendation };
  const device = recommendation.devices.find((each) => each.deviceId === deviceId);
  return device && { topic: `recommendation/${deviceId}`, payload: device };
}

export function statusFor(recommendation: Recommendation, deviceId: string): Status {
  const device = recommendation.devices.find((each) => each.deviceId === deviceId);
  if (deviceId !== "" && !device) return { fill: "yellow", shape: "ring", text: `no device "${deviceId}" in the plan` };
  return { fill: "green", shape: "dot", text: (device ? device.mode : recommendation.headline).slice(0, 60) };
}
