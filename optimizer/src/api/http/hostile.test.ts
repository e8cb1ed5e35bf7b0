import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProblemDocument } from "@ohmstead/contract";
import { afterEach, expect, test } from "vitest";
import { aProblem, fakeAppliance, NOW_MS } from "../../../../tests/support/appliance-fake.ts";
import { type ApiUnderTest, startApi, TOKEN } from "../../../../tests/support/http-api-under-test.ts";
import { anOrder, aPlan } from "../../commands/testing/examples.ts";
import type { Appliance } from "../../cycles/appliance.ts";
import { openStore } from "../../store/store.ts";

const SQL = `Robert'); DROP TABLE command; --`;
const HTML = `<img src=x onerror="fetch('//evil')">`;
const HOSTILE = [SQL, HTML, "\u0000\u202e\ud800", "../../etc/passwd", "${process.env.HOME}", "x".repeat(150)];

let running: ApiUnderTest | undefined;
const start = async (changes: Partial<Appliance> = {}) => {
  const fake = fakeAppliance(changes);
  running = await startApi(fake.appliance);
  return { ...running, calls: fake.calls };
};
afterEach(() => running?.stop());

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

test.each([
  ["arrays in arrays", "POST /api/v1/plan", nested("[", "]", 30_000)],
  ["objects in objects", "POST /api/v1/plan", `${'{"reason":'.repeat(5000)}1${"}".repeat(5000)}`],
  ["deep where anything may stand", "POST /api/v1/telemetry", `{"readings":${nested("[", "]", 500_000)}}`],
  [
    "deep within a problem",
    "POST /api/v1/solve",
    JSON.stringify(aProblem).replace('"site":{}', `"site":${nested('{"a":', "}", 0)}${nested("[", "]", 100_000)}`),
  ],
  ["a prototype of one's own", "POST /api/v1/plan", '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}}}'],
  [
    "a number that is none",
    "POST /api/v1/prices/update",
    '{"currency":"EUR","slots":[{"startMs":1e999,"hours":1,"importPricePerKwh":1,"exportPricePerKwh":1}]}',
  ],
  ["the same key twice", "POST /api/v1/plan", '{"reason":"a","reason":{"b":1}}'],
  ["no object", "POST /api/v1/overrides", '"text"'],
])("E46 %s is refused with the field, and the next request is answered", async (_what, route, body) => {
  const { ask, calls } = await start();
  const answer = await ask(route, body);
  expect([400, 422]).toContain(answer.status);
  const { status, errors } = ProblemDocument.parse(answer.json);
  if (status === 422) expect(errors?.[0]?.field).toMatch(/./);
  expect(answer.text.length).toBeLessThan(5000);
  expect(calls).toEqual([]);
  expect({}).not.toHaveProperty("isAdmin");
  expect(await ask("GET /api/v1/plan")).toMatchObject({ status: 200 });
});

test("E46 SQL, HTML and other mischief in texts reaches the appliance as it is, and comes back as JSON that no browser takes for a page", async () => {
  for (const text of HOSTILE) {
    const { ask, calls, stop } = await start({
      commands: () => [{ ...fakeAppliance().appliance.command("command-1"), reason: text }],
    });
    await ask("POST /api/v1/plan", { reason: text });
    expect(calls).toEqual([["replan", text]]);
    const answer = await ask("GET /api/v1/commands");
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.json).toMatchObject([{ reason: text }]);
    await stop();
  }
});

test("E46 a path that names something hostile is not found, and not repeated as HTML", async () => {
  const { ask } = await start();
  for (const text of [SQL, HTML]) {
    const answer = await ask(`GET /api/v1/commands/${encodeURIComponent(text)}`);
    expect(answer).toMatchObject({ status: 404, type: "application/problem+json" });
  }
});

