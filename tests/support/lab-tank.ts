import { connectAsync } from "mqtt";

export interface LabTank {
  readonly entityId: "water_heater.hot_water_tank";
  stop(): Promise<void>;
}

/**
 * A water heater on MQTT, made known to Home Assistant by discovery: the core has no other that stands alone. What it is told is
 * what it says, so that a command and its effect are the same retained message.
 */
export async function startLabTank(brokerUrl: string): Promise<LabTank> {
  const client = await connectAsync(brokerUrl);
  const tell = (topic: string, payload: string) => client.publishAsync(topic, payload, { retain: true, qos: 1 });
  await tell("lab/tank/target", "50");
  await tell("lab/tank/mode", "heat_pump");
  await tell("lab/tank/temperature", "52");
  const entity = {
    name: "Hot water tank",
    unique_id: "lab_tank",
    object_id: "hot_water_tank",
    modes: ["off", "heat_pump"],
    mode_state_topic: "lab/tank/mode",
    mode_command_topic: "lab/tank/mode",
    temperature_state_topic: "lab/tank/target",
    temperature_command_topic: "lab/tank/target",
    current_temperature_topic: "lab/tank/temperature",
    min_temp: 30,
    max_temp: 70,
    temperature_unit: "C",
    retain: true,
  };
  await tell("homeassistant/water_heater/lab_tank/config", JSON.stringify(entity));
  return { entityId: "water_heater.hot_water_tank", stop: () => client.endAsync() };
}
