import { expect, test } from "vitest";
import { createActuators } from "./actuators.ts";

const call = (value: number) => [
  { action: "number.set_value", target: { entity_id: "number.power" }, data: { value } },
];

test("a device that was told something is not told again", () => {
  const actuators = createActuators();
  actuators.begin("battery");
  actuators.end("battery", call(1));
  expect(actuators.wasTold("battery", call(1))).toBe(true);
  expect(actuators.wasTold("battery", call(2))).toBe(false);
  expect(actuators.wasTold("tank", call(1))).toBe(false);
});

test("a command on its way keeps others from speaking, and makes the old order unknown", () => {
  const actuators = createActuators();
  actuators.end("battery", call(1));
  actuators.begin("battery");
  expect(actuators.isBusy()).toBe(true);
  expect(actuators.wasTold("battery", call(1))).toBe(false);
  actuators.end("battery");
  expect(actuators.isBusy()).toBe(false);
  expect(actuators.wasTold("battery", call(1))).toBe(false);
});

test("after a restart of Home Assistant nothing is known of any device", () => {
  const actuators = createActuators();
  actuators.end("battery", call(1));
  actuators.end("tank", call(2));
  actuators.forget("battery");
  expect(actuators.wasTold("tank", call(2))).toBe(true);
  actuators.forget();
  expect(actuators.wasTold("tank", call(2))).toBe(false);
});
