import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { FaultInput } from "../faults/fault.ts";
import { type HouseOnWires, houseOnWires, WIRES_START_MS } from "./house-on-wires.ts";
import { demoCar, demoHouse } from "../physics/house-setup.ts";
import { PERSON_ID } from "./fault-effects.ts";
import type { State } from "./state-machine.ts";

// Every fault as a client of the house's wires meets it. Home Assistant's clients have one socket and ask over REST besides.
let house: HouseOnWires;
const sockets: WebSocket[] = [];
beforeEach(async () => {
  house = await houseOnWires();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await house.stop();
});

type Message = Readonly<Record<string, unknown>>;

const http = (path: string, init: RequestInit = {}) =>
  fetch(house.url + path, { ...init, headers: { authorization: `Bearer ${house.token}` } });
const json = async <T>(path: string, init: RequestInit = {}): Promise<T> =>
  (await (await http(path, init)).json()) as T;
const begin = async (fault: FaultInput): Promise<void> => {
  const response = await http("/simulator/faults", { method: "POST", body: JSON.stringify(fault) });
  expect(await response.json()).toBeInstanceOf(Array);
  expect(response.status).toBe(200);
};
const stateOf = (entityId: string): Promise<State> => json<State>(`/api/states/${entityId}`);
const shown = async (entityId: string): Promise<string> => (await stateOf(entityId)).state;
/** The house lives on; wait until it has. */
const live = async (seconds: number): Promise<void> => {
  house.move(seconds * 1000);
  const goal = house.home.nowMs() + seconds * 1000;
  await expect.poll(() => house.home.nowMs(), { interval: 5, timeout: 10_000 }).toBeGreaterThanOrEqual(goal);
};
const controls = () => house.pair.controlled.controls();

/** A client that keeps all texts. With a token that is right it is in when this resolves. */
async function client(isIn = true) {
  const socket = new WebSocket(`${house.url.replace("http", "ws")}/api/websocket`);
  sockets.push(socket);
  const texts: string[] = [];
  let isClosed = false;
  socket.on("message", (data: Buffer) => texts.push(data.toString("utf8")));
  socket.on("error", () => undefined);
  socket.on("close", () => {
    isClosed = true;
  });
  const messages = (): Message[] =>
    texts.flatMap((text) => {
      try {
        return [JSON.parse(text) as Message | Message[]].flat();
      } catch {
        return [];
      }
    });
  const until = async (fits: (message: Message) => boolean): Promise<Message> => {
    await expect.poll(() => messages().some(fits), { interval: 5, timeout: 3000 }).toBe(true);
    return messages().find(fits) ?? {};
  };
  let lastId = 0;
  const send = (message: Message): number => {
    socket.send(JSON.stringify({ ...message, id: ++lastId }));
    return lastId;
  };
  const answerTo = (id: number) => until((got) => got["id"] === id && got["type"] !== "event");
  const call = (action: string, entityId: string | readonly string[], data: Message = {}): number => {
    const [domain, service] = action.split(".");
    return send({ type: "call_service", domain, service, target: { entity_id: entityId }, service_data: data });
  };
  await expect.poll(() => socket.readyState === socket.OPEN || isClosed, { interval: 5 }).toBe(true);
  if (isIn) {
    socket.send(JSON.stringify({ type: "auth", access_token: house.token }));
    await until(({ type }) => type === "auth_ok");
  }
  return { socket, texts, messages, until, send, answerTo, call, isClosed: () => isClosed };
}
const selectMode = async (option: string) => {
  const { answerTo, call, isClosed } = await client();
  const id = call("select.select_option", "select.battery_mode", { option });
  return { answer: () => answerTo(id), isClosed };
};

/** What becomes of 500 calls, told with all that differs. */
const flakyDay = (seed: number) => {
  house.home.faults.clear();
  house.home.faults.add({ kind: "flakyCalls", share: 0.2, seed });
  const before = house.home.calls().length;
  for (let call = 0; call < 500; call++)
    try {
      house.home.callService({
        domain: "number",
        service: "set_value",
        target: { entity_id: "number.battery_charge_power" },
        data: { value: call * 10 },
      });
    } catch {
      // a device's error is what is rehearsed
    }
  return house.home
    .calls()
    .slice(before)
    .map(({ outcome, reason, answer }) => `${outcome} ${answer} ${reason}`);
};

