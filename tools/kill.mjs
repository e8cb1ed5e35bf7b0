// `npm run kill -- …`: the optimizer killed again and again in one composed demo; see tests/kill/kill.ts.
import { prepare } from "./prepare.mjs";
import { run } from "./run.mjs";

await prepare();
process.exit(await run(["--conditions=source", "tests/kill/kill.ts", ...process.argv.slice(2)]));
