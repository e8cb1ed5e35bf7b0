import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatHouseClock } from "@ohmstead/contract";
import { afterAll, afterEach, expect, test } from "vitest";

const WINTER = join(import.meta.dirname, "../../../config/demo/winter");
const START_MS = Date.UTC(2024, 0, 4, 22);
const started: ChildProcess[] = [];
const folder = mkdtempSync(join(tmpdir(), "house-"));
const FLOOD = join(folder, "flood.yaml");
writeFileSync(FLOOD, "- { kind: goAwy, atSeconds: 60 }\n");
const QUIET = join(folder, "quiet.json");
writeFileSync(QUIET, '[{ "atSeconds": 90, "kind": "deviceUnavailable", "device": "battery", "forSeconds": 3600 }]');
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  for (const each of started.splice(0)) each.kill("SIGKILL");
});

function start(args: readonly string[], env: Record<string, string> = {}) {
  const main = join(import.meta.dirname, "main.ts");
  const house = spawn(process.execPath, ["--conditions=source", main, ...args], {
    env: { ...process.env, HA_TOKEN: "", OHMSTEAD_CLOCK: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(house);
  const said = { out: "", error: "" };
  house.stdout.on("data", (data: Buffer) => (said.out += data.toString()));
  house.stderr.on("data", (data: Buffer) => (said.error += data.toString()));
  return { house, said };
}

test("the process says when it is ready, lives on the house's clock, and ends on SIGTERM", async () => {
  const clock = formatHouseClock({ speed: 600, houseStartMs: START_MS, realStartMs: Date.now() });
  const args = ["--port", "0", "--days-folder", WINTER, "--start-ms", String(START_MS)];
  const { house, said } = start(args, { HA_TOKEN: "secret", OHMSTEAD_CLOCK: clock });
  await expect.poll(() => said.out, { timeout: 10_000 }).toContain("\n");
  const { ready, port } = JSON.parse(said.out) as { ready: boolean; port: number };
  expect(ready).toBe(true);
  const report = async () => {
    const headers = { authorization: "Bearer secret" };
    const response = await fetch(`http://127.0.0.1:${port}/simulator/report`, { headers });
    return (await response.json()) as { fromMs: number; nowMs: number };
  };
  await expect.poll(async () => (await report()).nowMs, { timeout: 5000 }).toBeGreaterThan(START_MS + 5 * 60_000);
  expect((await report()).fromMs).toBe(START_MS);
  const begun = Date.now();
  house.kill("SIGTERM");
  const [code] = (await once(house, "exit")) as [number | null];
  expect(code).toBe(0);
  expect(Date.now() - begun).toBeLessThan(2000);
}, 20_000);

test.each([
  { what: "no folder", args: [], complaint: "--days-folder is missing" },
  { what: "no token", args: ["--days-folder", WINTER], complaint: "HA_TOKEN" },
  { what: "a folder without days", args: ["--days-folder", "/nowhere"], complaint: "prices.csv" },
  {
    what: "a fault that does not exist",
    args: ["--days-folder", WINTER, "--faults", FLOOD],
    complaint: 'did you mean "goAway"? There is: sensorUnavailable',
  },
  { what: "a bad number", args: ["--days-folder", WINTER, "--start-ms", "soon"], complaint: '--start-ms "soon"' },
])(
  "$what: it says what to do and does not start",
  async ({ args, complaint }) => {
    const { house, said } = start(args);
    const [code] = (await once(house, "exit")) as [number | null];
    expect(code).toBe(1);
    expect(said.error).toContain(complaint);
  },
  20_000,
);

test("the token may come from a file", async () => {
  const file = join(folder, "token");
  writeFileSync(file, "from-a-file\n");
  const { said } = start([
    "--port",
    "0",
    "--days-folder",
    WINTER,
    "--start-ms",
    String(START_MS),
    "--token-file",
    file,
  ]);
  await expect.poll(() => said.out, { timeout: 10_000 }).toContain("\n");
  const { port } = JSON.parse(said.out) as { port: number };
  const response = await fetch(`http://127.0.0.1:${port}/api/`, { headers: { authorization: "Bearer from-a-file" } });
  expect(response.status).toBe(200);
}, 20_000);

test("a fault of the file begins at its second of house time", async () => {
  const clock = formatHouseClock({ speed: 60, houseStartMs: START_MS, realStartMs: Date.now() });
  const args = ["--port", "0", "--days-folder", WINTER, "--start-ms", String(START_MS), "--faults", QUIET];
  const { said } = start(args, { HA_TOKEN: "secret", OHMSTEAD_CLOCK: clock });
  await expect.poll(() => said.out, { timeout: 10_000 }).toContain("\n");
  const { port } = JSON.parse(said.out) as { port: number };
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: "Bearer secret" } });
    return response.json();
  };
  const listed = [{ kind: "deviceUnavailable", fromMs: START_MS + 90_000, untilMs: START_MS + 3_690_000 }];
  expect(await ask("/simulator/faults")).toMatchObject(listed);
  await expect
    .poll(() => ask("/api/states/select.battery_mode"), { timeout: 10_000 })
    .toMatchObject({ state: "unavailable", last_changed: expect.stringContaining("22:01:30.000") });
}, 20_000);
