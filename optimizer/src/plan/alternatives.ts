import type { Alternative, DeviceIntents, IntentSegment } from "@ohmstead/contract";
import { isAlike } from "./intents/is-alike.ts";

/** What a device could do instead from a moment on, and what that would cost more over the horizon. */
export interface DeviceAlternative extends Alternative {
  readonly deviceId: string;
  readonly startMs: number;
}

/** Intents with what else could be done, each at the segment of its moment. What a segment does anyway is no alternative. */
export function withAlternatives(
  devices: readonly DeviceIntents[],
  alternatives: readonly DeviceAlternative[],
): DeviceIntents[] {
  return devices.map((device) => {
    const mine = alternatives.filter(({ deviceId }) => deviceId === device.deviceId);
    if (mine.length === 0) return device;
    return { ...device, segments: device.segments.map((segment) => withBest(segment, mine)) };
  });
}

function withBest(segment: IntentSegment, alternatives: readonly DeviceAlternative[]): IntentSegment {
  const [best] = alternatives
    .filter(({ startMs }) => startMs >= segment.startMs && startMs < segment.endMs)
    .filter(({ intent }) => !isAlike(intent, segment.intent))
    .toSorted((a, b) => a.extraCost - b.extraCost);
  return best ? { ...segment, alternative: { intent: best.intent, extraCost: best.extraCost } } : segment;
}
