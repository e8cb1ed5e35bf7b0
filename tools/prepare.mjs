// Installs the packages and builds the project where that has not been done for the present sources.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bin, root, run } from "./run.mjs";

const OLDEST_FOR_INSTALLING = 20;
const stampOf = (name) => join(root, "node_modules", ".ohmstead", name);
const BUILT_FROM = [
  "package-lock.json",
  "tsconfig.base.json",
  "optimizer/contract/src",
  "optimizer/fallback/src",
  "optimizer/src",
  "optimizer/ui",
  "nodes",
];
const NOT_SOURCE = new Set(["node_modules", "dist"]);

function hashOf(paths) {
  const hash = createHash("sha256");
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const entry of readdirSync(path).toSorted()) if (!NOT_SOURCE.has(entry)) visit(join(path, entry));
    } else hash.update(path).update(readFileSync(path));
  };
  for (const path of paths) visit(join(root, path));
  return hash.digest("hex");
}

const isStamped = (name, hash) => existsSync(stampOf(name)) && readFileSync(stampOf(name), "utf8") === hash;
function stamp(name, hash) {
  mkdirSync(dirname(stampOf(name)), { recursive: true });
  writeFileSync(stampOf(name), hash);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function install() {
  if (Number(process.versions.node.split(".")[0]) < OLDEST_FOR_INSTALLING)
    fail(
      `Ohmstead installs with Node ${OLDEST_FOR_INSTALLING} or newer; this is ${process.versions.node}. Install a newer Node, then try again.`,
    );
  const hash = hashOf(["package-lock.json"]);
  if (isStamped("installed", hash)) return;
  console.log("Installing the pinned packages (once; about half a minute) ...");
  // A `--prefix` or workspace setting of the npm that started us must not reach this one.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(config_(prefix|workspace|local_prefix)|package|lifecycle)/i.test(name),
    ),
  );
  const { status, error } = spawnSync("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
    env,
  });
  if (error) fail(`npm cannot be started (${error.message}): install npm, which comes with Node.`);
  if (status !== 0)
    fail("The packages could not be installed: see npm's message above. Is the network there, and space on the disk?");
  stamp("installed", hash);
}

async function build({ force }) {
  const hash = hashOf(BUILT_FROM);
  if (!force && isStamped("built", hash)) return;
  console.log("Building ...");
  rmSync(stampOf("built"), { force: true });
  const steps = [
    ["types and JavaScript", () => bin("tsc", ["-b", "optimizer", "--pretty"])],
    ["JSON Schemas", () => run([join(root, "tools/write-schemas.mjs")])],
    ["Node-RED nodes", () => run([join(root, "nodes/build.mjs")])],
    ["plan chart and status page", () => run([join(root, "optimizer/ui/build.mjs")])],
  ];
  for (const [what, step] of steps)
    if ((await step()) !== 0) fail(`Building the ${what} failed: see the message above.`);
  // The schemas are written by the build itself, so the stamp is of the sources as they were before it.
  stamp("built", hash);
}

/** Everything in place to run: quick when nothing has changed. */
export async function prepare(options = { force: false }) {
  install();
  await build(options);
}
