import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LEAN } from "../../optimizer/src/launch/stations.ts";
import { openStore } from "../../optimizer/src/store/store.ts";

const READINGS = 50_000;
const SENSORS = ["grid", ...Array.from({ length: 9 }, (_, k) => `room${k}`)];
/** Each of them brings all the readings of another hour. */
const AT_ONCE = 8;

export interface IngestBench {
  /** The store alone, one transaction. */
  readonly insertMs: number;
  /** A request that brings all of them, from the first byte to the answer. */
  readonly requestMs: number;
  /** Resident before, and the most while `atOnce` such requests come at the same moment. */
  readonly restingMb: number;
  readonly mostMb: number;
  readonly atOnce: number;
  /** What became of them: each stored whole, or refused. */
  readonly stored: number;
  readonly refused: number;
}

/** Resident memory of a process now, MB. */
function residentMb(pid: number | undefined): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}

/** Fifty thousand readings of ten sensors, the newest `hoursAgo`. */
function payloads(hoursAgo: number): string {
  const untilMs = Date.now() - hoursAgo * 3_600_000;
  const moments = READINGS / SENSORS.length;
  return JSON.stringify(
    Array.from({ length: moments }, (_, k) => ({
      device_id: "hall",
      timestamp: untilMs - k * 500,
      readings: SENSORS.map((sensor_id, n) => ({
        sensor_id,
        value: 20 + n + (k % 7) / 10,
        unit: n === 0 ? "kW" : "°C",
        quality: "good",
      })),
    })),
  );
}

/** What a burst of fifty thousand readings costs: time and memory. */
export async function benchIngest(): Promise<IngestBench> {
  const folder = mkdtempSync(join(tmpdir(), "ohmstead-ingest-"));
  const token = "bench-token-0123456789";
  const store = openStore(join(folder, "alone.sqlite"));
  const readings = Array.from({ length: READINGS }, (_, k) => ({
    signal: `signal${k % SENSORS.length}`,
    atMs: Date.now() - k * 50,
    value: k % 23,
  }));
  const insertStartMs = performance.now();
  store.readings.save(readings);
  const insertMs = performance.now() - insertStartMs;
  store.close();
  const target = spawn(
    process.execPath,
    [
      ...LEAN.args,
      "--conditions=source",
      fileURLToPath(new URL("ingest-target.ts", import.meta.url)),
      join(folder, "served.sqlite"),
      token,
    ],
    { env: { ...process.env, ...LEAN.env }, stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    const [port] = await once(target.stdout, "data");
    const send = (body: string) =>
      fetch(`http://127.0.0.1:${String(port).trim()}/api/v1/ingest`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body,
      });
    await send(JSON.stringify([]));
    const restingMb = residentMb(target.pid);
    const one = payloads(0);
    const startMs = performance.now();
    const answer = await send(one);
    const requestMs = performance.now() - startMs;
    if (!answer.ok) throw new Error(`POST /api/v1/ingest answered ${answer.status}: ${await answer.text()}`);
    let mostMb = restingMb;
    const looking = setInterval(() => {
      mostMb = Math.max(mostMb, residentMb(target.pid));
    }, 10);
    const bodies = Array.from({ length: AT_ONCE }, (_, k) => payloads(1 + k));
    const statuses = (await Promise.all(bodies.map(send))).map(({ status }) => status);
    clearInterval(looking);
    return {
      insertMs,
      requestMs,
      restingMb,
      mostMb: Math.max(mostMb, residentMb(target.pid)),
      atOnce: AT_ONCE,
      stored: statuses.filter((status) => status === 200).length,
      refused: statuses.filter((status) => status === 503).length,
    };
  } finally {
    target.kill("SIGKILL");
    await once(target, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
}
