import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ConfigError, SourceError, type SourceTrouble } from "../domain/errors.ts";
import { HISTORY_KINDS, PRICE_KINDS, PV_KINDS, WEATHER_KINDS } from "./registry.ts";
import type { Source, SourceDeps, SourceKind } from "./source.ts";
import { jsonCorruptions, xmlCorruptions } from "./testing/corrupt.ts";
import { type LocalServer, startLocalServer } from "./testing/local-server.ts";
import { HISTORY_TRIALS, PV_TRIALS, WEATHER_TRIALS } from "./testing/other-trials.ts";
import { PRICE_TRIALS } from "./testing/price-trials.ts";
import type { LocalTrial, Trials, WireTrial } from "./testing/trial.ts";

/** Every registered kind, and how it is tried; one without a trial fails the first test below. */
const kindsOf = <T>(what: string, kinds: readonly SourceKind<T>[], trials: Trials) =>
  kinds.map((kind) => ({ name: `${what} ${kind.kind}`, kind: kind as SourceKind<unknown>, trial: trials[kind.kind] }));
const all = [
  ...kindsOf("price", PRICE_KINDS, PRICE_TRIALS),
  ...kindsOf("weather", WEATHER_KINDS, WEATHER_TRIALS),
  ...kindsOf("solar forecast", PV_KINDS, PV_TRIALS),
  ...kindsOf("history", HISTORY_KINDS, HISTORY_TRIALS),
];
const isWire = (trial: WireTrial | LocalTrial | undefined): trial is WireTrial =>
  trial !== undefined && "replay" in trial;
const byWire = all.flatMap(({ trial, ...each }) => (isWire(trial) ? [{ ...each, trial }] : []));
const byHand = all.flatMap(({ trial, ...each }) => (trial && !isWire(trial) ? [{ ...each, trial }] : []));

