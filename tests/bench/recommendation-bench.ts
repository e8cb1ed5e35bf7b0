import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

const REQUESTS_PER_SECOND = 200;
const SECONDS = 10;

export interface RecommendationBench {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
}

/** The value below which that share of the sorted values lies. */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;

function ask(url: URL, token: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers: { Authorization: `Bearer ${token}` } }, (response) => {
      response.resume().on("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`GET ${url.pathname} answered ${response.statusCode}`));
      });
    })
      .on("error", reject)
      .end();
  });
}

/**
 * GET /api/v1/recommendation/now at 200 requests a second for 10 s. Each is timed from the moment at which it was due,
 * whether or not the ones before it have been answered: a pause of the service counts for all that wait in it.
 */
export async function benchRecommendation({
  url,
  token,
}: {
  readonly url: string;
  readonly token: string;
}): Promise<RecommendationBench> {
  const address = new URL("/api/v1/recommendation/now", url);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const times: number[] = [];
  const running: Promise<void>[] = [];
  const timed = async (sentMs: number): Promise<void> => {
    await ask(address, token, agent);
    times.push(performance.now() - sentMs);
  };
  const startMs = performance.now() + 20;
  const count = REQUESTS_PER_SECOND * SECONDS;
  while (running.length < count) {
    const dueMs = startMs + (running.length * 1000) / REQUESTS_PER_SECOND;
    const earlyMs = dueMs - performance.now();
    // Timers have millisecond steps and may be late; being late ourselves is not the service's fault.
    if (earlyMs > 0.5) {
      await wait(earlyMs);
      continue;
    }
    const sentMs = earlyMs > -2 ? performance.now() : dueMs;
    const answered = timed(sentMs);
    answered.catch(() => undefined); // told below, when all have come to an end
    running.push(answered);
  }
  await Promise.all(running);
  agent.destroy();
  const sorted = times.toSorted((a, b) => a - b);
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), requests: count };
}