test("E46 the store keeps hostile names as data", () => {
  const folder = mkdtempSync(join(tmpdir(), "ohmstead-hostile-"));
  const store = openStore(join(folder, "ohmstead.sqlite"));
  HOSTILE.filter((text) => text.isWellFormed()).forEach((text, n) => {
    const id = `${text} ${n}`;
    const created = { id: text, commandId: id, type: "created" as const, attempt: 1, atMs: NOW_MS, cause: text };
    store.commands.create({ ...anOrder, id, deviceId: id, reason: text }, created);
    store.plans.save({ plan: aPlan({}, id), problem: {} as never, cause: text });
    store.readings.save([{ signal: id, atMs: NOW_MS, value: n }]);
    store.state.set(text, text, NOW_MS);
    expect(store.commands.find(id)).toEqual({
      order: expect.objectContaining({ reason: text }),
      events: [expect.objectContaining(created)],
    });
    expect(store.plans.byId(id)?.cause).toBe(text);
    expect(store.readings.latest(id)?.value).toBe(n);
    expect(store.state.get(text)).toBe(text);
  });
  expect(store.commands.newest(100)).toHaveLength(HOSTILE.length - 1);
  store.close();
  rmSync(folder, { recursive: true });
});

test("E47 neither diagnostics nor metrics, errors or the log show a secret, wherever it was put", async () => {
  const secrets = [TOKEN, "broker-pa55word", "cloud-client-id", "query-token-value"];
  const { ask, log, url } = await start({
    diagnostics: () => ({
      ...fakeAppliance().appliance.diagnostics(),
      config: {
        mqtt: { url: `mqtt://house:${secrets[1]}@broker` },
        apis: [{ kind: "cloud", clientId: secrets[2], note: `sent with Bearer ${TOKEN}` }],
        prices: { source: { kind: "push", address: `https://example.org/?token=${secrets[3]}` } },
      },
      health: {
        status: "ok",
        nowMs: 1,
        version: "1",
        checks: [{ name: "sources", status: "warning", detail: `401 for ${TOKEN}` }],
      },
    }),
    timeline: () => {
      throw new Error("unexpected");
    },
  });
  const file = await ask("GET /api/v1/diagnostics");
  expect(file.status).toBe(200);
  expect(file.headers.get("content-disposition")).toContain("ohmstead-diagnostics.json");
  expect(file.text).toContain("mqtt://(hidden)@broker");
  const answers = [
    file,
    await ask("GET /metrics"),
    await ask(`GET /api/v1/timeline?token=${TOKEN}`),
    await ask(`GET /api/v1/${TOKEN}`, undefined, { Authorization: `Bearer ${TOKEN}x` }),
    await ask("POST /api/v1/plan", { token: 1 }),
    await ask("GET /openapi.json"),
    await ask("GET /health/ready"),
  ];
  // A broken request by hand, as no client of ours sends it.
  answers.push({
    text: await (await fetch(url, { headers: { Cookie: `session=${TOKEN}` } })).text(),
  } as (typeof answers)[0]);
  const shown = [...answers.map(({ text }) => text), ...log()].join("\n");
  expect(log().join("")).toContain("unexpected");
  for (const secret of secrets) expect(shown).not.toContain(secret);
});

test("E48 a request from another page carries nothing that lets it in: no cookie, no token in the address, no form", async () => {
  const { ask, calls } = await start();
  const elsewhere = { Origin: "http://elsewhere.example", "Sec-Fetch-Site": "cross-site" };
  const attempts = [
    ask("POST /api/v1/plan", {}, { ...elsewhere, Cookie: `token=${TOKEN}; authorization=Bearer ${TOKEN}` }),
    ask(`POST /api/v1/plan?token=${TOKEN}&access_token=${TOKEN}`, {}, elsewhere),
    ask("POST /api/v1/overrides", `token=${TOKEN}`, {
      ...elsewhere,
      "Content-Type": "application/x-www-form-urlencoded",
    }),
    ask("POST /api/v1/overrides", "{}", { ...elsewhere, "Content-Type": "text/plain" }),
    ask("OPTIONS /api/v1/plan", undefined, { ...elsewhere, "Access-Control-Request-Method": "POST" }),
  ];
  for (const answer of await Promise.all(attempts)) {
    expect(answer.status).toBe(401);
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(answer.headers.get("set-cookie")).toBeNull();
  }
  expect(calls).toEqual([]);
});