let server: LocalServer;
let folder: string;
beforeAll(async () => {
  server = await startLocalServer();
  folder = mkdtempSync(join(tmpdir(), "ohmstead-sources-"));
  writeFileSync(join(folder, "series.csv"), "time_utc,value\n2024-01-05T00:00:00Z,1\n2024-01-05T01:00:00Z,2\n");
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => server.beWell());

const never = new AbortController().signal;

const createOf = (kind: SourceKind<unknown>, trial: WireTrial, more: Partial<SourceDeps> = {}) =>
  kind.create(
    { kind: kind.kind, ...trial.settings(server.url) },
    { currency: "GBP", timeZone: "Europe/London", timeoutMs: 2000, ...trial.deps?.(server.url), ...more },
  );

const troubleOf = async (source: Source<unknown>, nowMs: number): Promise<SourceError> => {
  const outcome = await source.fetch(nowMs, never).catch((error: unknown) => error);
  if (outcome instanceof SourceError) return outcome;
  throw new Error(`no SourceError, but ${JSON.stringify(outcome)?.slice(0, 300)} ${String(outcome)}`);
};

/** The bodies that a provider gives a source when it is well. */
async function bodiesOf(source: Source<unknown>, nowMs: number): Promise<string[]> {
  const bodies: string[] = [];
  server.misbehave({
    kind: "altered",
    alter: (body) => {
      bodies.push(body);
      return body;
    },
  });
  await source.fetch(nowMs, never);
  await server.beWell();
  return bodies;
}

const lengthOf = (answer: unknown): number => {
  if (Array.isArray(answer)) return answer.length;
  const { stretches, baseLoad } = answer as { stretches?: readonly unknown[]; baseLoad?: readonly unknown[] };
  return (stretches ?? baseLoad)?.length ?? Number.NaN;
};

/** Ascending, nothing twice, nothing overlapping, every value finite. */
function expectInOrder(answer: unknown): void {
  const parts = Array.isArray(answer)
    ? (answer as { startMs: number; hours: number }[]).map((slot) => ({
        ...slot,
        endMs: slot.startMs + slot.hours * 3_600_000,
      }))
    : ((answer as { stretches?: readonly { startMs: number; endMs: number }[] }).stretches ?? []);
  parts.forEach((part, k) => {
    expect(part.endMs).toBeGreaterThan(part.startMs);
    expect(part.startMs).toBeGreaterThanOrEqual(parts[k - 1]?.endMs ?? Number.NEGATIVE_INFINITY);
    expect(Object.values(part)).not.toContain(Number.NaN);
  });
}

test.each(all)("$name has a trial, and says of itself what the table of sources needs", ({ kind, trial }) => {
  expect(trial).toBeDefined();
  for (const fact of Object.values(kind.facts)) expect(fact).not.toBe("");
  expect(kind.facts.test).toMatch(/\.test\.ts$/);
  if (isWire(trial)) expect([kind.facts.answers, kind.facts.checkedAgainst]).not.toContain(undefined);
});

test.each(all)("$name refuses a key that it does not know, with the nearest one", ({ kind, trial }) => {
  const settings = trial?.settings("http://localhost:1") ?? {};
  const known = Object.keys(settings).find((key) => key.length > 3) ?? "kind";
  const raw = { kind: kind.kind, ...settings, [`${known}x`]: 1 };
  const deps = isWire(trial) ? trial.deps?.("http://localhost:1") : trial?.deps;
  const create = () => kind.create(raw, { currency: "GBP", timeZone: "Europe/London", ...deps });
  expect(create).toThrow(ConfigError);
  expect(create).toThrow(`${known}x: is not a known key; did you mean "${known}"?`);
});

describe.each(byWire)("$name", ({ kind, trial }) => {
  const { nowMs } = trial;
  beforeEach(() => server.answer(trial.replay));

  test("gives what was replayed: in order, nothing twice, nothing overlapping, the same again", async () => {
    const source = createOf(kind, trial);
    expect(source.refreshMinutes).toBeGreaterThan(0);
    const answer = await source.fetch(nowMs, never);
    expect(lengthOf(answer)).toBeGreaterThan(12);
    expectInOrder(answer);
    expect(await source.fetch(nowMs, never)).toEqual(answer);
  });

  test("a well answer with nothing in it is what its trial says, and never half an answer", async () => {
    server.answer(trial.empty.answer);
    const source = createOf(kind, trial);
    if (trial.empty.gives === "nothing") expect(lengthOf(await source.fetch(nowMs, never))).toBe(0);
    else expect((await troubleOf(source, nowMs)).trouble).toBe(trial.empty.gives);
  });

  test.each<{ what: string; break: () => void | Promise<void>; trouble: SourceTrouble }>([
    {
      what: "an answer that takes too long",
      break: () => server.misbehave({ kind: "slow", ms: 5000 }),
      trouble: "unreachable",
    },
    { what: "500", break: () => server.misbehave({ kind: "status", status: 500 }), trouble: "unreachable" },
    { what: "503", break: () => server.misbehave({ kind: "status", status: 503 }), trouble: "unreachable" },
    { what: "404", break: () => server.misbehave({ kind: "status", status: 404 }), trouble: "malformed" },
    { what: "a closed port", break: () => server.closePort(), trouble: "unreachable" },
    {
      what: "a wire that breaks within the answer",
      break: () => server.misbehave({ kind: "brokenOff", share: 0.6 }),
      trouble: "unreachable",
    },
  ])(
    "$what is trouble of its own sort, and afterwards it gives the same as before",
    async ({ break: fail, trouble }) => {
      const source = createOf(kind, trial, { timeoutMs: 400 });
      const answer = await source.fetch(nowMs, never);
      await fail();
      expect((await troubleOf(source, nowMs)).trouble).toBe(trouble);
      await server.beWell();
      expect(await source.fetch(nowMs, never)).toEqual(answer);
    },
  );

  test("429 is a wish for patience, for as long as it says", async () => {
    const source = createOf(kind, trial);
    server.misbehave({ kind: "status", status: 429, retryAfter: "120" });
    const error = await troubleOf(source, nowMs);
    expect([error.trouble, error.retryAfterMs]).toEqual(["rateLimited", 120_000]);
    await server.beWell();
    expect(lengthOf(await source.fetch(nowMs, never))).toBeGreaterThan(12);
  });

  test.each([401, 403])("E05 %i is trouble with the credentials, and says which", async (status) => {
    const source = createOf(kind, trial);
    server.misbehave({ kind: "status", status });
    const error = await troubleOf(source, nowMs);
    expect(error.trouble).toBe("credentials");
    for (const secret of trial.secrets?.slice(-1) ?? []) expect(error.message).toContain(`check ${secret} in .env`);
  });

  test.each(trial.secrets ?? [])("E05 without %s it asks nobody, and says where that belongs", async (name) => {
    const { secret } = trial.deps?.(server.url) ?? {};
    const source = createOf(kind, trial, { secret: (each) => (each === name ? undefined : secret?.(each)) });
    server.asked.length = 0;
    const error = await troubleOf(source, nowMs);
    expect([error.trouble, server.asked.length]).toEqual(["credentials", 0]);
    expect(error.message).toContain(`${name} is not set: write it into .env`);
  });

  test("E06 an answer that is cut off anywhere is refused whole", async () => {
    const source = createOf(kind, trial);
    const bodies = await bodiesOf(source, nowMs);
    const body = bodies.reduce((longest, each) => (each.length > longest.length ? each : longest), "");
    // Behind the last character that says something nothing is lost.
    const most = Buffer.byteLength(body.trimEnd()) / Buffer.byteLength(body);
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 0.999, noNaN: true }), async (part) => {
        server.misbehave({ kind: "truncated", share: part * most });
        expect((await troubleOf(source, nowMs)).trouble).toBe("malformed");
      }),
      { numRuns: 40, examples: [[0], [0.999]] },
    );
  });

  test("E06 a corrupted field is refused by its name, or was never read", async () => {
    const source = createOf(kind, trial);
    const answer = await source.fetch(nowMs, never);
    const bodies = await bodiesOf(source, nowMs);
    const corrupt = trial.format === "json" ? jsonCorruptions : xmlCorruptions;
    const corruptions = [
      ...new Map(
        bodies
          .filter(Boolean)
          .flatMap(corrupt)
          .map((each) => [`${each.pattern} ${each.how}`, each]),
      ).values(),
    ];
    const refused = new Set<string>();
    for (const { field, pattern, how, alter } of corruptions) {
      server.misbehave({ kind: "altered", alter });
      const outcome = await source.fetch(nowMs, never).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome, `${field} ${how}`).toBeInstanceOf(SourceError);
        // What is missing may be noticed where it would have told two things apart.
        const named = how === "removed" ? field.replace(/\.\w+$/, "") : field;
        expect(outcome.message, `${field} ${how}`).toContain(named);
        if (how === "wrong sort") refused.add(pattern);
      } else if (how !== "removed") expect(outcome, `${field} ${how}`).toEqual(answer);
    }
    expect([...refused].toSorted()).toEqual(trial.reads.toSorted());
  });

  test("gives up when its caller does, before it asks and while it waits", async () => {
    const source = createOf(kind, trial);
    const controller = new AbortController();
    controller.abort(new Error("stopping"));
    await expect(source.fetch(nowMs, controller.signal)).rejects.toThrow("stopping");
    server.misbehave({ kind: "slow", ms: 5000 });
    const later = new AbortController();
    const waiting = source.fetch(nowMs, later.signal);
    setTimeout(() => later.abort(new Error("the house is stopping")), 20);
    await expect(waiting).rejects.toThrow("the house is stopping");
  });
});

