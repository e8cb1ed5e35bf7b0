import { closest } from "fastest-levenshtein";
import { z } from "zod";
import { parseInput } from "../../../optimizer/src/domain/parse-config.ts";

// Control cases of the format "complaint-case/1". Strict: what nobody here knows must fail its case, not pass unseen.

const seconds = z.number().min(0);
const SettingValue = z.union([z.number(), z.string(), z.boolean(), z.null()]);
export type SettingValue = z.output<typeof SettingValue>;
const Settings = z.record(z.string(), SettingValue);
export type Settings = Readonly<z.output<typeof Settings>>;

/** What the planning side wants of a device, and what a device does: one of its modes, with a power where the mode has one. */
const Want = z.strictObject({ mode: z.string(), powerKw: z.number().min(0).optional() });
export type Want = Readonly<z.output<typeof Want>>;

const DeviceInput = z.strictObject({
  id: z.string().min(1),
  kind: z.string(),
  modes: z.array(z.string()).min(1),
  maxKw: z.number().positive().optional(),
  safeState: Want.nullish(),
  initial: Want,
  house: z.strictObject({ loadKw: z.number(), pvKw: z.number() }).optional(),
  answersAfterSeconds: seconds.nullish(),
  effectAfterSeconds: seconds.default(0),
  readingsEverySeconds: z.number().positive(),
  forgetsOnReboot: z.boolean().default(false),
  expiresAfterSeconds: z.number().positive().nullish(),
  writesWearFlash: z.boolean().optional(),
  settings: Settings.optional(),
  recipes: z.record(z.string(), z.array(z.strictObject({ set: z.string(), to: SettingValue }))).optional(),
  modeOf: z.string().optional(),
  note: z.string().optional(),
});
export type DeviceInput = Readonly<z.output<typeof DeviceInput>>;

const Rules = z.strictObject({
  reconcileEverySeconds: z.number().positive().optional(),
  effectDeadlineSeconds: z.number().positive().optional(),
  maxAttempts: z.int().positive().optional(),
  overrideSeconds: seconds.optional(),
  writeBudgetPerDay: z.int().positive().optional(),
});
export type Rules = Readonly<z.output<typeof Rules>>;

const common = { atSeconds: seconds, note: z.string().optional() };
const device = z.string();
const intent = { ...common, device, want: Want, validSeconds: z.number().positive(), by: z.string().optional() };

export const BEHAVIOURS = [
  "normal",
  "acceptsIgnores",
  "acceptsDrops",
  "late",
  "silent",
  "silentButApplies",
  "skipsSetting",
  // Beyond the shared format: devices that answer, and say no.
  "busy",
  "answersError",
  "answersUnauthorised",
  "rateLimited",
] as const;

/** The events there are, by name: what may stand in each. What else stands in the loose ones is read by open-fields.ts. */
const EVENTS = {
  intent: z.strictObject({ event: z.literal("intent"), ...intent }),
  intentRepeated: z.strictObject({
    event: z.literal("intentRepeated"),
    ...intent,
    everySeconds: z.number().positive(),
    until: seconds,
  }),
  behaviour: z.strictObject({
    event: z.literal("behaviour"),
    ...common,
    device,
    is: z.enum(BEHAVIOURS),
    delaySeconds: seconds.optional(),
    timesOutAfterSeconds: seconds.optional(),
    retryAfterSeconds: seconds.optional(),
    setting: z.string().optional(),
    times: z.int().positive().optional(),
    forSeconds: seconds.optional(),
  }),
  foreignWrite: z.strictObject({
    event: z.literal("foreignWrite"),
    ...common,
    device,
    set: Settings,
    by: z.string().optional(),
  }),
  reboot: z.looseObject({ event: z.literal("reboot"), ...common, device }),
  readings: z.looseObject({
    event: z.literal("readings"),
    ...common,
    device,
    are: z.enum(["missing", "back", "normal"]),
  }),
  entity: z.looseObject({ event: z.literal("entity"), ...common, device }),
  oldReading: z.looseObject({ event: z.literal("oldReading"), ...common, device }),
  link: z.looseObject({
    event: z.literal("link"),
    ...common,
    device: device.optional(),
    is: z.enum(["down", "up"]),
  }),
  service: z.strictObject({
    event: z.literal("service"),
    ...common,
    which: z.enum(["optimizer", "nodeRed", "homeAssistant", "host", "all"]),
    is: z.enum(["killed", "stopped", "started"]),
  }),
  person: z.looseObject({
    event: z.literal("person"),
    ...common,
    does: z.enum(["handsOff", "endOverride"]),
    device,
  }),
  note: z.looseObject({ event: z.literal("note"), atSeconds: seconds }),
} as const;

const Event = z.discriminatedUnion("event", [
  EVENTS.intent,
  EVENTS.intentRepeated,
  EVENTS.behaviour,
  EVENTS.foreignWrite,
  EVENTS.reboot,
  EVENTS.readings,
  EVENTS.entity,
  EVENTS.oldReading,
  EVENTS.link,
  EVENTS.service,
  EVENTS.person,
  EVENTS.note,
]);
export type Event = z.output<typeof Event>;
export type EventOf<Name extends Event["event"]> = Extract<Event, { event: Name }>;

