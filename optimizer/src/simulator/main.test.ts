import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatHouseClock } from "@ohmstead/contract";
import { afterEach, expect, test } from "vitest";

const WINTER = join(import.meta.dirname, "../../../config/demo/winter");
const START_MS = Date.UTC(2024, 0, 4, 22);
const started: ChildProcess[] = [];
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
  const folder = mkdtempSync(join(tmpdir(), "house-"));
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
  rmSync(folder, { recursive: true });
}, 20_000);