describe("what is shown", () => {
  const TEMP = "sensor.hot_water_tank_temperature";
  test.each<{ fault: FaultInput; shows: unknown }>([
    { fault: { kind: "sensorUnavailable" }, shows: "unavailable" },
    { fault: { kind: "sensorUnknown" }, shows: "unknown" },
    { fault: { kind: "sensorZero" }, shows: "0" },
    { fault: { kind: "sensorNaN" }, shows: "nan" },
    { fault: { kind: "sensorWrongSign" }, shows: expect.stringMatching(/^-5[12](\.\d)?$/) },
    { fault: { kind: "sensorTimesThousand" }, shows: expect.stringMatching(/^5[12]\d00$/) },
    { fault: { kind: "sensorSpike" }, shows: expect.stringMatching(/^26\d\d$/) },
    { fault: { kind: "sensorSpike", value: 400 }, shows: "400" },
  ])("$fault: one sensor shows it for a while, then the truth", async ({ fault, shows }) => {
    await begin({ ...fault, entityId: TEMP, forSeconds: 300 } as FaultInput);
    expect(await shown(TEMP)).toEqual(shows);
    expect(await shown("sensor.living_room_temperature")).toMatch(/^2\d/);
    await live(301);
    expect(await shown(TEMP)).toMatch(/^5[0-9](\.\d)?$/);
  });

  test("sensorWithoutUnit: the value is right and nobody knows of what", async () => {
    await begin({ kind: "sensorWithoutUnit", device: "hot_water" });
    const { state, attributes } = await stateOf(TEMP);
    expect(state).toMatch(/^5[12]/);
    expect(attributes).not.toHaveProperty("unit_of_measurement");
    expect(attributes).toHaveProperty("device_class", "temperature");
  });

  test("sensorFrozen keeps value and age", async () => {
    const before = await stateOf("sensor.battery_soc");
    await begin({ kind: "sensorFrozen", device: "battery", forSeconds: 7200 });
    await live(3600);
    expect(await stateOf("sensor.battery_soc")).toEqual(before);
  });

  test("sensorDelayed shows the value of then", async () => {
    await http("/api/services/select/select_option", {
      method: "POST",
      body: JSON.stringify({ entity_id: "select.battery_mode", option: "charge" }),
    });
    const atStart = Number(await shown("sensor.battery_soc"));
    await begin({ kind: "sensorDelayed", entityId: "sensor.battery_soc", delaySeconds: 1800 });
    for (let minute = 0; minute < 45; minute++) await live(60);
    const truePercent = house.pair.controlled.state().battery.soc * 100;
    const late = Number(await shown("sensor.battery_soc"));
    expect(truePercent).toBeGreaterThan(atStart + 30); // 5 kW for three quarters of an hour into 10 kWh
    expect(late).toBeGreaterThan(atStart + 5);
    expect(late).toBeLessThan(truePercent - 20);
  });

  test("a thermostat measures nonsense and keeps its settings", async () => {
    await begin({ kind: "sensorZero", entityId: "climate.living_room" });
    expect(await stateOf("climate.living_room")).toMatchObject({
      state: "heat",
      attributes: { current_temperature: 0, temperature: 21 },
    });
    await begin({ kind: "sensorNaN", entityId: "water_heater.hot_water_tank" });
    expect((await stateOf("water_heater.hot_water_tank")).attributes).toHaveProperty("current_temperature", null);
  });

  test("without a name every sensor fails, but nothing that shows a setting; ended, all is well", async () => {
    await begin({ kind: "sensorUnavailable" });
    expect(await shown("sensor.heat_pump_power")).toBe("unavailable");
    expect(await shown("select.battery_mode")).toBe("self_use");
    await http("/simulator/faults", { method: "DELETE" });
    expect(await shown("sensor.heat_pump_power")).toMatch(/^\d/);
    expect(await json("/simulator/faults")).toEqual([]);
  });
});

