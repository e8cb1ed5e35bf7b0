import { writeFileSync, copyFileSync } from "node:fs";
import { test } from "vitest";
import { startComposedDemo } from "../support/composed-demo.ts";
test("explore", async () => {
  const t0 = Date.now();
  const demo = await startComposedDemo({ speed: 300 });
  console.log("start", Date.now() - t0);
  try {
    for (let m = 0; m <= 360; m += 10) {
      await demo.untilHouse(demo.minute(m));
      const pack = await demo.get<any>("/api/v1/fallback-pack").catch((e: Error) => e.message);
      writeFileSync(`/tmp/sx/pack-${m}.json`, JSON.stringify(pack, undefined, 1));
      writeFileSync(`/tmp/sx/plan-${m}.json`, JSON.stringify(await demo.plan().catch((e: Error) => e.message), undefined, 1));
      writeFileSync(`/tmp/sx/health-${m}.json`, JSON.stringify(await demo.health(), undefined, 1));
    }
    const commands = await demo.commands();
    const events = await Promise.all(commands.map(async (c) => [c, await demo.eventsOf(c.id)]));
    writeFileSync("/tmp/sx/commands.json", JSON.stringify(events, undefined, 1));
    writeFileSync("/tmp/sx/calls.json", JSON.stringify(await demo.sim.calls(), undefined, 1));
    writeFileSync("/tmp/sx/report.json", JSON.stringify(await demo.sim.report(), undefined, 1));
  } finally {
    await demo.stop();
    copyFileSync(demo.databasePath, "/tmp/sx/db.sqlite");
    demo.remove();
  }
});
