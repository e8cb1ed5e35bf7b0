import { expect, test } from "vitest";
import { createDurations } from "./durations.ts";

test("tells the quantiles of the latest thousand, and how many there were", () => {
  const durations = createDurations();
  expect(durations.quantiles()).toEqual({ count: 0, p50: undefined, p95: undefined, p99: undefined });
  for (let k = 1; k <= 1100; k += 1) durations.add(k);
  expect(durations.quantiles()).toEqual({ count: 1100, p50: 600, p95: 1050, p99: 1090 });
});
