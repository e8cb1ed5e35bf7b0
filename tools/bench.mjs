import { prepare } from "./prepare.mjs";
import { run } from "./run.mjs";

await prepare();
process.exit(await run(["--conditions=source", "tests/bench/bench.ts", ...process.argv.slice(2)]));
