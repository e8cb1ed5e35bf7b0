// `node tools/home-assistant.mjs`: makes the Python environment with the Home Assistant core that the tests run against,
// once per list of pins, outside the clone. Prints the Python to start it with.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./run.mjs";

/** The core's pinned wheels are made for this one. */
const WANTED_PYTHON = "3.13";
const pins = join(root, "tools/home-assistant/requirements.txt");

const cacheFolder = () => join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "ohmstead", "home-assistant");
const environment = () => {
  const hash = createHash("sha256").update(readFileSync(pins)).update(WANTED_PYTHON).update(process.arch);
  return join(cacheFolder(), hash.digest("hex").slice(0, 16));
};
const pythonIn = (folder) => join(folder, "bin", "python");

/** The Python that starts the core; undefined while it is not installed. */
export function homeAssistantPython() {
  const python = pythonIn(environment());
  return existsSync(python) ? python : undefined;
}

const foldersIn = (folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []);

/** A name on PATH may be a shim of a version that is not switched on: each candidate is asked. */
function findPython() {
  const onPath = (process.env.PATH ?? "").split(delimiter);
  const names = [`python${WANTED_PYTHON}`, "python3"];
  const kept = foldersIn(join(process.env.PYENV_ROOT || join(homedir(), ".pyenv"), "versions"));
  const candidates = [
    ...names.flatMap((name) => onPath.map((folder) => join(folder, name))),
    ...kept.map((folder) => join(folder, "bin", "python3")),
  ].filter((path) => existsSync(path));
  const tells = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";
  return candidates.find((path) => {
    const { status, stdout } = spawnSync(path, ["-c", tells], { encoding: "utf8" });
    return status === 0 && stdout.trim() === WANTED_PYTHON;
  });
}

function must(program, args, what) {
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", "inherit", "inherit"] });
  if (error || status !== 0) throw new Error(`${what} failed${error ? `: ${error.message}` : ""}`);
}

/** Throws with what to install. A half-made environment is made anew. */
export function installHomeAssistant() {
  const found = homeAssistantPython();
  if (found) return found;
  const python = findPython();
  if (!python)
    throw new Error(
      `The tests with a real Home Assistant need Python ${WANTED_PYTHON} with venv: install it (Debian 13: apt-get install python${WANTED_PYTHON}-venv; elsewhere: pyenv install ${WANTED_PYTHON}).`,
    );
  const folder = environment();
  const making = `${folder}.making`;
  console.error(`Installing Home Assistant into ${folder} with ${python} (once; about a minute) ...`);
  mkdirSync(cacheFolder(), { recursive: true });
  rmSync(making, { recursive: true, force: true });
  must(python, ["-m", "venv", making], "making the Python environment");
  // Wheels only: the machine needs no compiler.
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"];
  must(pythonIn(making), [...pip, "--requirement", pins], "installing Home Assistant's packages");
  must(pythonIn(making), ["-m", "homeassistant", "--version"], "starting the installed Home Assistant");
  rmSync(folder, { recursive: true, force: true });
  renameSync(making, folder);
  return pythonIn(folder);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  try {
    console.log(installHomeAssistant());
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
