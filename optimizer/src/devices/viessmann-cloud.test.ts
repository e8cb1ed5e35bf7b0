import { readFileSync } from "node:fs";
import type { DeviceType, HttpRequest } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import type { Device } from "./device.ts";
import { viessmannCloud } from "./viessmann-cloud.ts";

const depsOf = (deviceType: DeviceType) =>
  ({ deviceId: "hp", name: "Heat pump", deviceType, limits: {}, signals: {} }) as const;
const zone = viessmannCloud.create({ kind: "viessmann-cloud" }, depsOf("zone"));
const tank = viessmannCloud.create({ kind: "viessmann-cloud" }, depsOf("tank"));

interface Feature {
  readonly feature: string;
  readonly commands: Record<string, { readonly params: Record<string, { readonly constraints: Constraints }> }>;
  readonly properties: Record<string, unknown>;
}
interface Constraints {
  readonly min: number;
  readonly max: number;
  readonly stepping: number;
}
const recorded = (
  JSON.parse(
    readFileSync(new URL("../transport/fixtures/viessmann/features_Vitocal250A.json", import.meta.url), "utf8"),
  ) as { readonly data: readonly Feature[] }
).data;

test("sets the temperature of the circuit's program, and reads it back", () => {
  expect(zone.translate({ kind: "setpoint", tempC: 21 })).toEqual([
    {
      api: "viessmann",
      method: "POST",
      path: "/features/heating.circuits.0.operating.programs.normalHeating/commands/setTemperature",
      body: { targetTemperature: 21 },
    },
  ]);
  expect(zone.expects({ kind: "setpoint", tempC: 21 })).toMatchObject([
    {
      test: "near",
      source: "viessmann:heating.circuits.0.operating.programs.normalHeating#temperature",
      value: 21,
    },
  ]);
});

test("sets the hot-water target, and its own when idle", () => {
  expect(tank.translate({ kind: "idle" })[0]).toMatchObject({ body: { temperature: 40 } });
  expect(tank.normalise({ kind: "heatTo", tempC: 71.3 })).toEqual({ kind: "heatTo", tempC: 60 });
});

test("an older heat pump's program, a circuit, another cloud", () => {
  const older = viessmannCloud.create(
    { kind: "viessmann-cloud", circuit: 1, program: "normal", cloud: "second" },
    depsOf("zone"),
  );
  expect(older.translate({ kind: "setpoint", tempC: 21 })[0]).toMatchObject({
    api: "second",
    path: "/features/heating.circuits.1.operating.programs.normal/commands/setTemperature",
  });
});

describe.each([
  ["zone", zone, { kind: "setpoint", tempC: 99 }],
  ["tank", tank, { kind: "heatTo", tempC: 99 }],
] as const)("E21 what a %s is asked for is what a recorded heat pump offers", (_what, device: Device, most) => {
  const [call] = device.translate(device.normalise(most)) as readonly HttpRequest[];
  const [, name, , order] = /^\/features\/(.+)\/(commands)\/(.+)$/.exec(call?.path ?? "") ?? [];
  const feature = recorded.find((each) => each.feature === name);

  test("the order, its parameter, and its range", () => {
    const [[field, value] = []] = Object.entries(call?.body ?? {});
    const { min, max } = feature?.commands[order ?? ""]?.params[field ?? ""]?.constraints ?? { min: 1, max: 0 };
    expect(Number(value)).toBeGreaterThanOrEqual(min);
    expect(Number(value)).toBeLessThanOrEqual(max);
  });
  test("the property that proves it", () => {
    const [, property] = /#(.+)$/.exec(device.sources[0] ?? "") ?? [];
    expect(feature?.properties).toHaveProperty(property ?? "?");
  });
});
