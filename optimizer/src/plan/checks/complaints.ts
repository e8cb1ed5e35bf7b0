import type { Slot } from "@ohmstead/contract";

/** Powers that differ by less are the same, kW. */
export const TOLERANCE_KW = 1e-4;
export const TOLERANCE_KWH = 1e-4;
export const TOLERANCE_K = 1e-3;

/** Gathers what is wrong; of each subject and rule it keeps the worst slot, so that one fault is one line. */
export interface Complaints {
  /** Complains unless `amount <= tolerance`; an amount that is no number is a complaint, too. */
  unless(subject: string, rule: string, slot: number, amount: number, tolerance: number, unit: string): void;
  /** The same for powers. */
  unlessKw(subject: string, rule: string, slot: number, amountKw: number): void;
  lines(): string[];
}

interface Entry {
  readonly amount: number;
  readonly slot: number;
  readonly count: number;
}

const figure = (amount: number): string => (Number.isFinite(amount) ? String(Number(amount.toPrecision(4))) : "?");

/** `slots` date the complaints; a border after the last slot bears the last slot's time. */
export function gatherComplaints(slots: readonly Slot[]): Complaints {
  const worst = new Map<string, Entry & { readonly subject: string; readonly rule: string; readonly unit: string }>();
  const timeOf = (slot: number): string => new Date(slots[slot]?.startMs ?? 0).toISOString().replace(".000Z", "Z");
  const unless: Complaints["unless"] = (subject, rule, slot, amount, tolerance, unit) => {
    if (amount <= tolerance) return;
    const key = `${subject} ${rule}`;
    const known = worst.get(key);
    const count = (known?.count ?? 0) + 1;
    if (known && known.amount >= amount) worst.set(key, { ...known, count });
    else worst.set(key, { subject, rule, unit, amount, slot, count });
  };
  return {
    unless,
    unlessKw: (subject, rule, slot, amountKw) => unless(subject, rule, slot, amountKw, TOLERANCE_KW, "kW"),
    lines: () =>
      [...worst.values()].map(({ subject, rule, unit, amount, slot, count }) => {
        const more = count > 1 ? `, and in ${count - 1} more` : "";
        return `${subject}, slot ${timeOf(slot)}: ${rule} by ${figure(amount)} ${unit}${more}`;
      }),
  };
}
