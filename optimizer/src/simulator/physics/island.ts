import type { HeatPumpState } from "./heat-pump.ts";
import type { Controls } from "./house.ts";
import type { HouseSetup } from "./house-setup.ts";

/**
 * A house without its grid. The battery's backup output carries the base load and takes the sun; heat pump,
 * immersion heaters and the car's charger are not wired to it. The reserve that self-use keeps is what backup is for: it goes down to the cells' own floor.
 */
export const islandControls = (controls: Controls): Controls => ({
  ...controls,
  batteryMode: "self_use",
  heatingOn: false,
  waterOn: false,
  upperElementOn: false,
  lowerElementOn: false,
  carOn: false,
});

/** The electronics' own use is neglected, so that the balance closes to the last watt when the cells are at their floor. */
export const islandSetup = (setup: HouseSetup): HouseSetup => ({
  ...setup,
  battery: { ...setup.battery, selfUseMinSoc: setup.battery.bmsMinSoc, ownUseKw: 0 },
  heatPump: { ...setup.heatPump, standbyKw: 0 },
});

/** Without power it stands at once, whatever its shortest run. */
export const islandHeatPump = (before: HeatPumpState): HeatPumpState => ({
  ...before,
  activity: "off",
  sinceMinutes: before.activity === "off" ? before.sinceMinutes : 0,
  defrostLeftMinutes: 0,
  isSpaceCalled: false,
  isWaterCalled: false,
});
