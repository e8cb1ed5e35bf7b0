import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { homeAssistantPython } from "../../tools/home-assistant.mjs";
import { freePort } from "./broker.ts";
import { untilSo } from "./until-so.ts";

export interface EntityState {
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly last_changed: string;
  readonly context: { readonly id: string; readonly parent_id: string | null; readonly user_id: string | null };
}

export interface RealHomeAssistant {
  readonly url: string;
  /** Of the user that Ohmstead is, an admin. */
  readonly token: string;
  readonly userId: string;
  /** Of somebody who lives in the house. */
  readonly personToken: string;
  readonly personId: string;
  state(entityId: string): Promise<EntityState | undefined>;
  /** Resolves with the first state of the entity that fits. */
  untilState(entityId: string, fits: (state: EntityState) => boolean, withinMs?: number): Promise<EntityState>;
  /** A service call, by default Ohmstead's user's. Throws unless it succeeds. */
  call(action: string, data: Readonly<Record<string, unknown>>, token?: string): Promise<void>;
  /** One command on its websocket; resolves with the result. Throws unless it succeeds. */
  ask(command: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Its own restart, as from its menu; resolves when it runs again. */
  restart(): Promise<void>;
  /** Ends it, by a signal; resolves when the process is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Another on the same folder and address, after `end`. */
  startAgain(): Promise<void>;
  /** May come twice. Removes the folder. */
  stop(): Promise<void>;
  output(): string;
}

export interface RealHomeAssistantSetup {
  /** More configuration, by name: the text of a package. */
  readonly packages?: Readonly<Record<string, string>>;
  /** With a broker there the MQTT integration is set up. */
  readonly brokerPort?: number;
}

const HOUSE = fileURLToPath(new URL("home-assistant/configuration.yaml", import.meta.url));
const VERSION = "2025.4.4";
/** What it ends with when it wants to be started again. */
const RESTART_CODE = 100;
const PATIENCE_MS = 90_000;

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A long-lived token as Home Assistant signs it, and what it must find in its storage to believe it. */
function issueToken(userId: string) {
  const id = randomUUID().replaceAll("-", "");
  const jwtKey = randomBytes(64).toString("hex");
  const nowS = Math.floor(Date.now() / 1000) - 60;
  const head = `${base64({ alg: "HS256", typ: "JWT" })}.${base64({ iss: id, iat: nowS, exp: nowS + 365 * 86_400 })}`;
  const token = `${head}.${createHmac("sha256", jwtKey).update(head).digest("base64url")}`;
  const stored = {
    id,
    user_id: userId,
    client_id: null,
    client_name: `tests ${id}`,
    client_icon: null,
    token_type: "long_lived_access_token",
    created_at: new Date().toISOString(),
    access_token_expiration: 365 * 86_400,
    token: randomBytes(64).toString("hex"),
    jwt_key: jwtKey,
    last_used_at: null,
    last_used_ip: null,
    expire_at: null,
    credential_id: null,
    version: VERSION,
  };
  return { token, stored };
}

const newUser = (name: string, isOwner: boolean) => ({
  id: randomUUID().replaceAll("-", ""),
  group_ids: ["system-admin"],
  is_owner: isOwner,
  is_active: true,
  name,
  system_generated: false,
  local_only: false,
});

const mqttEntry = (port: number) => ({
  entry_id: "ohmsteadtestsmqtt",
  version: 1,
  minor_version: 2,
  domain: "mqtt",
  title: "broker",
  data: { broker: "127.0.0.1", port },
  options: {},
  pref_disable_new_entities: false,
  pref_disable_polling: false,
  source: "user",
  unique_id: null,
  disabled_by: null,
  discovery_keys: {},
  subentries: [],
  created_at: new Date().toISOString(),
  modified_at: new Date().toISOString(),
});

/** A folder as it is after somebody has set up Home Assistant in the browser: two users, their tokens, the house. */
function writeFolder({ packages = {}, brokerPort }: RealHomeAssistantSetup) {
  const folder = mkdtempSync(join(tmpdir(), "ohmstead-home-assistant-"));
  mkdirSync(join(folder, ".storage"));
  mkdirSync(join(folder, "packages"));
  cpSync(HOUSE, join(folder, "configuration.yaml"));
  for (const [name, text] of Object.entries(packages)) writeFileSync(join(folder, "packages", `${name}.yaml`), text);
  const store = (key: string, version: number, minor: number, data: object) =>
    writeFileSync(join(folder, ".storage", key), JSON.stringify({ version, minor_version: minor, key, data }));
  const [ohmstead, person] = [newUser("Ohmstead", true), newUser("Somebody at home", false)];
  const [ours, theirs] = [issueToken(ohmstead.id), issueToken(person.id)];
  store("auth", 1, 1, {
    users: [ohmstead, person],
    groups: ["admin", "users", "read-only"].map((each) => ({ id: `system-${each}`, name: each })),
    credentials: [],
    refresh_tokens: [ours.stored, theirs.stored],
  });
  store("onboarding", 4, 1, { done: ["user", "core_config", "analytics", "integration"] });
  if (brokerPort !== undefined) store("core.config_entries", 1, 5, { entries: [mqttEntry(brokerPort)] });
  return { folder, userId: ohmstead.id, token: ours.token, personId: person.id, personToken: theirs.token };
}

const alive = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/** A real Home Assistant core with a small house. Throws when none is installed: such a test fails, it is not skipped. */
export async function startHomeAssistant(setup: RealHomeAssistantSetup = {}): Promise<RealHomeAssistant> {
  const python = homeAssistantPython();
  if (!python) throw new Error("Home Assistant is not installed: node tools/home-assistant.mjs");
  const { folder, ...users } = writeFolder(setup);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const lines: string[] = [];
  let child: ChildProcess;
  let exited: Promise<number | null>;

  const ask = (method: string, path: string, body?: object, token = users.token): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(10_000),
    });

  const start = async (): Promise<void> => {
    const started = spawn(python, ["-m", "homeassistant", "--config", folder, "--skip-pip", "--log-no-color"], {
      env: { ...process.env, OHMSTEAD_TEST_PORT: String(port) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    alive.add(started);
    for (const stream of [started.stdout, started.stderr])
      stream.on("data", (chunk: Buffer) => void lines.push(chunk.toString("utf8")));
    exited = new Promise((done) =>
      started.on("exit", (code) => {
        alive.delete(started);
        done(code);
      }),
    );
    await untilSo(`Home Assistant runs:\n${lines.join("")}`, PATIENCE_MS, async () => {
      if (started.exitCode !== null) throw new Error(`Home Assistant ended:\n${lines.join("")}`);
      const { state } = (await (await ask("GET", "/api/config")).json()) as { state?: string };
      return state === "RUNNING" ? true : undefined;
    });
    const complaint = /.*Invalid config.*/.exec(lines.join(""));
    if (complaint) throw new Error(`Home Assistant does not take its configuration: ${complaint[0]}`);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    const patience = setTimeout(() => child.kill("SIGKILL"), 20_000);
    await exited;
    clearTimeout(patience);
  };

  const state = async (entityId: string): Promise<EntityState | undefined> => {
    const response = await ask("GET", `/api/states/${entityId}`);
    return response.ok ? ((await response.json()) as EntityState) : undefined;
  };
  await start();
  return {
    url,
    ...users,
    state,
    untilState: (entityId, fits, withinMs = 15_000) => {
      let last: EntityState | undefined;
      return untilSo(`${entityId} fits`, withinMs, async () => {
        last = await state(entityId);
        return last && fits(last) ? last : undefined;
      }).catch((error: unknown) => {
        throw new Error(`${entityId} is ${JSON.stringify(last)}`, { cause: error });
      });
    },
    call: async (action, data, token) => {
      const response = await ask("POST", `/api/services/${action.replace(".", "/")}`, data, token);
      if (!response.ok) throw new Error(`${action} answered ${response.status}: ${await response.text()}`);
    },
    ask: async (command) => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/api/websocket`);
      try {
        const next = async (): Promise<Readonly<Record<string, unknown>>> => {
          const [data] = (await once(socket, "message", { signal: AbortSignal.timeout(10_000) })) as [Buffer];
          return JSON.parse(data.toString("utf8")) as Readonly<Record<string, unknown>>;
        };
        await next();
        socket.send(JSON.stringify({ type: "auth", access_token: users.token }));
        await next();
        socket.send(JSON.stringify({ id: 1, ...command }));
        const { success, result, error } = await next();
        if (success !== true) throw new Error(`${String(command["type"])} answered ${JSON.stringify(error)}`);
        return result;
      } finally {
        socket.close();
      }
    },
    restart: async () => {
      await ask("POST", "/api/services/homeassistant/restart", {}).catch(() => undefined);
      const code = await Promise.race([exited, wait(PATIENCE_MS).then(() => undefined)]);
      if (code !== RESTART_CODE) throw new Error(`it did not restart (${code}):\n${lines.join("")}`);
      await start();
    },
    end,
    startAgain: start,
    stop: async () => {
      await end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
    output: () => lines.join(""),
  };
}
