/** What is to happen in the house at its own time: faults begin and end, late answers come. */
export interface Agenda {
  /** Answers with how to call it off. */
  at(atMs: number, act: () => void): () => void;
  /** When the next comes; infinite when nothing does. */
  nextMs(): number;
  /** Does all that is due, in the order of its time, then of its entry. */
  run(nowMs: number): void;
}

export function createAgenda(): Agenda {
  let entries: { readonly atMs: number; readonly act: () => void }[] = [];
  return {
    at: (atMs, act) => {
      const entry = { atMs, act };
      const later = entries.findIndex((each) => each.atMs > atMs);
      entries.splice(later === -1 ? entries.length : later, 0, entry);
      return () => {
        entries = entries.filter((each) => each !== entry);
      };
    },
    nextMs: () => entries[0]?.atMs ?? Number.POSITIVE_INFINITY,
    run: (nowMs) => {
      for (let next = entries[0]; next && next.atMs <= nowMs; next = entries[0]) {
        entries = entries.slice(1);
        next.act();
      }
    },
  };
}
