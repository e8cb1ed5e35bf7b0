import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DeliveryError } from "../domain/errors.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { createMakerApi } from "./maker-api.ts";
import { refreshTokenFile } from "./refresh-token-file.ts";
import { recordedAnswer, startViessmannServer, type ViessmannServer } from "./testing/viessmann-server.ts";

const DAY_MS = 24 * 3_600_000;
const ORDER = {
  method: "POST",
  path: "/features/heating.dhw.temperature.main/commands/setTargetTemperature",
  body: { temperature: 48 },
} as const;
const READ = { method: "GET", path: "/features" } as const;

let server: ViessmannServer;
let folder: string;
let nowMs: number;
beforeEach(async () => {
  server = await startViessmannServer();
  folder = mkdtempSync(join(tmpdir(), "ohmstead-token-"));
  nowMs = Date.now();
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const tokenPath = () => join(folder, "viessmann-token.json");
const keeper = (given: string | undefined = "first") => refreshTokenFile(tokenPath(), "VIESSMANN_REFRESH_TOKEN", given);
const api = ({ callsPerDay = 1450, refreshToken = keeper() } = {}) =>
  createMakerApi({
    id: "viessmann",
    baseUrl: `${server.url}/devices/0`,
    tokens: createAccessTokens({
      name: "viessmann",
      tokenUrl: `${server.url}/token`,
      clientId: "client",
      refreshToken,
      timeLimitMs: 5000,
      nowMs: () => nowMs,
    }),
    callsPerDay,
    keptForOrders: 2,
    nowMs: () => nowMs,
  });
const failure = async (work: Promise<unknown>): Promise<DeliveryError> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DeliveryError)) throw new Error(`no DeliveryError but ${String(error)}`);
  return error;
};
const tokensAsked = () => server.asked.filter((each) => each === "POST /token").length;

describe("tokens", () => {
  test("an order is carried with one token, which is kept while it lasts", async () => {
    const { send } = api();
    await send(ORDER, 5000);
    await send(READ, 5000);
    expect(server.valueOf("heating.dhw.temperature.main", "value")).toBe(48);
    expect(tokensAsked()).toBe(1);
    nowMs += 3_600_000;
    await send(READ, 5000);
    expect(tokensAsked()).toBe(2);
  });

  test("the maker's new refresh token is used and kept, in a file for its owner alone", async () => {
    await api().send(READ, 5000);
    expect(statSync(tokenPath()).mode & 0o777).toBe(0o600);
    await api().send(READ, 5000);
    expect(server.refreshTokens).toEqual(["first", "refresh-1"]);
  });

  test("a new one in the environment counts more than what was kept of the old", async () => {
    await api().send(READ, 5000);
    await api({ refreshToken: keeper("second") }).send(READ, 5000);
    expect(server.refreshTokens).toEqual(["first", "second"]);
  });

  test("without one in the environment the kept one is used", async () => {
    await api().send(READ, 5000);
    await api({ refreshToken: refreshTokenFile(tokenPath(), "VIESSMANN_REFRESH_TOKEN", "") }).send(READ, 5000);
    expect(server.refreshTokens).toEqual(["first", "refresh-1"]);
  });

  test("many at once ask for one token", async () => {
    const { send } = api();
    await Promise.all(Array.from({ length: 5 }, () => send(READ, 5000)));
    expect(tokensAsked()).toBe(1);
    server.expireTokens();
    await Promise.all(Array.from({ length: 5 }, () => send(READ, 5000)));
    expect(tokensAsked()).toBe(2);
  });

  test("E05 a token that was refused is renewed once, and the order is carried", async () => {
    const { send } = api();
    await send(READ, 5000);
    server.expireTokens();
    await send(ORDER, 5000);
    expect(tokensAsked()).toBe(2);
    expect(server.valueOf("heating.dhw.temperature.main", "value")).toBe(48);
  });

  test("E05 credentials that are wrong: said with the place to change them, and not tried again", async () => {
    const { send } = api();
    server.closeAccount();
    const first = await failure(send(ORDER, 5000));
    expect(first).toMatchObject({
      kind: "auth",
      message:
        "the refresh token of viessmann was refused: set a new refresh token in VIESSMANN_REFRESH_TOKEN (.env) and restart",
    });
    for (let n = 0; n < 20; n += 1) expect(await failure(send(ORDER, 5000))).toMatchObject({ kind: "auth" });
    expect(server.asked).toEqual(["POST /token"]);
  });

  test("E05 none at all: nothing is asked", async () => {
    const none = refreshTokenFile(tokenPath(), "VIESSMANN_REFRESH_TOKEN", undefined);
    expect(await failure(api({ refreshToken: none }).send(ORDER, 5000))).toMatchObject({ kind: "auth" });
    expect(server.asked).toEqual([]);
  });

  test("E47 no token is in any message", async () => {
    const { send } = api({ refreshToken: keeper("very-secret") });
    server.closeAccount();
    const error = await failure(send(ORDER, 5000));
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain("very-secret");
  });
});

