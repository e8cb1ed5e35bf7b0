interface Range {
  readonly min: number;
  readonly max: number;
}

/** What a kill run found. Lists are empty when all is well; each entry is a sentence. */
export interface KillReport {
  readonly seed: number;
  /** House time per real time. */
  readonly speed: number;
  readonly houseHours: number;
  readonly kills: { readonly optimizer: number; readonly nodeRed: number };
  readonly restarts: number;
  /** From the start of the new process to its first plan, real time. */
  readonly firstPlanMs: { readonly median: number; readonly p95: number; readonly max: number };
  /** What had been told or accepted, and was looked for in the database after every kill. */
  readonly promised: {
    readonly commands: number;
    readonly events: number;
    readonly wishes: number;
    readonly readings: number;
  };
  readonly losses: readonly string[];
  readonly doubles: readonly string[];
  readonly integrityFailures: readonly string[];
  readonly liveTwice: readonly string[];
  readonly calls: {
    readonly made: number;
    readonly byCommands: number;
    readonly byFallback: number;
    readonly repeated: number;
  };
  readonly commands: { readonly issued: number; readonly verified: number };
  readonly plans: Readonly<Record<string, number>>;
  readonly limits: {
    readonly broken: readonly string[];
    readonly soc: Range;
    readonly tankTempC: Range;
    readonly roomTempC: Range;
    readonly gridKw: Range;
  };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const range = ({ min, max }: Range, digits: number): string => `${min.toFixed(digits)} … ${max.toFixed(digits)}`;

/** Rows of what was found, for a terminal and for the docs. */
export const rowsOf = (report: KillReport): readonly (readonly [what: string, found: string])[] => [
  ["kills of the optimizer", String(report.kills.optimizer)],
  ["kills of Node-RED, beside them", String(report.kills.nodeRed)],
  ["house time lived through", `${report.houseHours.toFixed(1)} h at ${report.speed} times real time`],
  [
    "restart to first plan",
    `median ${seconds(report.firstPlanMs.median)}, p95 ${seconds(report.firstPlanMs.p95)}, max ${seconds(report.firstPlanMs.max)}`,
  ],
  [
    "promised before the kills",
    `${report.promised.commands} commands, ${report.promised.events} of their events, ${report.promised.wishes} wishes and ends of wishes, ${report.promised.readings} readings`,
  ],
  ["lost", String(report.losses.length)],
  [
    "calls that reached the house",
    `${report.calls.made}: ${report.calls.byCommands} of commands, ${report.calls.byFallback} of fallback, ${report.calls.repeated} repeated`,
  ],
  ["doubled (explained by nothing)", String(report.doubles.length)],
  ["databases that failed the integrity check", String(report.integrityFailures.length)],
  ["moments with two live commands of a device", String(report.liveTwice.length)],
  ["commands", `${report.commands.issued} issued, ${report.commands.verified} verified`],
  ["limits of the house broken", String(report.limits.broken.length)],
  ["state of charge", range(report.limits.soc, 2)],
  ["tank", `${range(report.limits.tankTempC, 1)} °C`],
  ["room", `${range(report.limits.roomTempC, 1)} °C`],
  ["grid, import positive", `${range(report.limits.gridKw, 1)} kW`],
];

/** Everything that should not have been found. */
export const complaintsIn = ({ losses, doubles, integrityFailures, liveTwice, limits }: KillReport): string[] => [
  ...losses.map((each) => `lost: ${each}`),
  ...doubles.map((each) => `doubled: ${each}`),
  ...integrityFailures.map((each) => `integrity: ${each}`),
  ...liveTwice.map((each) => `two live commands: ${each}`),
  ...limits.broken.map((each) => `limit: ${each}`),
];

/** The page of the docs, written from a report. */
export const pageOf = (report: KillReport): string => `# Killed again and again

Written by \`npm run kill -- --kills ${report.kills.optimizer} --speed ${report.speed} --seed ${report.seed} --write-docs\`; not edited by hand.

One composed demo (simulated house, optimizer, Node-RED), and the optimizer killed (SIGKILL) at moments that follow from the seed: any moment after its first
plan, one in four in the moment in which it offers a command. Node-RED dies with it now and then. Before each death somebody asks for commands, sends
readings and wishes, and remembers every answer. After each, the database that the dead process left is copied and held against those
answers; at the end every call that reached the house is held against the log of commands.

| what | found |
| ---- | ----- |
${rowsOf(report)
  .map(([what, found]) => `| ${what} | ${found} |`)
  .join("\n")}

"Repeated" calls were carried once more because Node-RED died between a call and its report. Every call sets a value ("mode: charge"), none adds to one, so
that the second changes nothing.
`;
