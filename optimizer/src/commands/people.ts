import type { Origin, Override } from "@ohmstead/contract";

const HANDS_OFF: readonly Override["kind"][] = ["manual", "deviceOff"];

const WORDS = {
  manual: { person: "a person drives it", automation: "an automation drives it", detected: "it was changed by hand" },
  deviceOff: {
    person: "its owner took it out of service",
    automation: "an automation took it out of service",
    detected: "it is out of service",
  },
} as const;

/** Why a device is not to be commanded, while a person or an automation has it; undefined when nobody has, or says through us what it does. */
export function handsOffBecause(overrides: readonly Override[], deviceId: string): string | undefined {
  const wish = overrides.find((each) => each.deviceId === deviceId && HANDS_OFF.includes(each.kind) && !each.intent);
  return wish && (wish.kind === "manual" || wish.kind === "deviceOff") ? WORDS[wish.kind][wish.origin] : undefined;
}

/** Who stands behind what the plan wants of a device: the wish about it that the plan follows, or the plan itself. */
export function originOf(overrides: readonly Override[], deviceId: string, related: readonly string[] = []): Origin {
  const wish = overrides.find(
    ({ deviceId: about }) => about !== undefined && (about === deviceId || related.includes(about)),
  );
  if (!wish) return { kind: "plan" };
  return { kind: wish.origin === "automation" ? "automation" : "person", detail: wish.kind };
}