const ControlInput = z.strictObject({
  rules: Rules.default({}),
  devices: z.array(DeviceInput).min(1),
  timeline: z.array(Event),
  endsAtSeconds: z.number().positive(),
  note: z.string().optional(),
});
export type ControlInput = Readonly<z.output<typeof ControlInput>>;

/** Its own fields are judged by its type. */
const Property = z.looseObject({ type: z.string(), in: z.array(z.string()).optional() });
export type Property = z.output<typeof Property>;

const Variant = z.strictObject({
  id: z.string(),
  overrides: z
    .strictObject({
      set: z.record(z.string(), z.unknown()).optional(),
      addEvents: z.array(z.unknown()).optional(),
    })
    .optional(),
  addEvents: z.array(z.unknown()).optional(),
  note: z.string().optional(),
});
export type Variant = z.output<typeof Variant>;

const ControlCase = z.strictObject({
  format: z.literal("complaint-case/1"),
  id: z.string(),
  kind: z.literal("control"),
  themes: z.array(z.string()).optional(),
  title: z.string().optional(),
  sources: z.array(z.string()).optional(),
  numbersFrom: z.string().optional(),
  numbersNote: z.string().optional(),
  whatHappenedThere: z.string().optional(),
  mustInWords: z.string().optional(),
  input: z.unknown(),
  variants: z.array(Variant).optional(),
  must: z.array(Property).min(1),
  reference: z.record(z.string(), z.unknown()).optional(),
});
export type ControlCase = z.output<typeof ControlCase>;

const Header = z.looseObject({ format: z.literal("complaint-case/1"), kind: z.string() });

/** The case, "planning" for one that is about plans, or undefined for a file of another format. Throws InputError. */
export function readControlCase(raw: unknown, where: string): ControlCase | "planning" | undefined {
  const header = Header.safeParse(raw);
  if (!header.success) return undefined;
  return header.data.kind === "control" ? parseInput(ControlCase, raw, where) : "planning";
}

/** "is not known; there are: …; did you mean …", for a name that is looked up. */
export const notAmong = (what: string, name: string, known: readonly string[]): string =>
  `there is no ${what} "${name}"; there are: ${known.join(", ") || "none"}` +
  (known.length > 1 ? ` (nearest: ${closest(name, [...known])})` : "");

/** What a case gives the controller, checked beyond its shape. Throws InputError or Error that name what there is instead. */
export function readControlInput(raw: unknown): ControlInput {
  const timeline = (raw as { timeline?: unknown } | null)?.timeline;
  for (const { event, is } of (Array.isArray(timeline) ? timeline : []) as { event?: unknown; is?: unknown }[]) {
    if (typeof event === "string" && !(event in EVENTS)) throw new Error(notAmong("event", event, Object.keys(EVENTS)));
    if (event === "behaviour" && !(BEHAVIOURS as readonly unknown[]).includes(is))
      throw new Error(notAmong("behaviour", String(is), BEHAVIOURS));
  }
  const input = parseInput(ControlInput, raw, "the input");
  const ids = input.devices.map(({ id }) => id);
  const twice = ids.find((id, k) => ids.indexOf(id) !== k);
  if (twice !== undefined) throw new Error(`there are two devices "${twice}"`);
  for (const each of input.devices) checkDevice(each);
  for (const [index, event] of input.timeline.entries()) checkEvent(event, index, input.devices);
  return input;
}

function checkDevice({ id, modes, safeState, initial, settings, recipes, modeOf }: DeviceInput): void {
  for (const state of [safeState, initial])
    if (state && !modes.includes(state.mode)) throw new Error(`${id}: ${notAmong("mode", state.mode, modes)}`);
  const parts = [settings, recipes, modeOf].filter((each) => each !== undefined).length;
  if (parts !== 0 && parts !== 3) throw new Error(`${id}: settings, recipes and modeOf belong together`);
  for (const mode of recipes ? modes : [])
    if (!recipes?.[mode]) throw new Error(`${id}: ${notAmong("recipe", mode, Object.keys(recipes ?? {}))}`);
  for (const steps of Object.values(recipes ?? {}))
    for (const { set } of steps)
      if (!(set in (settings ?? {})))
        throw new Error(`${id}: ${notAmong("setting", set, Object.keys(settings ?? {}))}`);
}

function checkEvent(event: Event, index: number, devices: readonly DeviceInput[]): void {
  if (event.event === "note" || event.event === "service") return;
  if (event.event === "link" && event.device === undefined) return;
  const where = `event ${index} (${event.event})`;
  const found = devices.find(({ id }) => id === event.device);
  if (!found)
    throw new Error(
      `${where}: ${notAmong(
        "device",
        event.device ?? "",
        devices.map(({ id }) => id),
      )}`,
    );
  if ((event.event === "intent" || event.event === "intentRepeated") && !found.modes.includes(event.want.mode))
    throw new Error(`${where}: ${notAmong("mode", event.want.mode, found.modes)}`);
  if (event.event === "behaviour" && event.is === "skipsSetting") {
    const known = Object.keys(found.settings ?? { mode: "", powerKw: 0 });
    if (!known.includes(event.setting ?? ""))
      throw new Error(`${where}: ${notAmong("setting", event.setting ?? "", known)}`);
  }
}
