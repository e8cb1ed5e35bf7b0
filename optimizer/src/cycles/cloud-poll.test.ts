import type { TelemetryReading } from "@ohmstead/contract";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DeliveryError } from "../domain/errors.ts";
import { createCloudPoll } from "./cloud-poll.ts";

const MINUTE_MS = 60_000;
const POLL_MS = 3 * MINUTE_MS;
const source = "hp:tank#value";
const features = (value: unknown) => ({
  data: [{ feature: "tank", timestamp: "2026-01-05T10:00:00.000Z", properties: { value: { value, unit: "celsius" } } }],
});

const well = async (): Promise<unknown> => features(46);

function stage() {
  let answer = well;
  const askedAtMs: number[] = [];
  const taken: TelemetryReading[] = [];
  const said: string[] = [];
  const poll = createCloudPoll({
    api: {
      id: "hp",
      send: () => {
        askedAtMs.push(Date.now());
        return answer();
      },
    },
    pollMs: POLL_MS,
    wanted: () => [source],
    take: (readings) => void taken.push(...readings),
    nowMs: () => Date.now(),
    say: (_level, text) => void said.push(text),
  });
  poll.start();
  return {
    poll,
    taken,
    said,
    answer: (how: typeof answer) => void (answer = how),
    minutes: () => askedAtMs.map((ms) => Math.round((ms - (askedAtMs[0] ?? 0)) / MINUTE_MS)),
  };
}

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 5, 10) }));
afterEach(() => void vi.useRealTimers());
const pass = (minutes: number) => vi.advanceTimersByTimeAsync(minutes * MINUTE_MS);

test("reads at once, then every three minutes: a third of the calls a day", async () => {
  const { minutes, taken, poll } = stage();
  await pass(9);
  expect(minutes()).toEqual([0, 3, 6, 9]);
  expect(taken[0]).toMatchObject({ source, value: 46, unit: "°C" });
  poll.stop();
  await pass(60);
  expect(minutes()).toHaveLength(4);
});

test("E42 a cloud that is down is asked less and less often, said once, and read again when it is back", async () => {
  const { minutes, answer, said, taken } = stage();
  answer(() => Promise.reject(new DeliveryError("error", "api answered 500")));
  await pass(110);
  expect(minutes()).toEqual([0, 6, 18, 42, 72, 102]);
  expect(said).toEqual(["hp is not read: api answered 500 (error)"]);
  answer(async () => features(47));
  await pass(30);
  expect(taken.at(-1)).toMatchObject({ value: 47 });
  expect(said[1]).toBe("hp is read again");
});

test("E04 a pause that was asked for is kept, however long", async () => {
  const { minutes, answer } = stage();
  answer(() => Promise.reject(new DeliveryError("rateLimited", "enough", { retryAfterMs: 90 * MINUTE_MS })));
  await pass(95);
  expect(minutes()).toEqual([0, 90]);
});

test("E06 features that cannot be used are refused with the field named, and nothing of them is taken", async () => {
  const { answer, said, taken } = stage();
  answer(async () => ({ data: [...features(46).data, { feature: "pump" }] }));
  await pass(1);
  expect(taken).toEqual([]);
  expect(said[0]).toMatch(/hp gave features that cannot be used.*timestamp/s);
});

test("after an order what became of it is read soon", async () => {
  const { poll, minutes } = stage();
  await pass(1);
  poll.orderTaken();
  await vi.advanceTimersByTimeAsync(15_000);
  expect(minutes()).toHaveLength(2);
});