describe("what comes back", () => {
  test.each([
    ["error_error_500", 500, "error"],
    ["error_error_502", 502, "busy"],
    ["error_device_offline", 400, "unreachable"],
    ["error_gateway_offline", 400, "unreachable"],
  ] as const)("%s", async (name, status, kind) => {
    const { send } = api();
    server.misbehave({ status, body: recordedAnswer(name) });
    expect((await failure(send(ORDER, 5000))).kind).toBe(kind);
    await send(ORDER, 5000);
  });

  test.each([
    ["cut off", '{"data": {"succ'],
    ["a page", "<html>"],
  ])("E06 a success that is %s is none", async (_what, body) => {
    const { send } = api();
    server.misbehave({ status: 200, body });
    expect(await failure(send(ORDER, 5000))).toMatchObject({ kind: "error", message: expect.stringContaining("JSON") });
  });

  test("a success that says inside that it is none", async () => {
    const { send } = api();
    server.misbehave({ status: 200, body: '{"data":{"success":false,"reason":"COMMAND_FAILED"}}' });
    expect((await failure(send(ORDER, 5000))).message).toContain("COMMAND_FAILED");
  });

  test("E02 no answer: given up at its time limit", async () => {
    const { send } = api();
    await send(READ, 5000);
    server.misbehave("hang");
    expect((await failure(send(ORDER, 50))).kind).toBe("timeout");
  });

  test("nobody there", async () => {
    const { send } = api();
    await send(READ, 5000);
    await server.close();
    expect((await failure(send(ORDER, 5000))).kind).toBe("unreachable");
  });
});

describe("E04 the maker's limits", () => {
  test("a pause that was asked for is kept without asking again", async () => {
    const { send } = api();
    server.misbehave({ status: 429, body: recordedAnswer("error_rate_limit"), headers: { "retry-after": "90" } });
    expect(await failure(send(ORDER, 5000))).toMatchObject({ kind: "rateLimited", retryAfterMs: 90_000 });
    const asked = server.asked.length;
    nowMs += 30_000;
    expect(await failure(send(READ, 5000))).toMatchObject({ kind: "rateLimited", retryAfterMs: 60_000 });
    expect(server.asked).toHaveLength(asked);
    nowMs += 60_000;
    await send(ORDER, 5000);
  });

  test("the day's calls are counted, and the last ones are for orders", async () => {
    const { send, callsLeft } = api({ callsPerDay: 4 });
    await send(READ, 5000);
    await send(READ, 5000);
    expect(await failure(send(READ, 5000))).toMatchObject({
      kind: "rateLimited",
      message: expect.stringMatching(/^the 4 calls a day to 127\.0\.0\.1:\d+ are used up$/),
    });
    await send(ORDER, 5000);
    await send(ORDER, 5000);
    expect(await failure(send(ORDER, 5000))).toMatchObject({ kind: "rateLimited", retryAfterMs: DAY_MS });
    expect(callsLeft()).toBe(0);
    nowMs += DAY_MS;
    await send(READ, 5000);
  });
});

test("the kept token's file holds nothing else of the account", async () => {
  await api().send(READ, 5000);
  expect(Object.keys(JSON.parse(readFileSync(tokenPath(), "utf8")) as object)).toEqual(["refreshToken", "begunWith"]);
});
