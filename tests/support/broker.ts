import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export interface Broker {
  readonly url: string;
  /** SIGKILL: no goodbye to anybody. */
  readonly kill: () => Promise<void>;
}

function mosquitto(): string {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  const path = folders.map((folder) => join(folder, "mosquitto")).find((each) => existsSync(each));
  if (!path) throw new Error("mosquitto is not installed (Debian: apt-get install mosquitto)");
  return path;
}

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(address && typeof address === "object" ? address.port : 0));
    });
  });

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1")
      .on("connect", () => {
        socket.destroy();
        resolve(true);
      })
      .on("error", () => resolve(false));
  });

/**
 * As docker/mosquitto/mosquitto.conf, but that it writes down what it keeps at once: a test does not wait for a minute. Started by root it would
 * become a user who may not write there.
 */
const persistence = (folder: string): string =>
  `user ${userInfo().username}\npersistence true\npersistence_location ${folder}/\nmax_queued_messages 100000\nautosave_on_changes true\nautosave_interval 1\n`;

/**
 * A real Mosquitto on that port, which keeps what it must remember in that folder, or nowhere. Throws when none is installed: such a test fails, it
 * is not skipped.
 */
export async function startBroker(port: number, persistenceFolder?: string): Promise<Broker> {
  const folder = mkdtempSync(join(tmpdir(), "ohmstead-broker-"));
  const config = join(folder, "mosquitto.conf");
  const kept = persistenceFolder === undefined ? "persistence false\n" : persistence(persistenceFolder);
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\n${kept}`);
  const child: ChildProcess = spawn(mosquitto(), ["-c", config], { stdio: "ignore" });
  const exited = new Promise<void>((done) => child.on("exit", () => done()));
  const givesUpMs = Date.now() + 10_000;
  while (!(await accepts(port))) {
    if (child.exitCode !== null || Date.now() > givesUpMs) throw new Error(`mosquitto did not start on port ${port}`);
    await wait(20);
  }
  return {
    url: `mqtt://127.0.0.1:${port}`,
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
