import { MS_PER_HOUR, type Slot } from "@ohmstead/contract";
import { presentPumpKw } from "../present-states.ts";
import { type Draft, isIn, type Part } from "./draft.ts";

/** What somebody does by hand is expected to go on for so long; after that nobody knows. */
const GOES_ON_MS = MS_PER_HOUR;
const NOTHING_KW = 0.05;

interface Going {
  readonly id: string;
  /** Per slot, kW from the house; negative where it gives. */
  readonly kw: readonly number[];
}

/** What devices that the plan does without go on taking from the house, kW per slot; said where it is worth a word. */
export function leftAloneKw(draft: Draft, heatPumps: readonly Part<"heatPumps">[], outdoorTempC?: readonly number[]) {
  const { home, slots, note } = draft;
  const going: readonly Going[] = [
    // A heat pump that cannot be planned goes on as it is.
    ...home.heatPumps
      .filter(({ id }) => !isIn(heatPumps, id))
      .map(({ id }) => ({ id, kw: slots.map(() => presentPumpKw(id, draft)) })),
    ...otherDevices(draft),
    ...(outdoorTempC ? roomsOnTheirOwn(draft, heatPumps, outdoorTempC) : []),
  ];
  for (const { id, kw } of going) {
    const nowKw = kw[0] ?? 0;
    if (Math.abs(nowKw) > NOTHING_KW)
      note(`${id} is expected to go on ${nowKw > 0 ? "with" : "giving"} ${Math.abs(nowKw).toFixed(1)} kW`);
  }
  return slots.map((_, k) => going.reduce((sum, { kw }) => sum + (kw[k] ?? 0), 0));
}

/** Batteries, cars and appliances that people drive: as measured, for a while. */
function otherDevices({ home, config, states, slots, nowMs }: Draft): Going[] {
  const goesOn = ({ startMs }: Slot): boolean => startMs < nowMs + GOES_ON_MS;
  const left = (["batteries", "evs", "immersionHeaters", "appliances"] as const).flatMap((group) =>
    home[group].filter(({ id }) => !isIn(config[group], id)),
  );
  return left.flatMap(({ id }) => {
    const state = states.get(`${id}.powerKw`);
    return state && !state.isStale ? [{ id, kw: slots.map((slot) => (goesOn(slot) ? state.value : 0)) }] : [];
  });
}

/** Rooms that are left alone while their heat pump is planned for others: it keeps them as warm as they are. */
function roomsOnTheirOwn(
  { home, config, states }: Draft,
  heatPumps: readonly Part<"heatPumps">[],
  outdoorTempC: readonly number[],
): Going[] {
  return home.zones
    .filter(({ id }) => !isIn(config.zones, id))
    .flatMap((zone) => {
      const heater = home.heatPumps.find((pump) => pump.zoneIds.includes(zone.id));
      const planned = heatPumps.find(({ id }) => id === heater?.id);
      const state = states.get(`${zone.id}.tempC`);
      if (!heater || !planned || !state) return [];
      const kw = outdoorTempC.map((outdoorC, k) => {
        const heatKw = zone.heatLossKwPerK * (state.value - outdoorC) - zone.internalGainsKw;
        return Math.min(heater.maxPowerKw, Math.max(0, heatKw) / (planned.copSpace[k] ?? 1));
      });
      return [{ id: zone.id, kw }];
    });
}
