// `npm run fuzz -- --count 100000`: see tests/fuzz/fuzz.ts.
import { prepare } from "./prepare.mjs";
import { run } from "./run.mjs";

await prepare();
process.exit(await run(["--conditions=source", "tests/fuzz/fuzz.ts", ...process.argv.slice(2)]));
