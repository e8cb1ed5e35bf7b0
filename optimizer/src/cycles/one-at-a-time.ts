/**
 * Runs never overlap: a request during a run waits for one more run after it, which all such requests share,
 * because the running one may have read its inputs already.
 */
export function oneAtATime<R>(run: (causes: readonly string[]) => Promise<R>): (cause: string) => Promise<R> {
  let running: Promise<R> | undefined;
  let next: { readonly causes: string[]; readonly promise: Promise<R> } | undefined;

  const begin = (causes: readonly string[]): Promise<R> => {
    const current = run(causes).finally(() => {
      if (running === current) running = undefined;
    });
    running = current;
    return current;
  };

  return (cause) => {
    if (!running) return begin([cause]);
    if (next) {
      next.causes.push(cause);
      return next.promise;
    }
    const causes = [cause];
    const after = () => {
      next = undefined;
      return begin(causes);
    };
    const promise = running.then(after, after);
    next = { causes, promise };
    return promise;
  };
}
