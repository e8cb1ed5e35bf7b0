import { MS_PER_HOUR } from "@ohmstead/contract";
import { cellDischargeKw } from "./physics/battery.ts";
import { copOf } from "./physics/heat-pump.ts";
import { type HouseState, stockOf } from "./physics/house.ts";
import type { HouseSetup } from "./physics/house-setup.ts";

/** Energy in stock above a reference that is the same for every house compared, and what buying it back would cost. */
export interface Stock {
  readonly batteryKwh: number;
  readonly carKwh: number;
  readonly tankKwh: number;
  readonly buildingKwh: number;
  /** the electricity it stands for: after discharging, before charging and heat pumping */
  readonly electricKwh: number;
  readonly value: number;
}

const USUAL_DISCHARGE_KW = 2;
const USUAL_FLOW_C = { space: 40, water: 55 };

export function stockValue(setup: HouseSetup, state: HouseState, outdoorTempC: number, pricePerKwh: number): Stock {
  const stock = stockOf(setup, state, {
    soc: setup.comfort.batteryMinSoc,
    tankTempC: setup.comfort.tankMinTempC,
    roomTempC: setup.comfort.minTempC,
  });
  const { heatPump, battery } = setup;
  const electricKwh =
    stock.batteryKwh * (USUAL_DISCHARGE_KW / cellDischargeKw(battery, USUAL_DISCHARGE_KW)) +
    stock.carKwh / (setup.car?.efficiency ?? 1) +
    stock.tankKwh / copOf(heatPump, heatPump.waterExergyShare, outdoorTempC, USUAL_FLOW_C.water) +
    stock.buildingKwh / copOf(heatPump, heatPump.spaceExergyShare, outdoorTempC, USUAL_FLOW_C.space);
  return { ...stock, electricKwh, value: electricKwh * pricePerKwh };
}

/** The median import price of the 24 hours to come: what is in stock at the end saves buying then. */
export function stockPrice(importPriceAt: (atMs: number) => number, nowMs: number): number {
  const prices = Array.from({ length: 24 }, (_, hour) => importPriceAt(nowMs + hour * MS_PER_HOUR)).toSorted(
    (a, b) => a - b,
  );
  return ((prices[11] ?? 0) + (prices[12] ?? 0)) / 2;
}
