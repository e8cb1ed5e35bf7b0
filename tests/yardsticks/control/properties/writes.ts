import { z } from "zod";
import type { Send, Write } from "../record.ts";
import { type Facts, ofRecord, type PropertyKind, seconds, span } from "./property-kind.ts";

const device = z.string();

/** Gaps may shrink by this share: jitter is no impatience. */
const MAY_SHRINK = 0.1;

const shown = (facts: Facts, { atMs, settings, by }: Write): string =>
  `${JSON.stringify(settings)} was written by the ${by} ${facts.at(atMs)}`;

function writesIn(facts: Facts, deviceId: string | undefined, fromMs: number, untilMs: number): readonly Write[] {
  if (deviceId !== undefined) facts.device(deviceId);
  return facts.record.writes.filter(
    (write) => (deviceId === undefined || write.deviceId === deviceId) && write.atMs >= fromMs && write.atMs < untilMs,
  );
}

/** Sends of each wish. Orders that serve no wish (a safe state) are one of their own. */
function sendsByWish(facts: Facts, deviceId: string, fromMs: number, untilMs: number): readonly (readonly Send[])[] {
  facts.device(deviceId);
  const sends = facts.record.sends.filter(
    (send) => send.deviceId === deviceId && send.atMs >= fromMs && send.atMs < untilMs,
  );
  return [...Map.groupBy(sends, ({ wish }) => wish ?? -1).values()];
}

const noWrite = ofRecord({ device: device.optional(), ...span }, (property, facts) => {
  const { fromMs, untilMs } = facts.between(property);
  return writesIn(facts, property.device, fromMs, untilMs).map((write) => shown(facts, write));
});

const repeats = (sends: readonly (readonly Send[])[]): number => Math.max(0, ...sends.map((each) => each.length - 1));
const counted = { device, times: z.int().min(0), ...span };

/** What was written to devices, how often, and for which wish. */
export const writes: Readonly<Record<string, PropertyKind>> = {
  retriedAtLeast: ofRecord(counted, (property, facts) => {
    const { fromMs, untilMs } = facts.between(property);
    const times = repeats(sendsByWish(facts, property.device, fromMs, untilMs));
    return times >= property.times ? [] : [`sent again ${times} times`];
  }),
  retriedAtMost: ofRecord(counted, (property, facts) => {
    const { fromMs, untilMs } = facts.between(property);
    const times = repeats(sendsByWish(facts, property.device, fromMs, untilMs));
    return times <= property.times ? [] : [`sent again ${times} times`];
  }),
  gapsGrow: ofRecord({ device, sends: z.int().min(3), ...span }, (property, facts) => {
    const { fromMs, untilMs } = facts.between(property);
    const longest =
      sendsByWish(facts, property.device, fromMs, untilMs).toSorted((a, b) => b.length - a.length)[0] ?? [];
    if (longest.length < property.sends) return [`sent only ${longest.length} times`];
    const times = longest.slice(0, property.sends).map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((atMs, k) => (atMs - (times[k] ?? atMs)) / 1000);
    const shrinks = gaps.some((gap, k) => k > 0 && gap < (gaps[k - 1] ?? 0) * (1 - MAY_SHRINK));
    return shrinks ? [`the gaps between sends are ${gaps.join(", ")} s`] : [];
  }),
  deviceWritesAtMost: ofRecord({ device, count: z.int().min(0), ...span }, (property, facts) => {
    const { fromMs, untilMs } = facts.between(property);
    // "until 3599" and "from 3600": the last second belongs to the span.
    const found = writesIn(facts, property.device, fromMs, untilMs + 1);
    return found.length <= property.count
      ? []
      : [`${found.length} writes`, ...found.map((write) => shown(facts, write))];
  }),
  noWriteBetween: noWrite,
  manualOverrideRespectedUntil: noWrite,
  onlyIntentSent: ofRecord({ device: device.optional(), intent: z.int(), ...span }, (property, facts) => {
    const { fromMs, untilMs } = facts.between(property);
    const deviceId = property.device ?? facts.wish(property.intent)[0]?.deviceId;
    return writesIn(facts, deviceId, fromMs, untilMs)
      .filter(({ wish }) => wish !== property.intent)
      .map((write) => `${shown(facts, write)}, for ${write.wish === undefined ? "no wish" : `intent ${write.wish}`}`);
  }),
  noWriteOfIntentAfter: ofRecord({ device: device.optional(), intent: z.int(), at: seconds }, (property, facts) => {
    facts.wish(property.intent);
    return facts.record.writes
      .filter(({ wish, atMs }) => wish === property.intent && atMs > facts.ms(property.at))
      .map((write) => shown(facts, write));
  }),
  noRetainedCommands: ofRecord({ device: device.optional() }, (_, { record }) =>
    record.retained.map((topic) => `a command is left with the broker under ${topic}`),
  ),
  readsBeforeWriting: ofRecord({ device, since: seconds }, (property, facts) => {
    facts.device(property.device);
    const first = facts.record.accesses.find(
      ({ deviceId, atMs }) => deviceId === property.device && atMs >= facts.ms(property.since),
    );
    if (!first) return ["there was no access to the device at all"];
    return first.kind === "read" ? [] : [`the first access is a write ${facts.at(first.atMs)}`];
  }),
};
