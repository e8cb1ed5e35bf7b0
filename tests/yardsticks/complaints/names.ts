/** Names of the case, which may be anything, and the ones our configuration accepts. */
export interface Names {
  /** Ours for theirs; always the same for the same. */
  ours(theirs: string): string;
  theirs(ours: string): string;
  /** One that no device of the case has. */
  free(wanted: string): string;
}

export function createNames(): Names {
  const byTheirs = new Map<string, string>();
  const byOurs = new Map<string, string>();
  const unused = (wanted: string): string => {
    const plain = wanted
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]/g, "_")
      .replace(/^[^a-z]+/, "")
      .slice(0, 36);
    const name = plain === "" ? "device" : plain;
    for (let count = 1; ; count += 1) {
      const candidate = count === 1 ? name : `${name}_${count}`;
      if (!byOurs.has(candidate)) return candidate;
    }
  };
  const remember = (theirs: string, ours: string): string => {
    byTheirs.set(theirs, ours);
    byOurs.set(ours, theirs);
    return ours;
  };
  return {
    ours: (theirs) => byTheirs.get(theirs) ?? remember(theirs, unused(theirs)),
    theirs: (ours) => byOurs.get(ours) ?? ours,
    free: (wanted) => {
      const name = unused(wanted);
      return remember(`(${name})`, name);
    },
  };
}
