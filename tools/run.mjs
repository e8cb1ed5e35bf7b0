// Runs a script, or with --bin an installed package's command, on a Node new enough for Ohmstead.
// The project brings its own Node as a pinned package, so that the machine needs none in particular.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST = [22, 14]; // better-sqlite3 needs Node-API 10
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

const isNewEnough = (version) => {
  const [major, minor] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
};

/** The Node to use, or a message that says what to do. */
export function findNode() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const bundled = join(root, "node_modules", `node-linux-${process.arch}`, "bin", "node");
  if (existsSync(bundled)) return bundled;
  console.error(
    `Ohmstead needs Node ${OLDEST.join(".")} or newer; this is ${process.versions.node}, and the bundled one is missing.\n` +
      `Run "npm ci" once more on a 64-bit Linux (x64 or arm64), or install a newer Node.`,
  );
  process.exit(1);
}

/** The script behind an installed command. */
function commandOf(name) {
  const link = join(root, "node_modules", ".bin", name);
  if (existsSync(link)) return realpathSync(link);
  console.error(`${name} is not installed: run "npm ci".`);
  process.exit(1);
}

/** npm does not hand a signal on to what its script has started: whoever asks to, ends when npm's shell has gone. */
function endWithParent(child) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 500).unref();
}

const ignore = () => {};

/** Runs to the end; signals are handed on, and its exit status is the answer. */
export function run(args, { endsWithParent = false, ...options } = {}) {
  const node = findNode();
  const child = spawn(node, args, {
    stdio: "inherit",
    cwd: root,
    ...options,
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}`, ...options.env },
  });
  if (endsWithParent) endWithParent(child);
  // Ctrl-C reaches the child by the terminal already; the others only through us.
  const handOn = (signal) => child.kill(signal);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, handOn);
  process.on("SIGINT", ignore);
  return new Promise((done) => {
    child.on("exit", (code, signal) => {
      for (const each of ["SIGTERM", "SIGHUP"]) process.off(each, handOn);
      process.off("SIGINT", ignore);
      done(code ?? (signal ? 128 : 1));
    });
  });
}

export const bin = (name, args, options) => run([commandOf(name), ...args], options);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [first, ...rest] = process.argv.slice(2);
  process.exit(first === "--bin" ? await bin(rest[0], rest.slice(1)) : await run([first, ...rest]));
}
