// Builds what the optimizer and Node-RED serve as static files: dist/ohmstead-plan-chart.js and the status page.
// Each script is one file without imports, so that a page needs nothing but a script tag with a relative address.
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");

const scripts = [
  { entry: "src/chart.ts", fileName: "ohmstead-plan-chart.js", name: "ohmsteadPlanChart" },
  { entry: "src/status/main.ts", fileName: "status.js", name: "ohmsteadStatus" },
];

/** Letters beyond ASCII as escapes: a page that declares no charset would garble "°C" and "€". */
const asciiOnly = {
  name: "ascii-only",
  enforce: "post",
  generateBundle: {
    order: "post", // the minifier would turn the escapes into letters again
    handler: (_options, bundle) => {
      for (const file of Object.values(bundle))
        if (file.type === "chunk") file.code = file.code.replaceAll(/[^\0-\x7f]/g, escapeOf);
    },
  },
};
const escapeOf = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

await mkdir(dist, { recursive: true });
for (const { entry, fileName, name } of scripts)
  await build({
    configFile: false,
    root: here,
    logLevel: "warn",
    publicDir: false,
    plugins: [asciiOnly],
    build: {
      outDir: dist,
      emptyOutDir: false, // the compiler keeps its types in there
      target: "es2022",
      minify: true,
      lib: { entry: join(here, entry), formats: ["iife"], name, fileName: () => fileName },
    },
  });
for (const file of ["index.html", "status.css"]) await copyFile(join(here, "src/status", file), join(dist, file));
console.log(`ui: built ${scripts.map(({ fileName }) => fileName).join(", ")}, index.html, status.css`);
