import fc from "fast-check";

/** Properties are tried on the same examples in every run, so that a red test is a change; `npm run fuzz` looks for new ones. */
fc.configureGlobal({ seed: 20_240_105 });
