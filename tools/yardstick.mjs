// `npm run yardstick -- <family> <folder>`: see tests/yardsticks/run.ts.
import { prepare } from "./prepare.mjs";
import { run } from "./run.mjs";

await prepare();
process.exit(await run(["--conditions=source", "tests/yardsticks/run.ts", ...process.argv.slice(2)]));
