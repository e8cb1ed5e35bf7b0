#!/usr/bin/env node
// The command line on whatever Node the machine has: it goes on with the one that Ohmstead brings.
import { fileURLToPath } from "node:url";
import { prepare } from "../../tools/prepare.mjs";
import { run } from "../../tools/run.mjs";

await prepare();
const program = fileURLToPath(new URL("../dist/cli/ohmstead.js", import.meta.url));
process.exit(await run([program, ...process.argv.slice(2)], { cwd: process.cwd() }));
