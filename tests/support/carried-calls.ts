import { type FallbackPack, isServiceCall, type ServiceCall } from "@ohmstead/contract";
import type { CallRecord } from "../../optimizer/src/simulator/server/call-desk.ts";
import type { StoredCommand } from "../../optimizer/src/store/command-repository.ts";

/** A call by what it does, to be found among those that reached the house. */
export const keyOf = ({ action, target, data }: ServiceCall): string =>
  `${action} ${target.entity_id} ${JSON.stringify(data)}`;
export const keyOfRecord = ({ action, entityId, data }: CallRecord): string =>
  `${action} ${entityId} ${JSON.stringify(data)}`;

/** What is left of a list when each of the others has taken one of its kind away. */
export function without(list: readonly string[], others: readonly string[]): string[] {
  const left = [...list];
  for (const each of others) {
    const index = left.indexOf(each);
    if (index >= 0) left.splice(index, 1);
  }
  return left;
}

/**
 * The calls of a command that reached the house, by the carrier's own reports: an attempt that it acknowledged was carried as a
 * whole, one that it broke off when the command was withdrawn, so far. Of one that failed otherwise, each call may have got
 * through once. An attempt never begun ("sent") has none.
 */
export function carriedOf({ order, events }: StoredCommand): {
  readonly sure: readonly ServiceCall[];
  readonly perhaps: readonly ServiceCall[];
} {
  const calls = order.calls.filter(isServiceCall);
  const attempts = events
    .filter(({ type }) => type === "sent")
    .map(({ attempt }) => {
      const ends = events.filter((each) => each.attempt === attempt && each.id.startsWith("report:"));
      if (ends.some(({ type }) => type === "acknowledged")) return { sure: calls, perhaps: [] };
      const brokenOff = ends.map(({ cause }) => /^withdrawn after (\d+) of/.exec(cause)?.[1]).find(Boolean);
      if (brokenOff === undefined) return { sure: [], perhaps: calls };
      return { sure: calls.slice(0, Number(brokenOff)), perhaps: [] };
    });
  return { sure: attempts.flatMap(({ sure }) => sure), perhaps: attempts.flatMap(({ perhaps }) => perhaps) };
}

/** All that Node-RED can do for a device by a pack: each intent with its calls. */
export const actionsOf = ({ segments, rules, safe, guard }: FallbackPack["devices"][number]) => [
  ...segments,
  ...Object.values(rules),
  safe,
  ...(guard ? [guard.whenLow, guard.whenHigh] : []),
];
