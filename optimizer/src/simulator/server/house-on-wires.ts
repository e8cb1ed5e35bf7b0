import { createHousePair, type HousePair } from "../house-pair.ts";
import { demoHouse, type HouseSetup } from "../physics/house-setup.ts";
import { steadyDays } from "../steady-days.ts";
import { createHomeAssistantServer } from "./home-assistant-server.ts";
import { createSimulatedHome, type SimulatedHome } from "./simulated-home.ts";

export interface HouseOnWires {
  readonly url: string;
  readonly token: string;
  readonly home: SimulatedHome;
  readonly pair: HousePair;
  /** house time, moved by hand */
  move(ms: number): void;
  stop(): Promise<void>;
}

export const WIRES_START_MS = Date.UTC(2024, 0, 5, 8);

/** The simulated house on a free port, on a day without weather, with a clock that stands still: for tests of whoever talks to it. */
export async function houseOnWires(setup: HouseSetup = demoHouse): Promise<HouseOnWires> {
  const token = "a-token-for-tests";
  let nowMs = WIRES_START_MS;
  const inputs = steadyDays(nowMs, { outdoorTempC: -5, baseLoadKw: 0.6 });
  const pair = createHousePair(setup, inputs, 1, nowMs);
  const home = createSimulatedHome(setup, pair, { nowMs: () => nowMs });
  const server = createHomeAssistantServer({ home, token, host: "127.0.0.1", port: 0, tickMs: 5 });
  const port = await server.start();
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    home,
    pair,
    move: (ms) => {
      nowMs += ms;
    },
    stop: () => server.stop(),
  };
}
