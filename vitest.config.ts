import { defineConfig } from "vitest/config";

/** Patterns of files that need what this machine lacks (tools/test.mjs). */
const leftOut = (process.env.OHMSTEAD_LEFT_OUT ?? "").split(",").filter(Boolean);

const shared = {
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
};

export default defineConfig({
  ...shared,
  test: {
    // Pure folders are held to 90 % of lines; what talks to the world is proved by the system tests, in other processes.
    coverage: {
      provider: "v8",
      reporter: ["text-summary", "json-summary", "text"],
      include: [
        "optimizer/src/{domain,forecasts,learning,model,plan,commands}/**",
        "optimizer/fallback/src/**",
        "optimizer/src/simulator/physics/**",
      ],
      exclude: ["**/*.test.ts"],
      thresholds: { lines: 90 },
    },
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          setupFiles: ["tests/support/fixed-seed.ts"],
          // Beside each other nothing is timed here; the usual one core less would be half of a small machine.
          maxWorkers: "100%",
          // Some solve a dozen programs: a second alone, and much longer on a busy machine.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: [
            "optimizer/**/src/**/*.test.ts",
            "nodes/src/**/*.test.ts",
            "tests/*.test.ts",
            "tests/reliability/**/*.test.ts",
            "tests/scores/**/*.test.ts",
            "tests/yardsticks/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", "**/dist/**", "**/*.slow.test.ts"],
        },
      },
      {
        ...shared,
        test: {
          name: "system",
          include: ["tests/system/**/*.test.ts", "**/src/**/*.slow.test.ts"],
          exclude: ["**/node_modules/**", "**/dist/**", ...leftOut],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
