import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DoctorReport } from "@ohmstead/contract";
import { createDoctor } from "../cycles/doctor/doctor.ts";
import { rememberingAll } from "../cycles/doctor/remember-answers.ts";
import { loadHomeConfig } from "../cycles/load-config.ts";
import { devicesOfHome } from "../devices/devices-of-home.ts";
import { ConfigError } from "../domain/errors.ts";
import { inProject } from "../launch/folders.ts";
import { homeAssistantIn, sourcesOfHome } from "../launch/sources-of-home.ts";
import { createHomeAssistantReader } from "../transport/home-assistant-rest.ts";
import { doctorText } from "./doctor-text.ts";

export interface DoctorFlags {
  readonly config: string;
  readonly data: string;
  readonly url: string;
  readonly json?: boolean;
}

/** `ohmstead doctor`: asks the running appliance, which knows most; examines the config by itself when none runs. */
export async function doctor(flags: DoctorFlags): Promise<void> {
  const report = (await reportOfRunning(flags)) ?? (await reportOfConfig(flags.config));
  console.log(flags.json ? JSON.stringify(report, undefined, 2) : doctorText(report));
  if (report.status === "failing") process.exitCode = 1;
}

/** Undefined when no appliance answers there. */
async function reportOfRunning({ url, data }: DoctorFlags): Promise<DoctorReport | undefined> {
  const file = join(data, "service-token");
  const token = process.env["OHMSTEAD_TOKEN"] ?? (existsSync(file) ? readFileSync(file, "utf8").trim() : undefined);
  if (!token) return undefined;
  const response = await fetch(`${url}/api/v1/doctor`, { headers: { authorization: `Bearer ${token}` } }).catch(
    () => undefined,
  );
  if (!response) return undefined;
  if (response.status === 401)
    throw new ConfigError(
      `The optimizer at ${url} does not take the token of ${file}: name its data folder with --data`,
    );
  if (!response.ok)
    throw new ConfigError(`The optimizer at ${url} answered ${response.status}: is it another version?`);
  return DoctorReport.parse(await response.json());
}

async function reportOfConfig(configPath: string): Promise<DoctorReport> {
  const config = loadHomeConfig(configPath);
  if (existsSync(inProject(".env"))) process.loadEnvFile(inProject(".env"));
  const address = homeAssistantIn(process.env);
  return createDoctor({
    config,
    sources: rememberingAll(sourcesOfHome(config, dirname(configPath), process.env)),
    devices: devicesOfHome(config),
    home: address && createHomeAssistantReader(address),
    clock: { nowMs: () => Date.now() },
  }).examine(new AbortController().signal);
}