describe.each(byHand)("$name", ({ kind, trial }) => {
  const create = () =>
    kind.create(
      { kind: kind.kind, ...trial.settings(folder) },
      { currency: "GBP", timeZone: "Europe/London", baseFolder: folder, ...trial.deps },
    );

  test("gives what is there: in order, nothing twice, nothing overlapping, the same again", async () => {
    const source = create();
    expect(source.refreshMinutes).toBeGreaterThan(0);
    const answer = await source.fetch(trial.nowMs, never);
    expect(lengthOf(answer)).toBe(trial.gives);
    expectInOrder(answer);
    expect(await source.fetch(trial.nowMs, never)).toEqual(answer);
  });

  // A tariff of the config has no file, and nothing that could be waited for.
  const { file } = trial;
  if (file === undefined) return;

  test("is refused while its file is away, and gives the same when it is back", async () => {
    const source = create();
    const path = join(folder, file);
    const answer = await source.fetch(trial.nowMs, never);
    renameSync(path, `${path}.away`);
    expect((await troubleOf(source, trial.nowMs)).message).toContain(`${path} is not there`);
    renameSync(`${path}.away`, path);
    expect(await source.fetch(trial.nowMs, never)).toEqual(answer);
  });

  test("gives up when its caller does", async () => {
    const controller = new AbortController();
    controller.abort(new Error("stopping"));
    await expect(create().fetch(trial.nowMs, controller.signal)).rejects.toThrow("stopping");
  });
});
