import { existsSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { IANAZone } from "luxon";
import { ConfigError, InputError } from "../domain/errors.ts";
import { DEMO_WEEKS, type DemoDays } from "../launch/compose-demo.ts";
import { inProject } from "../launch/folders.ts";
import { runDemo } from "../launch/run-demo.ts";
import { runHome } from "../launch/run-home.ts";
import { doctor } from "./doctor.ts";
import { explain } from "./explain/explain.ts";
import { inputs } from "./inputs.ts";
import { setLogin } from "./login.ts";
import { replay } from "./replay/replay.ts";
import { safeState } from "./safe-state.ts";
import { EXACT_GAP, EXACT_TIME_LIMIT_S, solveFile } from "./solve.ts";
import { watchdog } from "./watchdog.ts";

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("Write a number above 0.");
  return value;
};
const timeZone = (text: string): string => {
  if (!IANAZone.isValidZone(text)) throw new InvalidArgumentError("Write a time zone, for example Europe/Helsinki.");
  return text;
};
const gap = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0 || value >= 1)
    throw new InvalidArgumentError("Write a share, for example 0.01 for one per cent.");
  return value;
};
const port = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError("Write a port, 0 to 65535 (0: any free one).");
  return value;
};

interface DemoFlags {
  readonly days: DemoDays;
  readonly speed: number;
  readonly hours?: number;
  readonly report?: string;
  readonly faults?: string;
  readonly host: string;
  readonly port: number;
  readonly optimizerPort: number;
  readonly housePort: number;
  readonly data?: string;
  readonly verbose?: boolean;
}

const withDemoOptions = (command: Command): Command =>
  command
    .addOption(
      new Option("--days <week>", "which recorded week the demo house lives through")
        .choices(Object.keys(DEMO_WEEKS))
        .default("winter"),
    )
    .option("--speed <times>", "how much faster than real time, up to 600", positive, 60)
    .option("--hours <hours>", "stop after so many hours of the house's time", positive)
    .option("--report <file>", "write what happened as JSON")
    .option("--faults <file>", "let the demo house misbehave: a list of faults as JSON or YAML")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <port>", "port of the dashboard and the flow editor", port, 1880)
    .option("--optimizer-port <port>", "port of the optimizer and its status page", port, 8710)
    .option("--house-port <port>", "port of the simulated house", port, 18123)
    .option("--data <folder>", "folder for database and flows")
    .option("--verbose", "print what every process says");

const demo = ({ port, optimizerPort, housePort, data, ...flags }: DemoFlags): Promise<void> =>
  runDemo({
    ...flags,
    ports: { nodeRed: port, optimizer: optimizerPort, house: housePort },
    dataFolder: data ?? inProject("data", "demo"),
  });

const program = new Command("ohmstead")
  .description("The home-energy appliance: plans, drives and proves the cheapest comfortable day.")
  .showHelpAfterError()
  .showSuggestionAfterError();

withDemoOptions(program.command("start"))
  .description("run the appliance with config/home.yaml, or the demo house when there is none")
  .option("--config <file>", "the household's configuration", inProject("config/home.yaml"))
  .action(async ({ config, ...flags }: DemoFlags & { readonly config: string }) => {
    if (!existsSync(config)) return demo(flags);
    return runHome({
      configPath: config,
      dataFolder: flags.data ?? inProject("data"),
      host: flags.host,
      nodeRedPort: flags.port,
    });
  });

withDemoOptions(program.command("demo"))
  .description("run the complete appliance on a simulated house and real prices")
  .action(demo);

program
  .command("solve")
  .description("print the plan of a household problem as JSON; exit 2 with a problem document when it cannot be used")
  .argument("<file>", "a HouseholdProblem as JSON, - for standard input")
  .option("--exact", "decide every switch as well, and prove how far the plan may be from the best")
  .option("--time-limit <seconds>", "how long an exact plan may take", positive, EXACT_TIME_LIMIT_S)
  .option("--gap <share>", "an exact plan may cost this much more than the best, share of it", gap, EXACT_GAP)
  .action(solveFile);

program
  .command("explain")
  .description("print a plan for people: what happens now and why, all devices, the money, what it misses")
  .argument("[plan]", "id of a stored plan, or a plan as a JSON file, - for standard input", "latest")
  .option("--data <folder>", "the appliance's data folder")
  .option("--time-zone <name>", "the house's, for a plan in a file", timeZone)
  .action(explain);

program
  .command("replay")
  .description("solve again what a stored plan was made from: prints same (exit 0) or every difference (exit 1)")
  .argument("<plan>", "id of a stored plan, or latest")
  .option("--data <folder>", "the appliance's data folder")
  .action(replay);

program
  .command("doctor")
  .description("look at every source and entity of the config, and say which setting to change")
  .option("--config <file>", "the household's configuration", inProject("config/home.yaml"))
  .option("--data <folder>", "the appliance's data folder", inProject("data"))
  .option("--url <address>", "the optimizer's, which is asked first", "http://127.0.0.1:8710")
  .option("--json", "the report as JSON")
  .action(doctor);

program
  .command("inputs")
  .description("print what the prices and forecasts of a period rested on, from the stored plans")
  .option("--from <time>", "a local day or an ISO 8601 time; default a day before until")
  .option("--until <time>", "default now")
  .option("--data <folder>", "the appliance's data folder")
  .action(inputs);

program
  .command("watchdog")
  .description("print a Home Assistant package that puts your devices into their safe state when Ohmstead falls silent")
  .option("--config <file>", "the household's configuration", inProject("config/home.yaml"))
  .option("--minutes <minutes>", "how long Ohmstead may be silent", positive, 10)
  .action(watchdog);

program
  .command("safe-state")
  .description("bring every device to its safe state and follow no plan any more, before Ohmstead is stopped for good")
  .option("--url <address>", "the optimizer's", "http://127.0.0.1:8710")
  .option("--data <folder>", "the appliance's data folder", inProject("data"))
  .action(safeState);

program
  .command("login")
  .description("ask for a password, and let nobody to editor and dashboard without it")
  .argument("<name>", "the user's name")
  .option("--data <folder>", "the appliance's data folder", inProject("data"))
  .action(setLogin);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof InputError ? 2 : 1;
}
