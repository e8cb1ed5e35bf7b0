// Builds what Node-RED loads: dist/index.js (all nodes, with the contract and the fallback rules), dist/index.html (editor and
// help) and the icons. Plain Node, no shell: node nodes/build.mjs
import { cp, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "src");
const dist = join(here, "dist");

/** Workspace packages come from their sources, so that the build needs no other build before it. */
async function bundle(input, format, platform) {
  const build = await rolldown({
    input: join(source, input),
    platform,
    resolve: { conditionNames: ["source", "import", "module", "default"] },
    // Published packages may name their own sources "source" too; those are not made to be bundled here.
    plugins: [{ name: "only-our-sources", resolveId: publishedBuild }],
    onLog: (level, log) => {
      if (level === "warn") throw new Error(log.message);
    },
  });
  const { output } = await build.generate({ format, sourcemap: false });
  await build.close();
  if (output.length !== 1) throw new Error(`expected one file from ${input}, got ${output.length}`);
  return output[0].code;
}

function publishedBuild(id) {
  return id === "eventsource-parser" ? { id: fileURLToPath(import.meta.resolve(id)) } : null;
}

async function nodeTypes() {
  const entries = await readdir(source, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name.startsWith("ohmstead-"))
    .map((entry) => entry.name);
}

/** A running Node-RED, or a test, sees the old file or the new one. */
async function replaceFile(path, text) {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

await mkdir(join(dist, "icons"), { recursive: true });
const [runtime, editor, types] = await Promise.all([
  bundle("index.ts", "esm", "node"),
  bundle("editor/index.ts", "iife", "browser"),
  nodeTypes(),
]);
const parts = await Promise.all(
  types.toSorted().map(async (type) => {
    const [form, help] = await Promise.all(
      ["editor.html", "help.md"].map((file) => readFile(join(source, type, file), "utf8")),
    );
    return `<script type="text/html" data-template-name="${type}">\n${form}</script>\n<script type="text/markdown" data-help-name="${type}">\n${help}</script>\n`;
  }),
);
await replaceFile(join(dist, "index.js"), runtime);
await replaceFile(join(dist, "index.html"), `<script type="text/javascript">\n${editor}</script>\n${parts.join("")}`);
await cp(join(here, "icons"), join(dist, "icons"), { recursive: true });
