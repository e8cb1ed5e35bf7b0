import { ProblemDocument } from "@ohmstead/contract";
import { afterEach, expect, test } from "vitest";
import { fakeAppliance } from "../../../../tests/support/appliance-fake.ts";
import { type ApiUnderTest, startApi, TOKEN } from "../../../../tests/support/http-api-under-test.ts";
import { openApiDocument } from "./open-api.ts";

const running: ApiUnderTest[] = [];
const start = async () => {
  const fake = fakeAppliance();
  const api = await startApi(fake.appliance);
  running.push(api);
  return { ...api, calls: fake.calls };
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((api) => api.stop()));
});

const routes = Object.entries(openApiDocument("1").paths ?? {}).flatMap(([path, item]) =>
  Object.keys(item ?? {})
    .map((method) => `${method.toUpperCase()} ${path.replace("{id}", "command-1")}`)
    .filter((route) => route !== "GET /health/live"),
);

test("E45 every route but /health/live refuses who has no token, before anything else", async () => {
  expect(routes.length).toBeGreaterThan(20);
  // Whoever fails too often is kept waiting; that is another test's subject.
  for (const [k, some] of Object.entries(Object.groupBy(routes, (_, index) => Math.floor(index / 20)))) {
    const { ask, calls } = await start();
    for (const route of some ?? []) {
      const answer = await ask(route, route.startsWith("POST") ? "not even json" : undefined, {});
      expect({ route, status: answer.status, type: answer.type }).toEqual({
        route,
        status: 401,
        type: "application/problem+json",
      });
    }
    expect({ k, calls }).toEqual({ k, calls: [] });
  }
});

test.each([
  ["a wrong one", `Bearer ${TOKEN}x`],
  ["a shorter one", `Bearer ${TOKEN.slice(0, -1)}`],
  ["an empty one", "Bearer "],
  ["another scheme", `Basic ${TOKEN}`],
  ["no scheme", TOKEN],
])("E45 with %s instead of the token: 401 that reveals nothing", async (_what, authorization) => {
  const { ask, log } = await start();
  const answer = await ask("GET /api/v1/commands/no-such-command", undefined, { Authorization: authorization });
  expect(answer.status).toBe(401);
  expect(answer.headers.get("www-authenticate")).toContain("Bearer");
  expect(ProblemDocument.parse(answer.json).title).toBe("Unauthorized");
  expect(answer.text).not.toContain(TOKEN.slice(0, 8));
  expect(answer.text).not.toContain("no-such-command");
  expect(log().join("")).not.toContain(TOKEN.slice(0, 8));
});

test("E45 unknown paths do not tell a stranger that they are unknown", async () => {
  const { ask } = await start();
  expect(await ask("GET /api/v1/nothing", undefined, {})).toMatchObject({ status: 401 });
  expect(await ask("GET /nothing.js", undefined, {})).toMatchObject({ status: 401 });
});

test("E45 guessing is slowed down and counted; who has the token is not disturbed by it", async () => {
  const { ask } = await start();
  const statuses: number[] = [];
  for (let i = 0; i < 33; i += 1)
    statuses.push((await ask("GET /api/v1/plan", undefined, { Authorization: `Bearer ${i}` })).status);
  expect(statuses).toEqual([...Array<number>(30).fill(401), 429, 429, 429]);
  const refused = await ask("GET /api/v1/plan", undefined, { "X-Forwarded-For": "10.1.1.1" });
  expect(refused).toMatchObject({ status: 429, type: "application/problem+json" });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await ask("GET /api/v1/plan")).toMatchObject({ status: 200 });
  expect((await ask("GET /metrics")).text).toContain("auth_failures_total 34");
});

test("E45 a hundred requests with the token are never limited", async () => {
  const { ask } = await start();
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask("GET /api/v1/recommendation/now")));
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
});
