import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { checkContract, checkRestart } from "./check-contract.ts";
import { type ContractTarget, homeAssistantContract } from "./home-assistant-contract.ts";
import { type HouseOnWires, houseOnWires } from "./house-on-wires.ts";

let house: HouseOnWires;
let target: ContractTarget;
beforeAll(async () => {
  house = await houseOnWires();
  house.home.faults.add({ kind: "deviceUnavailable", entityId: "number.pv_power_limit" });
  target = {
    url: house.url,
    token: house.token,
    values: {
      $sensor: "sensor.battery_soc",
      $switch: "switch.immersion_upper",
      $select: "select.battery_mode",
      "$select.option": "hold",
      $number: "number.battery_charge_power",
      "$number.value": 2500,
      $away_number: "number.pv_power_limit",
      $climate: "climate.living_room",
      "$climate.temperature": 20.5,
      $water_heater: "water_heater.hot_water_tank",
      "$water_heater.temperature": 52,
    },
  };
});
afterAll(() => house.stop());

test.each(homeAssistantContract.map((each) => [`${each.via}: ${each.name}`, each] as const))("%s", async (_, each) => {
  expect(await checkContract(target, each)).toEqual([]);
});

async function restartHouse() {
  house.home.faults.add({ kind: "restart", forSeconds: 60, settleSeconds: 30 });
  house.move(91_000);
  await expect.poll(() => house.home.faults.has("restart")).toBe(false);
}

test("a restart cuts everybody off, and all is found again", async () => {
  expect(await checkRestart(target, restartHouse)).toEqual([]);
});

test("the check finds what is otherwise, and passes over what an instance does not have", async () => {
  const one = { via: "rest", name: "", method: "GET", path: "/api/", status: 418, answer: z.string() } as const;
  const found = await checkContract(target, one);
  expect(found?.join()).toMatch(/status 200, not 418.*body/s);
  expect(await checkContract(target, { ...one, path: "/api/states/$camera" })).toBeUndefined();
});
