import { SourceError } from "../../domain/errors.ts";
import type { SpotSlot } from "../../domain/spot-slot.ts";
import type { SourceDeps, SourceKind } from "../source.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

/** When what is to be done: vitest's own functions of these names. */
interface Hooks {
  readonly beforeAll: (start: () => Promise<void>) => void;
  readonly beforeEach: (renew: () => Promise<void>) => void;
  readonly afterAll: (end: () => Promise<void>) => void;
}

/** A server for the tests of one file: started before the first, well before each, closed after the last. */
export function useLocalServer({ beforeAll, beforeEach, afterAll }: Hooks): () => LocalServer {
  let server: LocalServer | undefined;
  beforeAll(async () => {
    server = await startLocalServer();
  });
  beforeEach(async () => {
    await server?.beWell();
    if (server) server.asked.length = 0;
  });
  afterAll(async () => server?.close());
  return () => {
    if (!server) throw new Error("the server is started by beforeAll");
    return server;
  };
}

export const pricesOf = (
  kind: SourceKind<readonly SpotSlot[]>,
  settings: object,
  deps: SourceDeps,
  nowMs: number,
): Promise<readonly SpotSlot[]> =>
  kind
    .create({ kind: kind.kind, ...settings }, { timeoutMs: 2000, ...deps })
    .fetch(nowMs, new AbortController().signal);

/** How it was refused: SourceError and nothing else. */
export async function refusalOf(fetched: Promise<unknown>): Promise<SourceError> {
  const outcome = await fetched.catch((error: unknown) => error);
  if (outcome instanceof SourceError) return outcome;
  throw new Error(`not refused with a SourceError, but: ${JSON.stringify(outcome)?.slice(0, 500)} ${String(outcome)}`);
}

/** ISO times of the beginnings. */
export const startsOf = (slots: readonly SpotSlot[]): string[] =>
  slots.map(({ startMs }) => new Date(startMs).toISOString().replace(":00.000Z", "Z"));

/** Money per kWh has no digits beyond these. */
export const importsOf = (slots: readonly SpotSlot[]): number[] =>
  slots.map(({ importPerKwh }) => Math.round(importPerKwh * 1e8) / 1e8);
