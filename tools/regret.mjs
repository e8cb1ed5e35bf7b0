// `npm run regret -- …`: how much of what a battery could save in a year re-planning reaches; see tests/bench/regret.ts.
import { prepare } from "./prepare.mjs";
import { run } from "./run.mjs";

await prepare();
process.exit(await run(["--conditions=source", "tests/bench/regret.ts", ...process.argv.slice(2)]));
