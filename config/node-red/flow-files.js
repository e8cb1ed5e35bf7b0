import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { readJson, replaceJson, textOf } from "./json-file.js";

const CONFIG_FILE = "00-config.json";
/** Two digits for the order, then a name. Everything else in the folder is not ours. */
const FLOW_FILE = /^\d\d-[a-z0-9-]+\.json$/;

export const flowFileNames = async (folder) =>
  (await readdir(folder).catch((error) => (error.code === "ENOENT" ? [] : Promise.reject(error))))
    .filter((name) => FLOW_FILE.test(name))
    .toSorted();

/** All nodes of all files, in the order of the files' names. */
export async function readFlowFiles(folder) {
  const files = await Promise.all((await flowFileNames(folder)).map((name) => readJson(join(folder, name))));
  return files.flat();
}

/** One file per tab and subflow, one for what belongs to none. A file whose tab has gone goes too. */
export async function writeFlowFiles(folder, nodes) {
  await mkdir(folder, { recursive: true });
  const present = await flowFileNames(folder);
  const wanted = splitFlows(nodes, await ownersOf(folder, present));
  for (const [name, content] of wanted) {
    const before = await readFile(join(folder, name), "utf8").catch(() => undefined);
    if (before !== textOf(content)) await replaceJson(join(folder, name), content);
  }
  await Promise.all(present.filter((name) => !wanted.has(name)).map((name) => rm(join(folder, name))));
}

const isOwner = (node) => node.type === "tab" || node.type === "subflow";

/** Which file a tab or subflow lives in already. */
async function ownersOf(folder, names) {
  const owners = new Map();
  for (const name of names) {
    const [first] = await readJson(join(folder, name));
    if (first && isOwner(first)) owners.set(first.id, name);
  }
  return owners;
}

/** Map from file name to its nodes. `owners`: tab id to file name, for those that have one. */
export function splitFlows(nodes, owners) {
  const files = new Map([[CONFIG_FILE, nodes.filter((node) => !isOwner(node) && !node.z)]]);
  const taken = new Set([CONFIG_FILE, ...owners.values()]);
  for (const owner of nodes.filter(isOwner)) {
    const name = owners.get(owner.id) ?? newName(owner, taken);
    taken.add(name);
    files.set(name, [owner, ...nodes.filter((node) => node.z === owner.id)]);
  }
  return files;
}

const slugOf = (text) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "") || "flow";

function newName(owner, taken) {
  const title = owner.type === "subflow" ? `subflow-${owner.name ?? ""}` : (owner.label ?? "");
  const number =
    owner.type === "subflow"
      ? 5
      : Math.min(99, 10 + Math.max(0, ...[...taken].map((name) => Number(name.slice(0, 2)))));
  const base = `${String(number).padStart(2, "0")}-${slugOf(title)}`;
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? `${base}.json` : `${base}-${count}.json`;
    if (!taken.has(name)) return name;
  }
}
