import fc from "fast-check";

/** JSON of any shape, as far as a mutation needs to know it. */
type Tree = { [key: string]: unknown };

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null;

/** `name` is the key, or for an item that of its list. */
type Place = { readonly owner: Tree; readonly key: string; readonly name: string };

/** Every field and list item below a value. */
function placesIn(value: unknown, listName = ""): Place[] {
  if (!isTree(value)) return [];
  return Object.keys(value).flatMap((key) => {
    const name = Array.isArray(value) ? listName : key;
    return [{ owner: value, key, name }, ...placesIn(value[key], name)];
  });
}

/** One way to spoil an input in place; `pick` chooses where. Does nothing where it finds no place. */
type Spoil = (input: Tree, pick: number) => void;

const pickFrom = <T>(all: readonly T[], pick: number): T | undefined => all[pick % Math.max(1, all.length)];

/** Spoils the value of one field among those that qualify. */
const spoilField =
  (qualifies: (value: unknown, name: string) => boolean, spoiled: (value: unknown) => unknown): Spoil =>
  (input, pick) => {
    const place = pickFrom(
      placesIn(input).filter(({ owner, key, name }) => qualifies(owner[key], name)),
      pick,
    );
    if (place) place.owner[place.key] = spoiled(place.owner[place.key]);
  };

const isNumber = (value: unknown): boolean => typeof value === "number";
const isSeries = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isNumber);

/** Names of figures, and how far they may go. */
const extremes: readonly (readonly [name: RegExp, values: readonly number[]])[] = [
  [/Kw$/, [0, 1e-5, 1000]],
  [/Price.*Kwh$/, [-50, 0, 50]],
  [/capacityKwh/, [0.001, 200]],
  [/heatCapacityKwhPerK/, [0.001, 20]],
  [/heatLossKwPerK/, [0, 1]],
  [/couplingKwPerK/, [1e-6, 100]],
  [/TempC$|^tempC/, [-60, 120]],
  [/Soc$|^soc$/, [0, 1]],
  [/^hours$/, [1e-7, 1e-3, 24]],
  [/(run|Run|Pause|lag|previous)Hours$/i, [0, 1e-4, 12]],
  [/fficiency$/, [0.3, 1]],
  [/Ms$/, [0, 4_000_000_000_000]],
];

/** Valid by itself, though nobody has seen it; whether it is valid beside the others is another matter. */
const toExtremes: readonly Spoil[] = extremes.flatMap(([pattern, values]) =>
  values.map((value) =>
    spoilField(
      (given, name) => typeof given === "number" && pattern.test(name),
      () => value,
    ),
  ),
);

const spoils: readonly Spoil[] = [
  ...toExtremes,
  ...[Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1e9, 1e-9, 1000, "12", null, undefined].map((value) =>
    spoilField(isNumber, () => value),
  ),
  // Another length than there are slots.
  spoilField(isSeries, (series) => (series as unknown[]).slice(1)),
  spoilField(isSeries, (series) => [...(series as unknown[]), 1]),
  spoilField(isSeries, () => []),
  // A horizon of no length, of one endless slot, with a hole, backwards.
  (input) => {
    input["slots"] = [];
  },
  spoilField(
    (_, key) => key === "hours",
    () => 1e6,
  ),
  spoilField(
    (_, key) => key === "startMs",
    (ms) => Number(ms) + 60_000,
  ),
  (input) => {
    if (Array.isArray(input["slots"])) input["slots"] = input["slots"].toReversed();
  },
  // References to what is not there, names twice, keys misspelt.
  spoilField(
    (_, key) => key === "tankId" || key === "deviceId",
    () => "nowhere",
  ),
  spoilField(
    (value, key) => key === "zoneIds" && Array.isArray(value),
    (ids) => [...(ids as string[]), "nowhere", "nowhere"],
  ),
  spoilField(
    (_, key) => key === "id",
    () => "living",
  ),
  spoilField(
    (_, key) => key === "id",
    () => "No Name!",
  ),
  (input, pick) => {
    const place = pickFrom(placesIn(input), pick);
    if (!place || Array.isArray(place.owner)) return;
    place.owner[`${place.key}s`] = place.owner[place.key];
    delete place.owner[place.key];
  },
  // Limits that contradict each other.
  ...["minSoc", "minChargeKw", "minDischargeKw", "minGridChargeKw", "reserveSoc", "minPowerKw", "hardMaxTempC"].map(
    (name): Spoil =>
      spoilField(
        (_, key) => key === name,
        (value) => (name === "hardMaxTempC" ? 20 : Number(value) * 50 + 1),
      ),
  ),
  spoilField(
    (_, key) => key === "untilMs",
    () => 0,
  ),
  spoilField(Array.isArray, () => "nothing"),
];

/** What should be a problem, spoilt in one to three places. Some stay valid, at the edge of what can be. */
export const hostileFrom = (input: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(input, fc.array(fc.tuple(fc.constantFrom(...spoils), fc.nat()), { minLength: 1, maxLength: 3 }))
    .map(([made, applied]) => {
      const copy: unknown = structuredClone(made);
      if (isTree(copy)) for (const [spoil, pick] of applied) spoil(copy, pick);
      return copy;
    });
