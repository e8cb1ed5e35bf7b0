import type { HomeConfig } from "@ohmstead/contract";

const GROUPS = {
  batteries: "battery",
  evs: "ev",
  pvArrays: "pvArray",
  zones: "zone",
  tanks: "tank",
  heatPumps: "heatPump",
  boilers: "boiler",
  immersionHeaters: "immersionHeater",
  appliances: "appliance",
} as const;

export interface HomeDevice {
  readonly id: string;
  readonly name: string;
  readonly type: (typeof GROUPS)[keyof typeof GROUPS];
  /** Commands go to it; a heat pump is commanded through its rooms and its tank. */
  readonly isCommanded: boolean;
}

/** Everything of the home that does something, in the order of the config. */
export const devicesIn = (config: HomeConfig): readonly HomeDevice[] =>
  (Object.keys(GROUPS) as (keyof typeof GROUPS)[]).flatMap((group) =>
    config[group].map((each) => ({
      id: each.id,
      name: each.name ?? each.id,
      type: GROUPS[group],
      isCommanded: group === "heatPumps" || ("control" in each && each.control !== undefined),
    })),
  );
