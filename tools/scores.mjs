// `npm run scores -- <family> <folder>`: see tests/scores/run.ts.
import { prepare } from "./prepare.mjs";
import { run } from "./run.mjs";

await prepare();
process.exit(await run(["--conditions=source", "tests/scores/run.ts", ...process.argv.slice(2)]));
