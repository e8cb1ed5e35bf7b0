/** One field of an answer, spoiled: what stood there is gone, of another sort, or absurd. */
export interface Corruption {
  /** Where, for example results[3].value_inc_vat; in XML the element's name. */
  readonly field: string;
  /** The same for all elements of a list: results[].value_inc_vat. */
  readonly pattern: string;
  readonly how: "removed" | "wrong sort" | "absurd";
  readonly alter: (body: string) => string;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

const spoken = (path: Path): string =>
  path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text ? `${text}.${part}` : part),
    "",
  );
const patternOf = (path: Path): string => spoken(path).replaceAll(/\[\d+\]/g, "[]");

/** Every path of a value but its root; of a list only its element in the middle. */
function pathsIn(value: Json, path: Path = []): Path[] {
  const own = path.length > 0 ? [path] : [];
  if (Array.isArray(value)) {
    const middle = Math.floor(value.length / 2);
    return [...own, ...(value.length > 0 ? pathsIn(value[middle] ?? null, [...path, middle]) : [])];
  }
  if (typeof value !== "object" || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([key, each]) => pathsIn(each, [...path, key]))];
}

const at = (value: Json, path: Path): Json | undefined =>
  path.reduce<Json | undefined>((inner, part) => (inner as Record<string, Json> | undefined)?.[String(part)], value);

/** With another value at a path, or without it (undefined). A body that has no such path stays as it is. */
function replaced(body: string, path: Path, value: Json | undefined): string {
  const root = JSON.parse(body) as Json;
  const parent = at(root, path.slice(0, -1)) as Record<string, Json> | undefined;
  const key = String(path.at(-1));
  if (typeof parent !== "object" || parent === null || !(key in parent)) return body;
  if (value === undefined && !Array.isArray(parent)) delete parent[key];
  else parent[key] = value ?? null;
  return JSON.stringify(root);
}

/** Every way to spoil a JSON answer that is tried. */
export function jsonCorruptions(body: string): Corruption[] {
  const root = JSON.parse(body) as Json;
  return pathsIn(root).flatMap((path): Corruption[] => {
    const make = (how: Corruption["how"], value: Json | undefined): Corruption => ({
      field: spoken(path),
      pattern: patternOf(path),
      how,
      alter: (text) => replaced(text, path, value),
    });
    const isNumber = typeof at(root, path) === "number";
    // An element that goes missing from a list is a hole, and no fault.
    const isElement = typeof path.at(-1) === "number";
    return [
      make("wrong sort", { broken: true }),
      ...(isElement ? [] : [make("removed", undefined)]),
      ...(isNumber ? [make("absurd", 1e12)] : []),
    ];
  });
}

/** The same for the leaves of an XML answer, in the middle one of each name. */
export function xmlCorruptions(body: string): Corruption[] {
  const leaves = [...body.matchAll(/<([\w.]+)[^<>]*>([^<>]+)<\/\1>/g)];
  return [...Map.groupBy(leaves, ([, name = ""]) => name)].flatMap(([name, all]): Corruption[] => {
    const middle = all[Math.floor(all.length / 2)];
    const make = (how: Corruption["how"], text: string): Corruption => ({
      field: name,
      pattern: name,
      how,
      alter: (whole) =>
        middle && whole.slice(middle.index).startsWith(middle[0])
          ? whole.slice(0, middle.index) + text + whole.slice(middle.index + middle[0].length)
          : whole,
    });
    return [make("wrong sort", `<${name}>nonsense</${name}>`), make("removed", "")];
  });
}
