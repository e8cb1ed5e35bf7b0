import { expect, test } from "vitest";
import { oneAtATime } from "./one-at-a-time.ts";

function recorded() {
  const runs: { causes: readonly string[]; finish: (value: number) => void; fail: (error: Error) => void }[] = [];
  const ask = oneAtATime(
    (causes) => new Promise<number>((resolve, reject) => runs.push({ causes, finish: resolve, fail: reject })),
  );
  return { runs, ask };
}

test("E29 requests during a run share one run after it, and know why", async () => {
  const { runs, ask } = recorded();
  const first = ask("start");
  const second = ask("prices");
  const third = ask("override");
  expect(runs).toHaveLength(1);
  runs[0]?.finish(1);
  expect(await first).toBe(1);
  await Promise.resolve();
  expect(runs.map(({ causes }) => causes)).toEqual([["start"], ["prices", "override"]]);
  runs[1]?.finish(2);
  expect(await Promise.all([second, third])).toEqual([2, 2]);
});

test("E29 a run that fails is its own asker's trouble: the one after it goes on", async () => {
  const { runs, ask } = recorded();
  const first = ask("start");
  const second = ask("prices");
  runs[0]?.fail(new Error("no"));
  await expect(first).rejects.toThrow("no");
  await Promise.resolve();
  runs[1]?.finish(2);
  expect(await second).toBe(2);
  const third = ask("later");
  runs[2]?.finish(3);
  expect(await third).toBe(3);
});
