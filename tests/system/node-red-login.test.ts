import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { hash } from "bcryptjs";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildNodes, newDataFolder, type NodeRed, refusedStart, startNodeRed } from "../support/node-red-process.ts";

beforeAll(buildNodes);

describe("with a login", () => {
  const password = "correct horse battery";
  const basic = `Basic ${Buffer.from(`anna:${password}`).toString("base64")}`;
  let nodeRed: NodeRed;
  const open = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${nodeRed.url}${path}`, { headers, redirect: "manual" });

  beforeAll(async () => {
    const dataFolder = newDataFolder();
    writeFileSync(
      join(dataFolder, "login.json"),
      JSON.stringify({ user: "anna", passwordHash: await hash(password, 4) }),
    );
    nodeRed = await startNodeRed(dataFolder, {
      OHMSTEAD_URL: "http://127.0.0.1:9",
      OHMSTEAD_TOKEN: "x",
      HA_URL: "http://127.0.0.1:9",
      HA_TOKEN: "x",
    });
  });
  afterAll(() => nodeRed?.stop());

  test.each([
    "/flows",
    "/settings",
    "/nodes",
    "/dashboard",
    "/dashboard/home",
    "/dashboard/_setup",
    "/dashboard/_debug/datastore/x",
    "/ohmstead-ui/ohmstead-plan-chart.js",
  ])("a visitor gets nothing of %s", async (path) => {
    expect((await open(path, { accept: "application/json" })).status).toBe(401);
  });

  test("a visitor cannot deploy", async () => {
    const answer = await fetch(`${nodeRed.url}/flows`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "[]",
    });
    expect(answer.status).toBe(401);
  });

  test("a wrong password is refused", async () => {
    const wrong = `Basic ${Buffer.from("anna:wrong").toString("base64")}`;
    expect((await open("/dashboard/home", { authorization: wrong })).status).toBe(401);
  });

  test("with the login editor and pages open", async () => {
    const granted = await fetch(`${nodeRed.url}/auth/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        client_id: "node-red-admin",
        grant_type: "password",
        scope: "*",
        username: "anna",
        password,
      }),
    });
    const { access_token: token } = (await granted.json()) as { access_token: string };
    expect((await open("/flows", { authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await open("/dashboard/home", { authorization: basic })).status).toBe(200);
  });

  test("health tells strangers that it runs, and nothing else", async () => {
    const health = await open("/ohmstead/health");
    expect(health.status).toBe(200);
    expect(await health.json()).toEqual({ flowsStarted: true, homeAssistantConnected: false });
  });

  /** Resolves with "connected", or why not. */
  const connect = (headers: Readonly<Record<string, string>>) =>
    new Promise<string>((resolve) => {
      const socket = io(nodeRed.url, {
        path: "/dashboard/socket.io",
        extraHeaders: headers,
        reconnection: false,
        timeout: 5000,
      });
      const end = (outcome: string) => {
        socket.close();
        resolve(outcome);
      };
      socket.on("connect", () => end("connected"));
      socket.on("connect_error", ({ message }) => end(message));
    });
  const cookieOf = async () => {
    const page = await open("/dashboard/home", { authorization: basic });
    const cookie = page.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    return cookie.split(";")[0] ?? "";
  };

  test.each([
    ["without anything", async () => ({})],
    ["with a made-up cookie", async () => ({ cookie: "ohmstead-dashboard=guess" })],
    ["with the password only", async () => ({ authorization: basic })],
    ["from another site's page", async () => ({ cookie: await cookieOf(), origin: "http://evil.example" })],
  ])("the dashboard's socket refuses a visitor %s", async (_how, headers) => {
    expect(await connect(await headers())).toMatch(/not logged in/);
  });

  test("the dashboard's socket takes whoever opened the page with the login", async () => {
    expect(await connect({ cookie: await cookieOf() })).toBe("connected");
  });
});

test("without a login it binds to nothing but this machine", async () => {
  const { code, output } = await refusedStart(newDataFolder(), { NODE_RED_HOST: "0.0.0.0" });
  expect(code).not.toBe(0);
  expect(output).toMatch(/set a login first/);
});

test("half a login is not taken for none", async () => {
  const dataFolder = newDataFolder();
  writeFileSync(join(dataFolder, "login.json"), JSON.stringify({ user: "anna" }));
  const { code, output } = await refusedStart(dataFolder, {});
  expect(code).not.toBe(0);
  expect(output).toMatch(/set the login again/);
});
