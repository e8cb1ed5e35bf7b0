// `npm run no-gap -- [folder]`: a month of recorded prices with sources that fail; see tests/no-gap/run.ts.
import { prepare } from "./prepare.mjs";
import { run } from "./run.mjs";

await prepare();
process.exit(await run(["--conditions=source", "tests/no-gap/run.ts", ...process.argv.slice(2)]));
