import fc from "fast-check";
import { expect, test } from "vitest";
import { type ControlInput, readControlInput, type Want } from "./case-file.ts";
import { judgeCase } from "./judge-case.ts";
import { playCase } from "./play-case.ts";
import { isSo } from "./properties/states.ts";
import { aBattery, aCase, aSettingsDevice, aSwitchedDevice } from "./testing/examples.ts";

// Whatever goes wrong, and in whatever order: what must hold in any house.

const BUDGET = 60;
/** After the last misfortune: longer than a dead letter rests, and is tried again. */
const CALM_S = 5400;
const IDS = ["battery", "charger", "pump"] as const;

const devices = fc
  .record({
    readingsEverySeconds: fc.constantFrom(10, 30, 60),
    effectAfterSeconds: fc.constantFrom(5, 20, 60),
    answersAfterSeconds: fc.constantFrom(1, 3, 8), // within what a carrier waits for: 10 s
    forgetsOnReboot: fc.boolean(),
  })
  .map((parts) => [aBattery(parts), aSettingsDevice(parts), aSwitchedDevice(parts)]);

const wants: Readonly<Record<(typeof IDS)[number], readonly Want[]>> = {
  battery: [{ mode: "selfUse" }, { mode: "hold" }, { mode: "charge", powerKw: 3 }, { mode: "discharge", powerKw: 2 }],
  charger: [{ mode: "off" }, { mode: "charge", powerKw: 7 }, { mode: "charge", powerKw: 4 }],
  pump: [{ mode: "low" }, { mode: "normal" }, { mode: "high" }],
};
const atSeconds = fc.integer({ min: 0, max: 7200 });
const device = fc.constantFrom(...IDS);
const forSeconds = fc.integer({ min: 30, max: 2400 });

const wish = fc
  .tuple(atSeconds, device, fc.nat(), fc.constantFrom(900, 3600, 14_400))
  .map(([at, id, choice, validSeconds]) => ({
    atSeconds: at,
    event: "intent",
    device: id,
    want: wants[id][choice % wants[id].length],
    validSeconds,
  }));

const misfortune = fc.oneof(
  fc
    .record({
      event: fc.constant("behaviour"),
      atSeconds,
      device,
      forSeconds,
      is: fc.constantFrom(
        "acceptsIgnores",
        "acceptsDrops",
        "silent",
        "silentButApplies",
        "busy",
        "answersError",
        "rateLimited",
      ),
      timesOutAfterSeconds: fc.constantFrom(6, 17, 25),
    })
    .map((each) => [each]),
  fc
    .record({
      event: fc.constant("behaviour"),
      atSeconds,
      device,
      forSeconds,
      delaySeconds: fc.integer({ min: 30, max: 1200 }),
    })
    .map((each) => [{ ...each, is: "late" }]),
  fc
    .record({
      event: fc.constant("behaviour"),
      atSeconds,
      setting: fc.constantFrom("enabled", "limitKw"),
      times: fc.constantFrom(1, 2),
    })
    .map((each) => [{ ...each, device: "charger", is: "skipsSetting" }]),
  fc
    .record({ event: fc.constant("reboot"), atSeconds, device, awaySeconds: fc.integer({ min: 20, max: 600 }) })
    .map((each) => [each]),
  fc
    .record({ event: fc.constant("readings"), atSeconds, device, are: fc.constant("missing"), forSeconds })
    .map((each) => [each]),
  fc
    .record({ event: fc.constant("entity"), atSeconds, device, is: fc.constant("unavailable"), forSeconds })
    .map((each) => [each]),
  fc
    .record({
      event: fc.constant("link"),
      atSeconds,
      which: fc.constantFrom("homeAssistant", "optimizer", ...IDS),
      forSeconds,
    })
    .map((each) => [{ ...each, is: "down" }]),
  fc
    .tuple(
      atSeconds,
      fc.constantFrom("optimizer", "homeAssistant", "nodeRed", "host"),
      fc.integer({ min: 10, max: 500 }),
    )
    .map(([at, which, seconds]) => [
      { event: "service", atSeconds: at, which, is: "killed" },
      { event: "service", atSeconds: at + seconds, which, is: "started" },
    ]),
  fc
    .record({ event: fc.constant("person"), does: fc.constantFrom("handsOff"), atSeconds, device, forSeconds })
    .map((each) => [each]),
);

const anyCase: fc.Arbitrary<ControlInput> = fc
  .tuple(devices, fc.array(wish, { minLength: 1, maxLength: 10 }), fc.array(misfortune, { maxLength: 7 }))
  .map(([each, wishes, misfortunes]) =>
    readControlInput({
      rules: { writeBudgetPerDay: BUDGET },
      devices: each,
      timeline: [...wishes, ...misfortunes.flat()],
      endsAtSeconds: 7200 + 2400 + CALM_S,
    }),
  );

test("E17 E18 E22 E24 whatever goes wrong: nothing is called done that is not, nobody is taken for a person, the budget holds, and in the end all is as it should be", () => {
  fc.assert(
    fc.property(anyCase, (input) => {
      const record = playCase(input);
      const must = IDS.flatMap((id) => [
        { type: "neverCompletedWithoutEffect", device: id },
        { type: "noOverrideAssumed", device: id },
      ]);
      const judged = judgeCase(aCase({ timeline: [], must }), new Map([["base", record]]));
      expect(judged.flatMap(({ complaints }) => complaints)).toEqual([]);
      for (const each of input.devices) {
        expect(record.sends.filter(({ deviceId }) => deviceId === each.id).length).toBeLessThanOrEqual(BUDGET);
        const newest = record.wishes.findLast(({ deviceId }) => deviceId === each.id);
        if (!newest) continue;
        const wanted = record.endMs < newest.untilMs ? newest.want : each.safeState;
        const truth = record.truths.get(each.id)?.at(-1);
        if (wanted && truth)
          expect({ of: each.id, is: truth, isAsWanted: isSo(each, truth, wanted) }).toMatchObject({ isAsWanted: true });
      }
    }),
    { numRuns: 20 },
  );
}, 180_000);
