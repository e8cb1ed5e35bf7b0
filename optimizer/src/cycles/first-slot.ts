/** Every list of numbers or of yes and no in a problem holds one value per slot; all other lists are of names or of things. */
const isPerSlot = (value: unknown): value is readonly (number | boolean)[] =>
  Array.isArray(value) && value.every((each) => typeof each === "number" || typeof each === "boolean");

/** A problem, or any part of it, with the first value of every series alone. What is no series stays. */
export function firstSlotOf<T>(part: T): T {
  if (isPerSlot(part)) return part.slice(0, 1) as T;
  if (Array.isArray(part)) return part.map(firstSlotOf) as T;
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, firstSlotOf(value)])) as T;
}
