import { z } from "zod";
import { slotEndMs } from "@ohmstead/contract";
import { ofPlan, ofScene, type PropertyKind, shown, TOLERANCE } from "./property-kind.ts";

/** By the last word of a subject: what an amount is compared with when the property does not say. */
const toleranceOf = (subject: string): number => {
  const limit = subject.slice(subject.lastIndexOf(".") + 1);
  if (/soc$|goal$/i.test(limit)) return TOLERANCE.soc;
  if (/tempC$|hygiene$/i.test(limit)) return TOLERANCE.kelvin;
  return TOLERANCE.kw;
};

/** What kind of answer came, and what it says of itself. */
export const answers: Readonly<Record<string, PropertyKind>> = {
  planReturned: ofPlan(
    { status: z.array(z.enum(["complete", "bestEffort", "refused"])).min(1) },
    ({ status }, { plan }) =>
      (status as readonly string[]).includes(plan.status)
        ? []
        : [
            `status ${plan.status}, wanted ${status.join(" or ")}; ${
              plan.unmet.map(({ subject, amount }) => `${subject} ${shown(amount)}`).join(", ") || "nothing unmet"
            }${plan.messages.length > 0 ? `; ${plan.messages.join(" ").slice(0, 300)}` : ""}`,
          ],
    { needsPlan: false },
  ),

  refused: ofScene({ names: z.array(z.string()).min(1) }, ({ names }, { answer, spoiled }) => {
    const said = answer.messages.join("\n");
    const words = names.map((name) => {
      if (name !== "typedKey" && name !== "nearestKnownKey" && name !== "placeInConfig") return { name, text: name };
      if (!spoiled) throw new Error(`refused asks for ${name}, but nothing was mistyped`);
      return { name, text: spoiled[name] };
    });
    return [
      // A setting may be refused alone, while a plan is made without it: then the messages carry it.
      ...(answer.status === "refused" || (!spoiled && answer.messages.length > 0) ? [] : [`status ${answer.status}`]),
      ...words.filter(({ text }) => !said.includes(text)).map(({ name, text }) => `no message names ${name} "${text}"`),
    ];
  }),

  noPlanStored: ofScene({}, (_, { hasCurrentPlan }) => (hasCurrentPlan ? ["a plan became current"] : [])),

  noMessageAboutKeys: ofPlan(
    {},
    (_, { plan }) =>
      plan.messages.filter((text) => /known key|unknown key|unrecogni[sz]ed key|did you mean/i.test(text)),
    { needsPlan: false },
  ),

  explanationNamesLimit: ofPlan(
    { subject: z.string(), amount: z.number().optional(), tolerance: z.number().optional() },
    ({ subject, amount, tolerance = toleranceOf(subject) }, { plan }) => {
      const found = plan.unmet.filter((each) => each.subject === subject);
      if (found.length === 0)
        return [`${subject} is not named; ${plan.unmet.map((each) => each.subject).join(", ") || "nothing is unmet"}`];
      if (amount === undefined || found.some((each) => Math.abs(each.amount - amount) <= tolerance + 1e-9)) return [];
      return [
        `${subject} is named with ${found.map((each) => shown(each.amount)).join(", ")}, wanted ${amount} ± ${tolerance}`,
      ];
    },
  ),

  assumedStartSoc: ofPlan({ of: z.string(), min: z.number(), max: z.number() }, ({ of, min, max }, { plan }) => {
    const soc = plan.assumed.startSoc[of];
    if (soc === undefined) return [`no start content is stated for ${of}`];
    return soc >= min - 1e-9 && soc <= max + 1e-9
      ? []
      : [`${shown(soc)} is assumed for ${of}, wanted ${min} to ${max}`];
  }),

  assumedPvNow: ofPlan({ min: z.number(), max: z.number() }, ({ min, max }, { plan }) => {
    const kw = plan.assumed.pvNowKw;
    if (kw === undefined) return ["no present sun is stated"];
    return kw >= min - 1e-9 && kw <= max + 1e-9 ? [] : [`${shown(kw)} kW is assumed, wanted ${min} to ${max}`];
  }),

  solveSecondsAtMost: ofPlan({ seconds: z.number() }, ({ seconds }, { plan }) =>
    plan.solveSeconds <= seconds ? [] : [`took ${shown(plan.solveSeconds)} s, wanted at most ${seconds}`],
  ),

  slotGrid: ofPlan({ count: z.int(), totalHours: z.number() }, ({ count, totalHours }, { plan: { slots } }) => {
    const hours = slots.reduce((sum, slot) => sum + slot.hours, 0);
    const gap = slots.findIndex((slot, k) => {
      const next = slots[k + 1];
      return next !== undefined && Math.abs(slotEndMs(slot) - next.startMs) > 1;
    });
    return [
      ...(slots.length === count ? [] : [`${slots.length} slots, wanted ${count}`]),
      ...(Math.abs(hours - totalHours) < 1e-3 ? [] : [`${shown(hours)} hours, wanted ${totalHours}`]),
      ...(gap < 0 ? [] : [`slot ${gap + 1} does not begin where slot ${gap} ends`]),
    ];
  }),

  allFinite: ofPlan({}, (_, { plan }) => {
    const strange: string[] = [];
    const look = (value: unknown, path: string): void => {
      if (typeof value === "number" && !Number.isFinite(value)) strange.push(`${path} is ${value}`);
      // What went through JSON on its way here has null in place of NaN and infinity.
      else if (value === null) strange.push(`${path} is not a number`);
      else if (typeof value === "object")
        for (const [key, inner] of Object.entries(value)) look(inner, `${path}.${key}`);
    };
    look(plan, "plan");
    return strange;
  }),
};
