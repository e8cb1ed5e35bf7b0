import { stringify } from "yaml";
import { loadHomeConfig } from "../cycles/load-config.ts";
import { devicesOfHome } from "../devices/devices-of-home.ts";
import { watchdogPackage } from "../devices/watchdog-package.ts";

export interface WatchdogFlags {
  readonly config: string;
  readonly minutes: number;
}

const HEAD = `# Ohmstead's watchdog in Home Assistant: puts the devices into their safe state when Ohmstead falls silent.
# Written by "npx ohmstead watchdog" from your home's configuration: write it again when your devices change.
# How to install it: optimizer/docs/home-assistant.md
`;

/** Home Assistant reads YAML 1.1, where off is false and some times are numbers. */
const YAML = { version: "1.1", lineWidth: 0 } as const;

/** The package of a home as YAML. Throws ConfigError. */
export function watchdogYaml({ config, minutes }: WatchdogFlags): string {
  const devices = devicesOfHome(loadHomeConfig(config)).values();
  const { content, outOfReach } = watchdogPackage(devices, { silentSeconds: Math.round(minutes * 60) });
  const warning =
    outOfReach.length > 0
      ? `# Not in here, because only their maker's interface reaches them, not Home Assistant: ${outOfReach.join(", ")}.\n`
      : "";
  return HEAD + warning + stringify(content, YAML);
}

/** Prints it, to be written to a file of Home Assistant's packages folder. */
export const watchdog = (flags: WatchdogFlags): void => void process.stdout.write(watchdogYaml(flags));
