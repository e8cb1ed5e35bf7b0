// `npm run reliability`: see tests/reliability/write.ts.
import { run } from "./run.mjs";

process.exit(await run(["--conditions=source", "tests/reliability/write.ts", ...process.argv.slice(2)]));
