import { expect, test } from "vitest";
import { clockDoubt, clockJumpMs, LONGEST_DOUBT_MS, RELEASED_MS } from "./clock-doubt.ts";

const NOW = Date.UTC(2027, 0, 5, 10);
const HOUR = 3_600_000;
const sane = { nowMs: NOW, newestRecordMs: NOW - HOUR, releasedMs: RELEASED_MS, runningMs: 0 };

test.each([
  { what: "a clock after everything on record", facts: {}, doubt: undefined },
  { what: "no record at all", facts: { newestRecordMs: undefined }, doubt: undefined },
  {
    what: "a record a minute ahead: another machine's clock",
    facts: { newestRecordMs: NOW + 60_000 },
    doubt: undefined,
  },
  {
    what: "the newest record in the future",
    facts: { newestRecordMs: NOW + HOUR },
    doubt: "newest record is from 2027-01-05 11:00 UTC",
  },
  { what: "a clock in 1970", facts: { nowMs: 5000, newestRecordMs: undefined }, doubt: "before this program was made" },
  {
    what: "a simulated clock of the past",
    facts: { nowMs: 5000, newestRecordMs: 0, releasedMs: undefined },
    doubt: undefined,
  },
  {
    what: "records from a clock that was ahead: not waited for longer than half a day",
    facts: { newestRecordMs: NOW + 1000 * HOUR, runningMs: LONGEST_DOUBT_MS },
    doubt: undefined,
  },
  {
    what: "1970, however long one waits",
    facts: { nowMs: 5000, runningMs: LONGEST_DOUBT_MS },
    doubt: "before this program",
  },
])("E43 $what", ({ facts, doubt }) => {
  const said = clockDoubt({ ...sane, ...facts });
  if (doubt === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(doubt);
});

test.each([
  { what: "both clocks run alike", wallMs: 300_000, runningMs: 300_000, jump: 0 },
  { what: "drift", wallMs: 310_000, runningMs: 300_000, jump: 0 },
  { what: "exactly a minute", wallMs: 360_000, runningMs: 300_000, jump: 0 },
  { what: "an hour ahead", wallMs: 3_900_000, runningMs: 300_000, jump: 3_600_000 },
  { what: "an hour back", wallMs: -3_300_000, runningMs: 300_000, jump: -3_600_000 },
])("E15 $what", ({ wallMs, runningMs, jump }) => {
  expect(clockJumpMs({ wallMs: 0, runningMs: 0 }, { wallMs, runningMs })).toBe(jump);
});
