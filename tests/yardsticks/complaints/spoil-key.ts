export interface SpoiledKey {
  readonly typedKey: string;
  readonly nearestKnownKey: string;
  /** The object it stands in, as our messages write places. */
  readonly placeInConfig: string;
}

const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

/** Which letter is meant: "third" is 2, "last" the last one. */
function letterOf(ordinal: string, key: string): number {
  const index = ordinal === "last" ? key.length - 1 : ORDINALS.indexOf(ordinal);
  if (index < 0 || index >= key.length) throw new Error(`"${key}" has no ${ordinal} letter`);
  return index;
}

const replaced = (key: string, at: number, count: number, by: string): string =>
  key.slice(0, at) + by + key.slice(at + count);

type Spoil = (key: string, ...groups: string[]) => string;

/** The ways of mistyping that the format's words describe; the groups are what varies in them. */
const WAYS: readonly (readonly [RegExp, Spoil])[] = [
  [/^(?:append|add) the letter (\w)\b/, (key, letter = "") => key + letter],
  [/^prepend the letter (\w)\b/, (key, letter = "") => letter + key],
  [
    /^(?:leave out|drop|omit|remove) the (\w+) letter\b/,
    (key, which = "") => replaced(key, letterOf(which, key), 1, ""),
  ],
  [
    /^(?:double|repeat) the (\w+) letter\b/,
    (key, which = "") => {
      const at = letterOf(which, key);
      return replaced(key, at, 1, key.charAt(at).repeat(2));
    },
  ],
  [
    /^replace the (\w+) letter (?:by|with) (?:the letter )?(\w)\b/,
    (key, which = "", letter = "") => replaced(key, letterOf(which, key), 1, letter),
  ],
  [
    /^swap the (first|last) two letters\b/,
    (key, which) => {
      const at = which === "first" ? 0 : key.length - 2;
      return replaced(key, at, 2, key.charAt(at + 1) + key.charAt(at));
    },
  ],
  [
    /^swap the (\w+) and (?:the )?(\w+) letters?\b/,
    (key, one = "", two = "") => {
      const [a, b] = [letterOf(one, key), letterOf(two, key)];
      return replaced(replaced(key, a, 1, key.charAt(b)), b, 1, key.charAt(a));
    },
  ],
  [/^write (?:it |the key )?in (?:lower case|lower-case letters)\b/, (key) => key.toLowerCase()],
  [/^write (?:it |the key )?in (?:upper case|capital letters|capitals)\b/, (key) => key.toUpperCase()],
];

export function spoilKey(key: string, how: string): string {
  const words = how.trim().toLowerCase();
  for (const [pattern, spoil] of WAYS) {
    const match = pattern.exec(words);
    if (!match) continue;
    const typed = spoil(key, ...match.slice(1));
    if (typed === key) throw new Error(`"${how}" leaves "${key}" as it is`);
    return typed;
  }
  throw new Error(`no way of mistyping is known by the words "${how}"`);
}

/** Renames the key at a path of a configuration. */
export function spoilConfig(config: unknown, path: readonly (string | number)[], how: string): SpoiledKey {
  const key = path.at(-1);
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((inner, part) => (inner as Record<string | number, unknown> | undefined)?.[part], config);
  if (typeof key !== "string" || typeof holder !== "object" || holder === null || !(key in holder))
    throw new Error(`the configuration has no key at ${path.join("/")} that could be mistyped`);
  const typedKey = spoilKey(key, how);
  const fields = holder as Record<string, unknown>;
  fields[typedKey] = fields[key];
  delete fields[key];
  return { typedKey, nearestKnownKey: key, placeInConfig: placeOf(path.slice(0, -1)) };
}

const placeOf = (path: readonly (string | number)[]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}${text && "."}${part}`),
    "",
  );