describe("what becomes of calls", () => {
  test("ignoreCalls is answered politely and changes nothing", async () => {
    await begin({ kind: "ignoreCalls", device: "battery" });
    expect(await (await selectMode("hold")).answer()).toMatchObject({ success: true });
    expect(await shown("select.battery_mode")).toBe("self_use");
    expect(await json("/simulator/calls")).toMatchObject([{ outcome: "ignored" }]);
  });

  test("ignoreCalls for a number of times loses that many writes of one entity, others succeed", async () => {
    await begin({ kind: "ignoreCalls", entityId: "number.battery_charge_power", times: 1 });
    const { answerTo, call } = await client();
    await answerTo(call("number.set_value", "number.battery_charge_power", { value: 1000 }));
    await answerTo(call("number.set_value", "number.battery_charge_target", { value: 80 }));
    await answerTo(call("number.set_value", "number.battery_charge_power", { value: 2000 }));
    expect(house.home.calls().map(({ outcome }) => outcome)).toEqual(["ignored", "done", "done"]);
    expect(controls()).toMatchObject({ batteryChargeKw: 2, batteryTargetSoc: 0.8 });
    expect(await json("/simulator/faults")).toEqual([]);
  });

  test("storeWithoutEffect shows the setting, and the device does nothing until the fault ends", async () => {
    await begin({ kind: "storeWithoutEffect", device: "battery", forSeconds: 600 });
    expect(await (await selectMode("charge")).answer()).toMatchObject({ success: true });
    await live(300);
    expect(await shown("select.battery_mode")).toBe("charge");
    expect(Number(await shown("sensor.battery_power"))).toBeLessThan(0); // self-use goes on
    await live(420);
    expect(Number(await shown("sensor.battery_power"))).toBeGreaterThan(4000);
    expect(house.home.calls()).toMatchObject([{ outcome: "stored" }]);
  });

  test("what was stored without effect is forgotten when it is written again", async () => {
    await begin({ kind: "storeWithoutEffect", entityId: "select.battery_mode", times: 1 });
    await (await selectMode("charge")).answer();
    await (await selectMode("hold")).answer();
    expect(await shown("select.battery_mode")).toBe("hold");
    expect(controls().batteryMode).toBe("hold");
  });

  test("delayCalls answers at once and acts later, by then without a user", async () => {
    await begin({ kind: "delayCalls", delaySeconds: 90, device: "battery" });
    expect(await (await selectMode("hold")).answer()).toMatchObject({ success: true });
    await live(89);
    expect(await shown("select.battery_mode")).toBe("self_use");
    await live(1);
    expect(await stateOf("select.battery_mode")).toMatchObject({
      state: "hold",
      last_changed: new Date(WIRES_START_MS + 90_000).toISOString().replace("Z", "000+00:00"),
      context: { user_id: null, parent_id: null },
    });
  });

  test("slowCalls: effect and answer come late, other devices are answered at once", async () => {
    await begin({ kind: "slowCalls", delaySeconds: 30, device: "battery" });
    const { answerTo, call, messages } = await client();
    const id = call("select.select_option", "select.battery_mode", { option: "hold" });
    expect(await answerTo(call("switch.turn_on", "switch.immersion_upper"))).toMatchObject({ success: true });
    const body = JSON.stringify({ entity_id: "number.battery_charge_power", value: 900 });
    const asked = http("/api/services/number/set_value", { method: "POST", body }).then(({ status }) => status);
    await expect.poll(() => house.home.calls().length).toBe(3);
    await live(29);
    expect(messages().filter((each) => each["id"] === id)).toEqual([]);
    expect(controls()).toMatchObject({ batteryMode: "self_use", upperElementOn: true });
    await live(1);
    expect(await answerTo(id)).toMatchObject({ success: true });
    expect(await asked).toBe(200);
    expect(controls()).toMatchObject({ batteryMode: "hold", batteryChargeKw: 0.9 });
  });

  test("loseBurst: the first call of a burst acts, the others are lost", async () => {
    await begin({ kind: "loseBurst", device: "battery", burstSeconds: 30 });
    const { answerTo, call } = await client();
    for (const kw of [1, 2, 3])
      await answerTo(call("number.set_value", "number.battery_charge_power", { value: kw * 1000 }));
    expect(controls().batteryChargeKw).toBe(1);
    await live(31);
    await answerTo(call("number.set_value", "number.battery_charge_power", { value: 4000 }));
    expect(controls().batteryChargeKw).toBe(4);
  });

  test.each<{ kind: FaultInput["kind"]; code: string; says: RegExp }>([
    { kind: "answer500", code: "home_assistant_error", says: /HTTP 500/ },
    { kind: "answer429", code: "home_assistant_error", says: /HTTP 429.*Retry-After: 60$/ },
    { kind: "answer401", code: "home_assistant_error", says: /HTTP 401.*credentials/ },
    { kind: "answerGarbage", code: "unknown_error", says: /^Expecting value/ },
    { kind: "answerBusy", code: "home_assistant_error", says: /busy/ },
    { kind: "refuseCalls", code: "home_assistant_error", says: /unavailable/ },
  ])("$kind: Home Assistant passes the device's error on, and nothing happens", async ({ kind, code, says }) => {
    await begin({ kind, device: "battery" } as FaultInput);
    expect(await (await selectMode("hold")).answer()).toMatchObject({
      success: false,
      error: { code, message: expect.stringMatching(says) },
    });
    expect(controls().batteryMode).toBe("self_use");
    expect(house.home.calls()).toMatchObject([{ outcome: "failed", reason: expect.stringMatching(says) }]);
    const body = JSON.stringify({ entity_id: "select.battery_mode", option: "hold" });
    expect((await http("/api/services/select/select_option", { method: "POST", body })).status).toBe(500);
  });

  test.each<{ kind: FaultInput["kind"]; mode: string; outcome: string }>([
    { kind: "hangCalls", mode: "self_use", outcome: "ignored" },
    { kind: "loseAnswers", mode: "hold", outcome: "done" },
  ])(
    "$kind: no answer ever comes, the rest of the connection lives; the mode is $mode",
    async ({ kind, mode, outcome }) => {
      await begin({ kind, device: "battery" } as FaultInput);
      const { answerTo, call, messages, send } = await client();
      const id = call("select.select_option", "select.battery_mode", { option: "hold" });
      await answerTo(send({ type: "ping" }));
      expect(messages().filter((each) => each["id"] === id)).toEqual([]);
      expect(controls().batteryMode).toBe(mode);
      expect(house.home.calls()).toMatchObject([{ outcome, answer: "silent" }]);
      const body = JSON.stringify({ entity_id: "select.battery_mode", option: "hold" });
      const asked = http("/api/services/select/select_option", {
        method: "POST",
        body,
        signal: AbortSignal.timeout(100),
      });
      await expect(asked).rejects.toThrow("timeout");
    },
  );

  test.each([
    { also: undefined, mode: "hold" },
    { also: "ignoreCalls", mode: "self_use" },
  ] as const)(
    "cutDuringCalls (and $also): the socket dies instead of the answer; the mode is $mode",
    async ({ also, mode }) => {
      await begin({ kind: "cutDuringCalls", device: "battery", times: 1 });
      if (also) await begin({ kind: also, device: "battery" });
      const { isClosed } = await selectMode("hold");
      await expect.poll(isClosed).toBe(true);
      expect(controls().batteryMode).toBe(mode);
      expect(house.home.calls()).toMatchObject([{ answer: "cut" }]);
      await begin({ kind: "cutDuringCalls", device: "battery" });
      const body = JSON.stringify({ entity_id: "select.battery_mode", option: "hold" });
      await expect(http("/api/services/select/select_option", { method: "POST", body })).rejects.toThrow(
        "fetch failed",
      );
    },
  );

  test("an error of Home Assistant itself comes before anything the device could do wrong", async () => {
    await begin({ kind: "hangCalls", times: 1 });
    expect(await (await selectMode("dance")).answer()).toMatchObject({ error: { code: "service_validation_error" } });
    expect(await json("/simulator/faults")).toMatchObject([{ kind: "hangCalls", times: 1 }]);
  });

  test("flakyCalls: the share asked for fails for once, each in its own way, the same again with the same seed", () => {
    const one = flakyDay(1);
    const wrong = one.filter((each) => each !== "done undefined undefined");
    expect(wrong.length).toBeGreaterThan(70);
    expect(wrong.length).toBeLessThan(130);
    expect(new Set(wrong).size).toBe(8);
    expect(flakyDay(1)).toEqual(one);
    expect(flakyDay(2)).not.toEqual(one);
  });
});

