// A program that lives like the optimizer, fast: commands replaced and reported on, readings, plans, a step after the other, told on stdout
// when it has been written. Its deeds follow from their number, so that whoever finds the database can tell what is missing.
import { randomBytes } from "node:crypto";
import { setImmediate as breathe } from "node:timers/promises";
import type { CommandEvent } from "@ohmstead/contract";
import { anOrder, aPlan } from "../../optimizer/src/commands/testing/examples.ts";
import { openStore } from "../../optimizer/src/store/store.ts";

const [path = ""] = process.argv.slice(2);
const DEVICES = ["battery", "tank", "zone"];
const store = openStore(path);
// Nobody must be left writing should who started it die.
setTimeout(() => process.exit(1), 120_000);

const event = (commandId: string, type: CommandEvent["type"], step: number): CommandEvent => ({
  id: `${type}:${step}`,
  commandId,
  type,
  attempt: 1,
  atMs: step,
  cause: "",
});

for (let step = 1; ; step += 1) {
  const deviceId = DEVICES[step % DEVICES.length] ?? "";
  const before = store.commands.live().find(({ order }) => order.deviceId === deviceId);
  const id = `command-${step}`;
  store.transaction(() => {
    if (before) store.commands.append([event(before.order.id, "completed", step)], false);
    store.commands.create({ ...anOrder, id, deviceId, createdAtMs: step }, event(id, "created", step));
  });
  store.commands.append([event(id, "sent", step)], true);
  store.commands.append([event(id, "acknowledged", step), event(id, "verified", step)], true);
  store.readings.save([
    { signal: "battery.soc", atMs: step, value: step },
    { signal: "tank.tempC", atMs: step, value: step },
  ]);
  // Noise, which no packing makes small: the log is emptied into the file all the time.
  const plan = { ...aPlan({}, `plan-${step}`), createdAtMs: step, notes: [randomBytes(6000).toString("base64")] };
  store.plans.save({ plan, problem: {} as never, cause: "time" });
  process.stdout.write(`${step}\n`);
  await breathe();
}
