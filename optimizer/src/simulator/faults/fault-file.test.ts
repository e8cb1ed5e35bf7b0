import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ConfigError } from "../../domain/errors.ts";
import { houseEntities } from "../entities.ts";
import { HOUSE_DEVICES } from "../house-devices.ts";
import { demoCar, demoHouse } from "../physics/house-setup.ts";
import { FAULT_KINDS } from "./fault.ts";
import { readFaultFile } from "./fault-file.ts";

const entities = houseEntities(demoHouse);
const folder = mkdtempSync(join(tmpdir(), "faults-"));
afterAll(() => rmSync(folder, { recursive: true }));
const read = (text: string) => {
  const path = join(folder, "faults");
  writeFileSync(path, text);
  return readFaultFile(path, entities);
};
const complaintAbout = (text: string): string => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "none";
};

test("a file in YAML or JSON is a list of faults with the second at which each begins", () => {
  const wanted = [
    { atSeconds: 3600, fault: { kind: "hangCalls", device: "battery", forSeconds: 60 } },
    { atSeconds: 0, fault: { kind: "changeByHand", entityId: "climate.living_room", value: 22, by: "person" } },
  ];
  expect(
    read(`
- { atSeconds: 3600, kind: hangCalls, device: battery, forSeconds: 60 }
- kind: changeByHand
  entityId: climate.living_room
  value: 22
`),
  ).toEqual(wanted);
  expect(read(JSON.stringify(wanted.map(({ atSeconds, fault }) => ({ atSeconds, ...fault }))))).toEqual(wanted);
});

test.each([
  {
    what: "an unknown fault",
    text: "- { kind: hangCals }",
    says: /\[0\].*did you mean "hangCalls"\? There is: sensorUn/,
  },
  {
    what: "an unknown device",
    text: "- { kind: hangCalls, device: boiler }",
    says: /"boiler": no such device.*hot_water/,
  },
  { what: "a car where there is none", text: "- { kind: hangCalls, device: car }", says: /"car": no such device/ },
  {
    what: "an unknown entity",
    text: "- { kind: goAway }\n- { kind: sensorNaN, entityId: sensor.batery_soc }",
    says: /\[1\].*did you mean "sensor.battery_soc"/,
  },
  { what: "an unknown key", text: "- { kind: goAway, atSecond: 5 }", says: /atSecond .*did you mean/ },
  { what: "a time before the start", text: "- { kind: goAway, atSeconds: -5 }", says: /\[0\].*atSeconds/ },
  {
    what: "an impossible value",
    text: "- { kind: changeByHand, entityId: select.battery_mode, value: dance }",
    says: /dance/,
  },
  { what: "one fault that is no list", text: "kind: goAway", says: /a list of faults is wanted/ },
  { what: "an entry that is no fault", text: "- goAway", says: /\[0\]/ },
  { what: "an empty file", text: "", says: /a list of faults is wanted/ },
  { what: "what is neither JSON nor YAML", text: "- {", says: /cannot be read/ },
])("$what is refused with its place", ({ text, says }) => {
  const complaint = complaintAbout(text);
  expect(complaint).toContain(`the fault file ${join(folder, "faults")}`);
  expect(complaint).toMatch(says);
});

test("the bad day that is shipped can be used", () => {
  const path = join(import.meta.dirname, "../../../../config/demo/bad-day.yaml");
  expect(readFaultFile(path, entities).length).toBeGreaterThan(5);
});

test("a file that does not exist is named", () => {
  expect(() => readFaultFile("/nowhere/faults.yaml", entities)).toThrow("/nowhere/faults.yaml cannot be read");
});

test("every device consists of entities that are there, every entity belongs to one", () => {
  const withCar = houseEntities({ ...demoHouse, car: demoCar });
  const named = Object.values(HOUSE_DEVICES).flatMap(({ entityIds }) => entityIds);
  expect(new Set(named)).toEqual(new Set(withCar.map(({ entityId }) => entityId)));
});

test("the documentation tells every kind and every device", () => {
  const docs = readFileSync(join(import.meta.dirname, "../../../docs/simulator.md"), "utf8");
  const missing = FAULT_KINDS.map(({ kind }) => `\`${kind}\``).filter((name) => !docs.includes(name));
  expect(missing).toEqual([]);
  for (const device of Object.keys(HOUSE_DEVICES)) expect(docs).toMatch(new RegExp(`\\b${device}\\b`));
});
