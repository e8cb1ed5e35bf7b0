/** Work that is wanted more often than it should be done. */
export interface CalmWork {
  readonly want: () => void;
  readonly close: () => void;
}

/** One run at a time, none sooner than `everyMs` (real) after the last began; a wish during a run is kept. `work` never rejects. */
export function atMostEvery(everyMs: number, work: () => Promise<void>): CalmWork {
  let timer: NodeJS.Timeout | undefined;
  let isBusy = false;
  let isWanted = false;
  let isClosed = false;
  let lastMs = 0;

  const run = async () => {
    timer = undefined;
    isBusy = true;
    isWanted = false;
    lastMs = Date.now();
    await work();
    isBusy = false;
    if (isWanted) want();
  };
  const want = () => {
    isWanted = true;
    if (isBusy || isClosed) return;
    timer ??= setTimeout(() => void run(), Math.max(0, lastMs + everyMs - Date.now()));
  };
  return {
    want,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
