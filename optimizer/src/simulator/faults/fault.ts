import { z } from "zod";

/**
 * What may go wrong in the simulated house, each kind with what can be said about it. All seconds are house time. Without
 * `forSeconds` and `times` a fault lasts until it is ended.
 */
const seconds = z
  .number()
  .positive()
  .max(30 * 86_400);
const hold = { forSeconds: seconds.optional().describe("how long; without it until it is ended") };
const aim = {
  entityId: z.string().optional().describe("one entity"),
  device: z.string().optional().describe("one device with all its entities"),
};
const calls = { ...aim, ...hold, times: z.int().positive().max(10_000).optional().describe("so many calls") };

/** Where a fault acts: at what is shown, at what is called, on the wire, on a device, at the meter. */
type Group = "reading" | "call" | "wire" | "device" | "house";

const fault = <K extends string, S extends z.ZodRawShape>(group: Group, kind: K, shape: S) => ({
  kind,
  group,
  schema: z.strictObject({ kind: z.literal(kind), ...shape }),
});

/** One line per kind; optimizer/docs/simulator.md says what each does. */
export const FAULT_KINDS = [
  fault("reading", "sensorUnavailable", { ...aim, ...hold }),
  fault("reading", "sensorUnknown", { ...aim, ...hold }),
  fault("reading", "sensorFrozen", { ...aim, ...hold }),
  fault("reading", "sensorDelayed", { ...aim, ...hold, delaySeconds: seconds }),
  fault("reading", "sensorZero", { ...aim, ...hold }),
  fault("reading", "sensorNaN", { ...aim, ...hold }),
  fault("reading", "sensorWrongSign", { ...aim, ...hold }),
  fault("reading", "sensorTimesThousand", { ...aim, ...hold }),
  fault("reading", "sensorWithoutUnit", { ...aim, ...hold }),
  fault("reading", "sensorSpike", {
    ...aim,
    forSeconds: seconds.default(60),
    value: z.number().optional().describe("what it shows; without it fifty times as much and more"),
  }),

  fault("call", "ignoreCalls", calls),
  fault("call", "storeWithoutEffect", calls),
  fault("call", "delayCalls", { ...calls, delaySeconds: seconds }),
  fault("call", "slowCalls", { ...calls, delaySeconds: seconds }),
  fault("call", "loseBurst", { ...aim, ...hold, burstSeconds: seconds.default(60) }),
  fault("call", "answer500", calls),
  fault("call", "answer429", { ...calls, retryAfterSeconds: z.int().positive().default(60) }),
  fault("call", "answer401", calls),
  fault("call", "answerGarbage", calls),
  fault("call", "answerBusy", calls),
  fault("call", "refuseCalls", calls),
  fault("call", "hangCalls", calls),
  fault("call", "loseAnswers", calls),
  fault("call", "cutDuringCalls", calls),
  fault("call", "flakyCalls", {
    ...aim,
    ...hold,
    share: z.number().gt(0).max(1).default(0.05).describe("share of the calls that fail for once"),
    seed: z.int().nonnegative().default(1),
  }),

  fault("wire", "cutConnections", {}),
  fault("wire", "goAway", { forSeconds: seconds.default(60) }),
  fault("wire", "rejectToken", hold),
  fault("wire", "restart", {
    forSeconds: seconds.default(60).describe("how long nobody answers"),
    settleSeconds: seconds.default(60).describe("how long everything is unavailable after that"),
  }),
  fault("wire", "halfOpen", hold),
  fault("wire", "slowAnswers", { ...hold, delaySeconds: seconds }),
  fault("wire", "garbleAnswers", { ...hold, times: calls.times }),

  fault("device", "deviceUnavailable", { ...aim, ...hold }),
  fault("device", "rebootDevice", { device: aim.device, forSeconds: seconds.default(60) }),
  fault("device", "changeByHand", {
    entityId: z.string(),
    value: z.union([z.string(), z.number()]).describe("an option, a number, on or off, a temperature or a mode"),
    by: z.enum(["person", "automation", "device"]).default("person"),
  }),

  fault("house", "gridOutage", hold),
] as const;

type Kinds = (typeof FAULT_KINDS)[number];
export type FaultKind = Kinds["kind"];
export type Fault = Readonly<z.output<Kinds["schema"]>>;
export type FaultOf<K extends FaultKind> = Extract<Fault, { readonly kind: K }>;
/** As it is written: what has a default may be left out. */
export type FaultInput = Readonly<z.input<Kinds["schema"]>>;

export const groupOf = (kind: FaultKind): Group => FAULT_KINDS.find((each) => each.kind === kind)?.group ?? "house";

/** How long from its beginning to its end; undefined: until it is ended. */
export function lengthMs(given: Fault): number | undefined {
  if (given.kind === "restart") return (given.forSeconds + given.settleSeconds) * 1000;
  return "forSeconds" in given && given.forSeconds !== undefined ? given.forSeconds * 1000 : undefined;
}
