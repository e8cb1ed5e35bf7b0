/** Who comes first of what happens at the same moment: the world acts, is read, and only then do programs look. */
export const ORDER = { end: 0, event: 1, device: 2, reading: 3, program: 4 } as const;

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly number: number;
  readonly run: () => void;
}

const isBefore = (a: Entry, b: Entry): boolean =>
  a.atMs !== b.atMs ? a.atMs < b.atMs : a.order !== b.order ? a.order < b.order : a.number < b.number;

/** A clock that jumps from one thing to the next, in an order that is always the same. */
export interface Schedule {
  nowMs(): number;
  /** At the moment given, or now where that is past. */
  at(atMs: number, order: number, run: () => void): void;
  /** Again and again until `run` answers false. */
  every(periodMs: number, order: number, run: () => boolean, firstMs?: number): void;
  runUntil(endMs: number): void;
}

export function createSchedule(startMs: number): Schedule {
  const heap: Entry[] = [];
  let nowMs = startMs;
  let number = 0;

  function push(entry: Entry): void {
    let k = heap.push(entry) - 1;
    while (k > 0) {
      const parent = (k - 1) >> 1;
      const above = heap[parent];
      if (!above || isBefore(above, entry)) break;
      heap[k] = above;
      k = parent;
    }
    heap[k] = entry;
  }

  function pop(): Entry | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let k = 0;
    for (;;) {
      const [left, right] = [2 * k + 1, 2 * k + 2];
      const [a, b] = [heap[left], heap[right]];
      const child = a && b && isBefore(b, a) ? right : left;
      const below = heap[child];
      if (!below || isBefore(last, below)) break;
      heap[k] = below;
      k = child;
    }
    heap[k] = last;
    return first;
  }

  const at = (atMs: number, order: number, run: () => void): void =>
    push({ atMs: Math.max(atMs, nowMs), order, number: (number += 1), run });

  return {
    nowMs: () => nowMs,
    at,
    every: (periodMs, order, run, firstMs = nowMs + periodMs) => {
      const again = (): void => {
        if (run()) at(nowMs + periodMs, order, again);
      };
      at(firstMs, order, again);
    },
    runUntil: (endMs) => {
      for (let next = heap[0]; next && next.atMs <= endMs; next = heap[0]) {
        pop();
        nowMs = next.atMs;
        next.run();
      }
      nowMs = endMs;
    },
  };
}
