import { createHash } from "node:crypto";
import { join } from "node:path";
import { flowFileNames } from "./flow-files.js";
import { readJson, replaceJson } from "./json-file.js";

const MANIFEST = "shipped.json";
const CREDENTIALS = "flows_cred.json";

/**
 * Brings the product's flows to a house: all of them at first start, later a newer version of those that nobody has touched.
 * A tab that was changed stays as it is, a tab that was deleted stays away. Resolves with what the owner should know.
 */
export async function installProductFlows({ shipped, folder }) {
  const notices = [];
  const manifest = (await readJson(join(folder, MANIFEST))) ?? {};
  const installed = { ...manifest };
  for (const name of await flowFileNames(shipped)) {
    const product = await readJson(join(shipped, name));
    const own = await readJson(join(folder, name));
    const newHash = flowHash(product);
    const ownHash = own && flowHash(own);
    if (manifest[name] === newHash) continue;
    if (ownHash === newHash) installed[name] = newHash;
    else if (ownHash === manifest[name]) {
      await replaceJson(join(folder, name), product);
      installed[name] = newHash;
    } else if (own)
      notices.push(`The flow ${name} has changes of yours and was kept; the newer version is ${join(shipped, name)}.`);
  }
  if (!(await readJson(join(folder, CREDENTIALS))))
    await replaceJson(join(folder, CREDENTIALS), await readJson(join(shipped, CREDENTIALS)));
  if (JSON.stringify(installed) !== JSON.stringify(manifest)) await replaceJson(join(folder, MANIFEST), installed);
  return notices;
}

/** The same for flows that differ only in order, or in empty values that the editor writes and a person does not. */
export function flowHash(nodes) {
  const sorted = nodes.map(canonical).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
}

const isEmpty = (value) =>
  value === "" ||
  value === false ||
  value === null ||
  value === undefined ||
  (Array.isArray(value) && value.length === 0);

function canonical(value) {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .filter((key) => !isEmpty(value[key]))
      .toSorted()
      .map((key) => [key, canonical(value[key])]),
  );
}
