import { type HouseClock, houseTimeMs } from "@ohmstead/contract";
import { createHousePair } from "../../optimizer/src/simulator/house-pair.ts";
import { demoHouse } from "../../optimizer/src/simulator/physics/house-setup.ts";
import { readHouseInputs } from "../../optimizer/src/simulator/read-inputs.ts";
import { createHomeAssistantServer } from "../../optimizer/src/simulator/server/home-assistant-server.ts";
import { createSimulatedHome, type SimulatedHome } from "../../optimizer/src/simulator/server/simulated-home.ts";

export const HOUSE_TOKEN = "the-token-of-the-house-0123456789";

export interface HouseUnderNodeRed {
  readonly url: string;
  readonly home: SimulatedHome;
  readonly stop: () => Promise<void>;
}

/** The simulated house of the demo, in this process. */
export async function startHouse(clock: HouseClock): Promise<HouseUnderNodeRed> {
  const pair = createHousePair(demoHouse, readHouseInputs("config/demo/winter"), 1, clock.houseStartMs);
  const home = createSimulatedHome(demoHouse, pair, { nowMs: () => houseTimeMs(clock, Date.now()) });
  const server = createHomeAssistantServer({
    home,
    token: HOUSE_TOKEN,
    host: "127.0.0.1",
    port: 0,
    tickMs: 100,
    realMsUntil: (houseMs) => (houseMs - houseTimeMs(clock, Date.now())) / clock.speed,
  });
  const port = await server.start();
  return { url: `http://127.0.0.1:${port}`, home, stop: () => server.stop() };
}
