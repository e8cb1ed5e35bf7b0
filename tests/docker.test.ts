import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { LEAN } from "../optimizer/src/launch/stations.ts";
import { copiesOf, inherited, lastOf, stagesOf } from "./support/dockerfile.ts";

// What `docker compose config` and a build would complain about, as far as it can be seen without Docker.

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const isThere = (path: string) => existsSync(join(root, path));

const Service = z.strictObject({
  image: z.string().regex(/^[\w./-]+(:[\w.-]+)?$/),
  build: z.strictObject({ context: z.literal("."), dockerfile: z.string(), target: z.string() }).optional(),
  profiles: z.array(z.string()).optional(),
  user: z.string().optional(),
  environment: z.record(z.string().regex(/^[A-Z_]+$/), z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string().regex(/^[^:]+:\/[^:]+(:ro)?$/)),
  healthcheck: z
    .strictObject({ test: z.array(z.string()).min(2), interval: z.string(), timeout: z.string(), retries: z.int() })
    .optional(),
  restart: z.literal("unless-stopped"),
  init: z.literal(true),
  read_only: z.literal(true),
  tmpfs: z.tuple([z.literal("/tmp")]),
  cap_drop: z.tuple([z.literal("ALL")]),
  security_opt: z.tuple([z.literal("no-new-privileges:true")]),
  stop_grace_period: z.string(),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), z.string()) }),
});
const Compose = z.strictObject({
  name: z.literal("ohmstead"),
  "x-hardened": z.unknown(),
  services: z.strictObject({ optimizer: Service, "node-red": Service, mosquitto: Service }),
  volumes: z.record(z.string(), z.null()),
});

const compose = Compose.parse(parse(read("docker-compose.yml"), { merge: true }));
const services = Object.entries(compose.services);
const dockerfile = read("docker/Dockerfile");
const stages = stagesOf(dockerfile);
const ours = services.flatMap(([name, { build }]) => (build ? [{ name, target: build.target }] : []));

test("every image of ours is a target of the Dockerfile, the others are pinned to a version", () => {
  expect(ours.map(({ name }) => name)).toEqual(["optimizer", "node-red"]);
  for (const [, { build, image }] of services)
    if (build) expect([isThere(build.dockerfile), stages.has(build.target)]).toEqual([true, true]);
    else expect(image).toMatch(/:\d/);
});

