import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
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

/** A real Mosquitto on that port. Throws when none is installed: such a test fails, it is not skipped. */
export async function startBroker(port: number): Promise<Broker> {
  const folder = mkdtempSync(join(tmpdir(), "ohmstead-broker-"));
  const config = join(folder, "mosquitto.conf");
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
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