describe("house and wire", () => {
  test("cutConnections: every socket is cut, and the next one is welcome", async () => {
    const { isClosed } = await client();
    await begin({ kind: "cutConnections" });
    await expect.poll(isClosed).toBe(true);
    await client();
    expect(await json("/simulator/faults")).toEqual([]);
  });

  test("goAway hangs up on everybody, answers its own controls, and comes back by itself", async () => {
    const { isClosed } = await client();
    await begin({ kind: "goAway", forSeconds: 300 });
    await expect.poll(isClosed).toBe(true);
    await expect(http("/api/")).rejects.toThrow("fetch failed");
    expect((await client(false)).isClosed()).toBe(true);
    house.move(301_000);
    await expect.poll(async () => (await http("/api/").catch(() => undefined))?.status).toBe(200);
  });

  test("rejectToken: whoever is in is hung up on, nobody comes in, REST says 401", async () => {
    const inside = await client();
    await begin({ kind: "rejectToken" });
    await expect.poll(inside.isClosed).toBe(true);
    const { socket, until } = await client(false);
    socket.send(JSON.stringify({ type: "auth", access_token: house.token }));
    await until(({ type }) => type === "auth_invalid");
    expect((await http("/api/states")).status).toBe(401);
    await http("/simulator/faults", { method: "DELETE" });
    await client();
  });

  test("restart: away, then everything unavailable while it starts, then real with the settings it had", async () => {
    await (await selectMode("hold")).answer();
    await begin({ kind: "restart", forSeconds: 60, settleSeconds: 30 });
    await expect(http("/api/")).rejects.toThrow("fetch failed");
    await live(60);
    const { until, send, answerTo, call } = await client();
    send({ type: "subscribe_events" });
    expect(await stateOf("select.battery_mode")).toMatchObject({
      state: "unavailable",
      attributes: { restored: true },
      context: { user_id: null },
    });
    expect(await json("/api/config")).toMatchObject({ state: "STARTING" });
    // Home Assistant passes over what is unavailable, and calls that a success.
    expect(await answerTo(call("select.select_option", "select.battery_mode", { option: "charge" }))).toMatchObject({
      success: true,
    });
    await live(30);
    for (const type of ["core_config_updated", "homeassistant_started"])
      await until(({ event }) => (event as Message | undefined)?.["event_type"] === type);
    expect(await json("/api/config")).toMatchObject({ state: "RUNNING" });
    expect(await stateOf("select.battery_mode")).toMatchObject({ state: "hold", context: { user_id: null } });
    expect(house.home.calls().map(({ outcome }) => outcome)).toEqual(["done", "unavailable"]);
  });

  test("halfOpen takes the connection and says nothing, to nobody; at its end all are cut", async () => {
    const before = await client();
    await begin({ kind: "halfOpen", forSeconds: 120 });
    before.send({ type: "ping" });
    const { socket, texts, isClosed } = await client(false);
    socket.send(JSON.stringify({ type: "auth", access_token: house.token }));
    await expect(http("/api/", { signal: AbortSignal.timeout(100) })).rejects.toThrow("aborted due to timeout");
    expect(texts).toEqual([]);
    expect(before.messages().filter(({ type }) => type === "pong")).toEqual([]);
    expect(isClosed()).toBe(false);
    await live(121);
    await expect.poll(() => isClosed() && before.isClosed()).toBe(true);
    await client();
  });

  test("slowAnswers: everything comes that much later, in its order", async () => {
    const { messages, send, answerTo } = await client();
    await begin({ kind: "slowAnswers", delaySeconds: 30 });
    const first = send({ type: "ping" });
    const rest = http("/api/").then(({ status }) => status);
    // The simulation's own controls tell when both have come in: they are answered at once.
    await expect.poll(() => house.home.nextMs()).toBe(WIRES_START_MS + 30_000);
    await json("/simulator/faults");
    await live(29);
    expect(messages().filter(({ type }) => type === "pong")).toEqual([]);
    await http("/simulator/faults", { method: "DELETE" });
    const second = send({ type: "ping" });
    await live(1);
    await answerTo(second);
    const pongs = messages().filter(({ type }) => type === "pong");
    expect(pongs.map(({ id }) => id)).toEqual([first, second]);
    expect(await rest).toBe(200);
  });

  test("garbleAnswers: a frame and a body end in the middle, then all is well", async () => {
    const { socket, texts, send, answerTo } = await client();
    const before = texts.length;
    await begin({ kind: "garbleAnswers", times: 2 });
    send({ type: "get_config" });
    await expect.poll(() => texts.length).toBe(before + 1);
    expect(() => JSON.parse(texts.at(-1) ?? "") as unknown).toThrow(SyntaxError);
    const response = await http("/api/states");
    expect(response.headers.get("content-type")).toBe("application/json");
    await expect(response.json()).rejects.toThrow(SyntaxError);
    await answerTo(send({ type: "ping" }));
    expect(socket.readyState).toBe(socket.OPEN);
  });
});

