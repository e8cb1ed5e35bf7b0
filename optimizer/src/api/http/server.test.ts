import { createServer } from "node:net";
import type { Plan } from "@ohmstead/contract";
import { pino } from "pino";
import { afterEach, describe, expect, test } from "vitest";
import { aPlan, fakeAppliance } from "../../../../tests/support/appliance-fake.ts";
import { type ApiUnderTest, startApi, TOKEN } from "../../../../tests/support/http-api-under-test.ts";
import { ConfigError } from "../../domain/errors.ts";
import { createHttpApi } from "./http-api.ts";

let running: ApiUnderTest | undefined;
afterEach(() => running?.stop());

const unstarted = () =>
  createHttpApi({
    appliance: fakeAppliance().appliance,
    token: TOKEN,
    uiFolder: "/nowhere",
    logger: pino({ level: "silent" }),
  });

describe("listening", () => {
  test("a port in use: says which, and what to do", async () => {
    const other = createServer();
    await new Promise<void>((ready) => other.listen(0, "127.0.0.1", ready));
    const address = other.address();
    const port = address && typeof address === "object" ? address.port : 0;
    const api = unstarted();
    const failure = await api.listen("127.0.0.1", port).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect(String(failure)).toContain(`Port ${port} on 127.0.0.1 is in use`);
    expect(String(failure)).toMatch(/service\.port in config\/home\.yaml, or --port \d+/);
    await api.stop();
    await new Promise((done) => other.close(done));
  });

  test("an address of another machine: says what to do", async () => {
    const failure = await unstarted()
      .listen("192.0.2.1", 0)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect(String(failure)).toContain("service.host");
  });
});

describe("stopping", () => {
  test("before it has begun, and twice", async () => {
    const api = unstarted();
    await Promise.all([api.stop(), api.stop()]);
    await expect(api.listen("127.0.0.1", 0)).rejects.toThrow("stopped");
  });

  test("ends event streams at once, and nobody can connect any more", async () => {
    const fake = fakeAppliance();
    running = await startApi(fake.appliance);
    const stream = await fetch(`${running.url}/api/v1/events`, { headers: { Authorization: `Bearer ${TOKEN}` } });
    const text = stream.text();
    const startedMs = performance.now();
    await running.stop();
    expect(performance.now() - startedMs).toBeLessThan(1000);
    expect(await text).toContain("event: hello");
    expect(fake.listeners()).toBe(0);
    await expect(running.ask("GET /health/live")).rejects.toThrow("fetch failed");
    await running.stop();
  });

  test("lets a request under way finish", async () => {
    const begun = Promise.withResolvers<void>();
    const planned = Promise.withResolvers<Plan>();
    const replan = () => {
      begun.resolve();
      return planned.promise;
    };
    running = await startApi(fakeAppliance({ replan }).appliance);
    const answer = running.ask("POST /api/v1/plan");
    await begun.promise;
    const stopped = running.stop();
    planned.resolve(aPlan);
    expect(await answer).toMatchObject({ status: 200 });
    await stopped;
  });

  test("cuts off a request that takes too long", async () => {
    const begun = Promise.withResolvers<void>();
    const replan = () => {
      begun.resolve();
      return new Promise<never>(() => undefined);
    };
    running = await startApi(fakeAppliance({ replan }).appliance);
    const answer = running.ask("POST /api/v1/plan").catch(() => "cut off");
    await begun.promise;
    await running.stop();
    expect(await answer).toBe("cut off");
  });
});

describe("the status page", () => {
  test("E48 needs no token, and may run its own scripts only", async () => {
    running = await startApi(fakeAppliance().appliance);
    for (const path of ["/", "/index.html", "/page.js"]) {
      const answer = await running.ask(`GET ${path}`, undefined, {});
      expect({ path, status: answer.status }).toEqual({ path, status: 200 });
      const policy = answer.headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toMatch(/unsafe|upgrade-insecure-requests|\*/);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("E46 does not lead out of its folder", async () => {
    running = await startApi(fakeAppliance().appliance);
    const { ask } = running;
    const paths = ["/..%2f..%2fpackage.js", "/%2e%2e/%2e%2e/etc/hosts.html", "/.hidden.js", "/secrets.json"];
    const answers = await Promise.all(paths.map((path) => ask(`GET ${path}`, undefined, {})));
    expect(answers.filter(({ status }) => status < 400)).toEqual([]);
  });

  test("E48 other pages may not read the API", async () => {
    running = await startApi(fakeAppliance().appliance);
    const headers = { Authorization: `Bearer ${TOKEN}`, Origin: "http://elsewhere.example" };
    const answer = await running.ask("GET /api/v1/plan", undefined, headers);
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect((await running.ask("OPTIONS /api/v1/plan", undefined, { Origin: "http://elsewhere.example" })).status).toBe(
      401,
    );
    expect(answer.headers.get("x-powered-by")).toBeNull();
  });
});

describe("GET /metrics", () => {
  test("gives the appliance's figures, as they are now", async () => {
    running = await startApi(fakeAppliance().appliance);
    for (const _each of ["first reading", "second reading"]) {
      const answer = await running.ask("GET /metrics");
      expect(answer).toMatchObject({ status: 200, type: "text/plain" });
      for (const line of [
        "commands_sent_total 5",
        "commands_success_total 4",
        "commands_failure_total 1",
        "command_retry_total 3",
        "optimization_runtime_seconds 0.125",
        'plans_total{rung="full"} 7',
        'plans_total{rung="lite"} 2',
        'plans_total{rung="rules"} 0',
        "telemetry_accepted_total 100",
        "telemetry_rejected_total 9",
        "event_listeners 0",
        "store_writable 1",
        "event_listeners_dropped_total 0",
        "auth_failures_total 0",
      ])
        expect(answer.text.split("\n")).toContain(line);
      expect(answer.text).toMatch(/^process_resident_memory_bytes \d+/m);
    }
  });
});
