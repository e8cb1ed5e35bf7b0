// `npm start`: the appliance when config/home.yaml is there, the demo house otherwise.
import { prepare } from "./prepare.mjs";
import { run } from "./run.mjs";

await prepare();
const status = await run(["optimizer/dist/cli/ohmstead.js", "start", ...process.argv.slice(2)], {
  endsWithParent: true,
});
process.exit(status);