test("nobody runs as root", () => {
  for (const { target } of ours) expect(lastOf(inherited(stages, target), "USER")).toMatch(/^1000:1000$/);
  expect(compose.services.mosquitto.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
});

test("everybody has a health check", () => {
  const checks = services.map(([, { build, healthcheck }]) =>
    build ? lastOf(inherited(stages, build.target), "HEALTHCHECK") : healthcheck?.test.join(" "),
  );
  expect(checks).toEqual([
    expect.stringContaining("http://127.0.0.1:8710/health/live"),
    expect.stringContaining("http://127.0.0.1:1880/ohmstead/health"),
    expect.stringContaining("1883"),
  ]);
});

test("health checks are programs that Node can read", () => {
  for (const { target } of ours) {
    const check = lastOf(inherited(stages, target), "HEALTHCHECK") ?? "";
    const [node, flag, program] = z
      .tuple([z.string(), z.string(), z.string()])
      .parse(JSON.parse(check.slice(check.indexOf("["))));
    expect([node, flag]).toEqual(["node", "-e"]);
    // oxlint-disable-next-line typescript/no-implied-eval -- only read, never called
    expect(() => new Function(program)).not.toThrow();
  }
});

test("only Node-RED's port is published", () => {
  expect(services.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(["node-red"]);
  expect(compose.services["node-red"].ports).toEqual(["${DASHBOARD_PORT:-1880}:1880"]);
});

test("every secret comes from .env, and .env.example tells of each", () => {
  const text = read("docker-compose.yml");
  const wanted = [...text.matchAll(/(?<!\$)\$\{([A-Z_]+)/g)].map(([, name]) => name);
  const told = [...read(".env.example").matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(new Set(wanted)).toEqual(new Set(told));
  for (const [, { environment = {} }] of services)
    for (const [name, value] of Object.entries(environment))
      if (/TOKEN|PASSWORD|SECRET/.test(name)) expect(value).toMatch(/^\$\{[A-Z_]+:[?-]/);
  expect(read(".env.example")).not.toMatch(/(TOKEN|PASSWORD)=\S/);
  expect(read(".gitignore").split("\n")).toContain(".env");
});

test("every volume is declared or a path of the project, and data outlive the container", () => {
  const sources = services.flatMap(([, { volumes }]) => volumes.map((each) => each.split(":")[0] ?? ""));
  for (const source of sources)
    if (source.startsWith("./")) expect([source, isThere(source)]).toEqual([source, true]);
    else expect(Object.keys(compose.volumes)).toContain(source);
  for (const { name } of ours)
    expect(services.find(([each]) => each === name)?.[1].volumes).toContain(`${name}-data:/data`);
});

test("every stage is built on another or on the one Node, and copies from stages before it", () => {
  const seen = new Set<string>();
  for (const { name, from, instructions } of stages.values()) {
    expect(seen.has(from) || from === "node:24-bookworm-slim", `${name} from ${from}`).toBe(true);
    for (const copy of copiesOf(instructions)) if (copy.from) expect(seen).toContain(copy.from);
    seen.add(name);
  }
});

test("every path copied from the project is in it, and not kept out of the build", () => {
  const ignore = read("docker/Dockerfile.dockerignore").split("\n");
  expect(ignore[0]).toBe("**");
  const admitted = ignore.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const copied = [...stages.values()].flatMap(({ instructions }) =>
    copiesOf(instructions).flatMap(({ from, sources }) => (from ? [] : sources)),
  );
  expect(copied.length).toBeGreaterThan(10);
  for (const path of copied) {
    expect([path, isThere(path)]).toEqual([path, true]);
    expect([path, admitted.some((each) => path === each || path.startsWith(`${each}/`))]).toEqual([path, true]);
  }
  expect(ignore).toEqual(expect.arrayContaining(["**/node_modules", "**/dist"]));
});

test("every workspace's manifest is there when the packages are installed", () => {
  const { workspaces } = z.object({ workspaces: z.array(z.string()) }).parse(JSON.parse(read("package.json")));
  const copied = copiesOf(stages.get("dependencies")?.instructions ?? []).flatMap(({ sources }) => sources);
  expect(copied).toEqual(expect.arrayContaining(workspaces.map((each) => `${each}/package.json`)));
  expect(copied).toEqual(expect.arrayContaining(["package.json", "package-lock.json", ".npmrc"]));
  expect(lastOf(stages.get("dependencies")?.instructions ?? [], "RUN")).toContain("npm ci --omit=dev --omit=optional");
  expect(read(".npmrc")).toContain("ignore-scripts=true");
});

test("what every workspace gives to others is copied from where it is built", () => {
  const { workspaces } = z.object({ workspaces: z.array(z.string()) }).parse(JSON.parse(read("package.json")));
  const copied = copiesOf(stages.get("appliance")?.instructions ?? []);
  for (const workspace of workspaces)
    expect(copied).toContainEqual({ from: "build", sources: [`/app/${workspace}/dist`], target: `${workspace}/dist` });
});

/** The file of the project that becomes this file of the image. */
function originOf(path: string): string {
  return path.replace(/^(.*?)\/dist\/(.*)\.js$/, "$1/src/$2.ts");
}

test("every container starts a program that is in its image", () => {
  const commands = ours.map(({ target }) =>
    z.array(z.string()).parse(JSON.parse(lastOf(inherited(stages, target), "CMD") ?? "")),
  );
  expect(commands).toEqual([
    [
      "node",
      ...LEAN.args,
      "optimizer/dist/main.js",
      "--config",
      "/config/home.yaml",
      "--data",
      "/data",
      "--host",
      "0.0.0.0",
      "--port",
      "8710",
    ],
    [
      "node",
      "node_modules/node-red/red.js",
      "--settings",
      "config/node-red/settings.js",
      "--userDir",
      "/data/node-red",
    ],
  ]);
  expect(lastOf(inherited(stages, "optimizer"), "ENV")).toBe(
    Object.entries(LEAN.env)
      .map(([name, value]) => `${name}=${value}`)
      .join(" "),
  );
  const files = commands.flat().filter((word) => /^[^/].*\.js$/.test(word));
  expect(files.filter((path) => !isThere(originOf(path)))).toEqual([]);
});

test("the optimizer's other programs named in docker-compose.yml are there", () => {
  const named = [...read("docker-compose.yml").matchAll(/optimizer\/dist\/\S+\.js/g)].map(([path]) => path);
  expect(named).toContain("optimizer/dist/cli/ohmstead.js");
  expect(named.filter((path) => !isThere(originOf(path)))).toEqual([]);
});

test("Node-RED's settings use only what is in the image: Node, packages, and files beside them", () => {
  const known = new Set(["config/node-red", "flows"]);
  const imports = (path: string): string[] =>
    [...read(path).matchAll(/from "([^"]+)"/g)].flatMap(([, specifier = ""]) => {
      if (isBuiltin(specifier)) return [];
      if (!specifier.startsWith(".")) return [specifier];
      const file = posix.join(posix.dirname(path), specifier);
      return known.has(posix.dirname(file)) ? imports(file) : [file];
    });
  expect(imports("config/node-red/settings.js")).toEqual([]);
});

test("the two sides of the appliance agree on ports and addresses", () => {
  const { environment = {} } = compose.services["node-red"];
  expect(environment["OHMSTEAD_URL"]).toBe("http://optimizer:8710");
  const env = lastOf(inherited(stages, "node-red"), "ENV");
  expect(env).toBe("OHMSTEAD_DATA=/data NODE_RED_HOST=0.0.0.0 NODE_RED_PORT=1880");
  for (const name of ["OHMSTEAD_DATA", "NODE_RED_HOST", "NODE_RED_PORT"])
    expect(read("config/node-red/settings.js")).toContain(`process.env.${name}`);
});

test("the broker lets nobody in without a password", () => {
  const lines = read("docker/mosquitto/mosquitto.conf").split("\n");
  expect(lines).toContain("allow_anonymous false");
  expect(lines).toContain("password_file /tmp/passwords");
  expect(compose.services.mosquitto.command?.join("\n")).toContain("mosquitto_passwd -b -c /tmp/passwords");
});
