// `npm run worst-day`: see tests/worst-day/run.ts.
import { prepare } from "./prepare.mjs";
import { run } from "./run.mjs";

await prepare();
process.exit(await run(["--conditions=source", "tests/worst-day/run.ts", ...process.argv.slice(2)]));