describe("devices", () => {
  test("deviceUnavailable: all of it is unavailable, calls are passed over, other devices go on", async () => {
    await begin({ kind: "deviceUnavailable", device: "battery", forSeconds: 600 });
    expect(await shown("sensor.battery_soc")).toBe("unavailable");
    expect(await shown("select.battery_mode")).toBe("unavailable");
    expect(await shown("switch.immersion_upper")).toBe("off");
    expect(await (await selectMode("hold")).answer()).toMatchObject({ success: true });
    expect(controls().batteryMode).toBe("self_use");
    expect(house.home.calls()).toMatchObject([{ outcome: "unavailable" }]);
    await live(601);
    expect(await shown("select.battery_mode")).toBe("self_use");
  });

  test("rebootDevice: away for a minute, then back with the settings of its installer", async () => {
    await (await selectMode("hold")).answer();
    await begin({ kind: "rebootDevice", device: "battery" });
    expect(await shown("select.battery_mode")).toBe("unavailable");
    await live(60);
    expect(await stateOf("select.battery_mode")).toMatchObject({ state: "self_use", context: { user_id: null } });
  });

  const context = { person: { user_id: PERSON_ID, parent_id: null }, device: { user_id: null, parent_id: null } };
  test.each([
    { by: "person", entityId: "climate.living_room", value: 23, becomes: { roomSetpointC: 23 }, whose: context.person },
    {
      by: "person",
      entityId: "climate.living_room",
      value: "off",
      becomes: { heatingOn: false },
      whose: context.person,
    },
    {
      by: "automation",
      entityId: "switch.immersion_upper",
      value: "on",
      becomes: { upperElementOn: true },
      whose: { user_id: null, parent_id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    },
    {
      by: "device",
      entityId: "number.battery_charge_power",
      value: 700,
      becomes: { batteryChargeKw: 0.7 },
      whose: context.device,
    },
  ] as const)("changeByHand $by sets $entityId to $value, and the state says whose it was", async (each) => {
    const { becomes, whose, ...change } = each;
    await begin({ kind: "changeByHand", ...change });
    expect(controls()).toMatchObject(becomes);
    expect((await stateOf(each.entityId)).context).toMatchObject(whose);
    expect(house.home.calls()).toEqual([]);
  });

  test("our own call carries our user and the id that its result told", async () => {
    const { answer } = await selectMode("hold");
    const { result } = (await answer()) as { result: { context: { id: string; user_id: string } } };
    expect((await stateOf("select.battery_mode")).context).toEqual({ ...result.context, parent_id: null });
    expect(result.context.user_id).not.toBe(PERSON_ID);
  });

  test("gridOutage: no grid, battery and sun carry the load, and heating waits", async () => {
    await begin({ kind: "gridOutage", forSeconds: 3600 });
    await live(600);
    expect(await shown("binary_sensor.grid_connected")).toBe("off");
    expect(await shown("sensor.grid_voltage")).toBe("0");
    expect(await shown("sensor.house_grid_power")).toBe("0");
    expect(Number(await shown("sensor.battery_power"))).toBeLessThan(-500);
    expect(await shown("sensor.heat_pump_power")).toBe("0");
    expect(await shown("select.battery_mode")).toBe("self_use"); // the setting stays
    await live(3000);
    expect(await shown("binary_sensor.grid_connected")).toBe("on");
    expect(house.pair.twin.meters().importKwh).toBe(house.pair.controlled.meters().importKwh); // it was dark in both
  });
});

describe("what is refused says what there is instead", () => {
  test.each<{ fault: unknown; field: string; says: RegExp }>([
    { fault: { kind: "sensorNan" }, field: "kind", says: /did you mean "sensorNaN"\? There is: sensorUnavailable, / },
    { fault: { kind: "flood" }, field: "kind", says: /no such fault/ },
    { fault: {}, field: "kind", says: /is missing/ },
    {
      fault: { kind: "hangCalls", device: "batery" },
      field: "device",
      says: /did you mean "battery"\? There is: meter, /,
    },
    {
      fault: { kind: "hangCalls", entityId: "select.battery_mod" },
      field: "entityId",
      says: /did you mean "select.battery_mode"\?/,
    },
    { fault: { kind: "hangCalls", forSecs: 3 }, field: "forSecs", says: /did you mean "forSeconds"\?/ },
    { fault: { kind: "delayCalls" }, field: "delaySeconds", says: /is needed: a number/ },
    { fault: { kind: "hangCalls", forSeconds: -1 }, field: "forSeconds", says: />0/ },
    {
      fault: { kind: "hangCalls", device: "battery", entityId: "select.battery_mode" },
      field: "device",
      says: /one of both/,
    },
    {
      fault: { kind: "hangCalls", entityId: "sensor.battery_soc" },
      field: "entityId",
      says: /nothing that can be called/,
    },
    { fault: { kind: "sensorZero", entityId: "select.battery_mode" }, field: "entityId", says: /shows no number/ },
    {
      fault: { kind: "changeByHand", entityId: "select.battery_mode", value: "dance" },
      field: "value",
      says: /valid options are: self_use, hold/,
    },
    {
      fault: { kind: "changeByHand", entityId: "climate.living_room", value: 99 },
      field: "value",
      says: /range is 7 to 28/,
    },
    {
      fault: { kind: "changeByHand", entityId: "sensor.battery_soc", value: 9 },
      field: "entityId",
      says: /nothing to turn/,
    },
    {
      fault: { kind: "changeByHand", entityId: "switch.immersion_upper", value: "up" },
      field: "value",
      says: /not found/,
    },
  ])("$fault", async ({ fault, field, says }) => {
    const response = await http("/simulator/faults", { method: "POST", body: JSON.stringify(fault) });
    expect(response.status).toBe(422);
    const { message, errors } = (await response.json()) as { message: string; errors: { field: string }[] };
    expect(message).toMatch(says);
    expect(errors).toMatchObject([{ field }]);
    expect(house.home.faults.list()).toEqual([]);
  });

  test("one fault is ended by its id; another id is unknown", async () => {
    await begin({ kind: "hangCalls" });
    await begin({ kind: "sensorZero", entityId: "sensor.battery_soc" });
    const [first, second] = await json<{ id: string }[]>("/simulator/faults");
    const unknown = await http("/simulator/faults/fault-99", { method: "DELETE" });
    expect(unknown.status).toBe(404);
    expect(await unknown.text()).toContain(`there is: ${first?.id}, ${second?.id}`);
    await http(`/simulator/faults/${second?.id}`, { method: "DELETE" });
    expect(await json("/simulator/faults")).toMatchObject([{ id: first?.id }]);
    expect(await shown("sensor.battery_soc")).toBe("50");
  });
});

test("in process, without wires, a fault begins at its own second and ends at its own", () => {
  const seen: string[] = [];
  house.home.faults.add({ kind: "sensorZero", entityId: "sensor.battery_soc", forSeconds: 45 }, 90);
  house.home.onStateChange(({ after }) => {
    if (after.entityId === "sensor.battery_soc")
      seen.push(`${(after.changedMs - WIRES_START_MS) / 1000} ${after.state}`);
  });
  house.move(300_000);
  house.home.live(Number.POSITIVE_INFINITY);
  expect(seen[0]).toBe("90 0");
  expect(seen[1]).toMatch(/^135 [45]/);
});

test("a house with a car: it charges as it is told while it is there, and comes back from the road with less", async () => {
  await house.stop();
  house = await houseOnWires({ ...demoHouse, car: demoCar });
  expect(await shown("binary_sensor.car_connected")).toBe("on"); // it is about to leave
  await live(3600);
  expect(await shown("binary_sensor.car_connected")).toBe("off"); // ten o'clock in Helsinki, a Friday
  const before = Number(await shown("sensor.car_soc"));
  const { answerTo, call } = await client();
  await answerTo(call("number.set_value", "number.car_charger_current", { value: 10 }));
  await live(6.5 * 3600);
  expect(await shown("binary_sensor.car_connected")).toBe("on");
  expect(Number(await shown("sensor.car_charger_power"))).toBeCloseTo(6900, -3);
  expect(Number(await shown("sensor.car_soc"))).toBeLessThan(before);
  await answerTo(call("switch.turn_off", "switch.car_charger"));
  await live(120);
  expect(await shown("sensor.car_charger_power")).toBe("0");
  await begin({ kind: "deviceUnavailable", device: "car" });
  expect(await shown("switch.car_charger")).toBe("unavailable");
});
