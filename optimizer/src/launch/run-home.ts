import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../domain/errors.ts";
import { loadHomeConfig } from "../cycles/load-config.ts";
import { inProject, tokenIn } from "./folders.ts";
import { keepRunning } from "./keep-running.ts";
import { freePort } from "./ports.ts";
import { bringToSafeState } from "./safe-state.ts";
import { startNodeRed, startOptimizer } from "./stations.ts";
import { untilSignal } from "./until-signal.ts";

export interface HomeOptions {
  readonly configPath: string;
  readonly dataFolder: string;
  readonly host: string;
  readonly nodeRedPort: number;
}

/** The appliance at home: optimizer and Node-RED, kept running until Ctrl-C. Home Assistant's address and token come from the environment. */
export async function runHome({ configPath, dataFolder, host, nodeRedPort }: HomeOptions): Promise<void> {
  const config = loadHomeConfig(configPath);
  if (existsSync(inProject(".env"))) process.loadEnvFile(inProject(".env"));
  const { HA_URL, HA_TOKEN } = process.env;
  if (!HA_URL || !HA_TOKEN)
    throw new ConfigError(
      "Home Assistant's address and token are missing: copy .env.example to .env and fill in HA_URL (http://homeassistant.local:8123) and HA_TOKEN (Home Assistant: your profile, Security, Long-lived access tokens).",
    );
  if (!isLocal(host) && !existsSync(join(dataFolder, "login.json")))
    throw new ConfigError(
      `Node-RED would be open to everybody on ${host}: set a login first with "npx ohmstead login <name>", or leave --host away.`,
    );

  const asked = untilSignal();
  const nodeRedAt = await freePort(nodeRedPort, host, "dashboard", `npm start -- --port ${nodeRedPort + 10}`);
  await freePort(config.service.port, config.service.host, "optimizer", "service.port in config/home.yaml");
  const token = tokenIn(join(dataFolder, "service-token"));
  const optimizerSetup = {
    configPath,
    dataFolder,
    host: config.service.host,
    port: config.service.port,
    token,
    env: {},
    onLine: say,
  };
  const optimizer = await startOptimizer(optimizerSetup);
  const nodeRedSetup = {
    dataFolder,
    host,
    port: nodeRedAt,
    onLine: say,
    env: {
      OHMSTEAD_URL: `http://${config.service.host}:${optimizer.port}`,
      OHMSTEAD_TOKEN: token,
      HA_URL,
      HA_TOKEN,
    },
  };
  const nodeRed = await startNodeRed(nodeRedSetup).catch(async (error: unknown) => {
    await optimizer.service.stop();
    throw error;
  });
  console.log(`Dashboard: http://${host}:${nodeRedAt}/dashboard`);
  const ending = new AbortController();
  // Node-RED carries the last orders, so both live until they are proved; a second Ctrl-C does not wait.
  const leave = async () => {
    console.log("Bringing the devices to their safe state; Ctrl-C again to leave them as they are.");
    const url = `http://${config.service.host}:${optimizer.port}`;
    console.log(await bringToSafeState({ url, token, cause: "Ohmstead is being stopped" }));
    ending.abort();
  };
  if (asked.aborted) void leave();
  else asked.addEventListener("abort", () => void leave(), { once: true });
  const { signal } = ending;
  await Promise.all([
    keepRunning(optimizer.service, async () => (await startOptimizer(optimizerSetup)).service, signal, console.error),
    keepRunning(nodeRed, () => startNodeRed(nodeRedSetup), signal, console.error),
  ]);
}

const say = (service: string, line: string): void => console.log(`[${service}] ${line}`);

const isLocal = (host: string): boolean => host === "127.0.0.1" || host === "::1" || host === "localhost";
