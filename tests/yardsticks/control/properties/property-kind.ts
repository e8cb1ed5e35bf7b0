import { z } from "zod";
import { type DeviceInput, notAmong, type Property } from "../case-file.ts";
import type { CaseRecord, Truth, Wish } from "../record.ts";

/** A type of property: complaints about a record, none when it holds. Throws where the property itself cannot be read. */
export type PropertyKind = (property: Property, record: CaseRecord) => readonly string[];

/** Fields that any property may have. */
const common = { type: z.string(), in: z.array(z.string()).optional(), note: z.string().optional() };
export const seconds = z.number();
export const span = { from: seconds.optional(), until: seconds.optional() };

const MOST_SAID = 3;

export const ofRecord =
  <S extends z.ZodRawShape>(
    fields: S,
    check: (property: z.output<z.ZodObject<S>>, facts: Facts) => readonly string[],
  ): PropertyKind =>
  (raw, record) => {
    const result = z.strictObject({ ...common, ...fields }).safeParse(raw);
    if (!result.success)
      throw new Error(
        `the property cannot be read: ${result.error.issues.map(({ message, path }) => `${path.join(".")} ${message}`).join("; ")}`,
      );
    const complaints = check(result.data as z.output<z.ZodObject<S>>, factsOf(record));
    return complaints.length <= MOST_SAID
      ? complaints
      : [...complaints.slice(0, MOST_SAID), `and ${complaints.length - MOST_SAID} more`];
  };

/** The record, asked in the words of properties: seconds since the start. */
export interface Facts {
  readonly record: CaseRecord;
  ms(second: number): number;
  /** [from, until) of a property; without them the whole case. */
  between(property: { from?: number | undefined; until?: number | undefined }): { fromMs: number; untilMs: number };
  device(id: string): DeviceInput;
  /** One reading more may pass before anybody can know. */
  slackMs(deviceId: string): number;
  truths(deviceId: string): readonly Truth[];
  wish(index: number): readonly Wish[];
  /** "at 120 s" */
  at(ms: number): string;
}

function factsOf(record: CaseRecord): Facts {
  const ms = (second: number): number => record.startMs + second * 1000;
  const device = (id: string): DeviceInput => {
    const found = record.devices.find((each) => each.id === id);
    if (!found)
      throw new Error(
        notAmong(
          "device",
          id,
          record.devices.map((each) => each.id),
        ),
      );
    return found;
  };
  return {
    record,
    ms,
    device,
    between: ({ from, until }) => ({
      fromMs: from === undefined ? record.startMs : ms(from),
      untilMs: until === undefined ? record.endMs + 1 : ms(until),
    }),
    slackMs: (id) => device(id).readingsEverySeconds * 1000,
    truths: (id) => record.truths.get(device(id).id) ?? [],
    wish: (index) => {
      const found = record.wishes.filter((wish) => wish.index === index);
      if (found.length === 0) throw new Error(`event ${index} of the timeline is no intent`);
      return found;
    },
    at: (atMs) => `at ${Math.round((atMs - record.startMs) / 100) / 10} s`,
  };
}

/** The stretches of truth that touch [fromMs, untilMs), each with the moment at which it begins to count. */
export const truthsIn = (truths: readonly Truth[], fromMs: number, untilMs: number): readonly Truth[] =>
  truths.filter(({ atMs }, k) => {
    const endMs = truths[k + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    return atMs < Math.max(untilMs, fromMs + 1) && endMs > Math.max(atMs, fromMs);
  });
