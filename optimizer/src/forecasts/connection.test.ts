import { expect, test } from "vitest";
import { evenSlots } from "../domain/slots.ts";
import { connectedPerSlot } from "./connection.ts";

const HOUR = 3_600_000;
/** Six hours from 100 on, so that an absence may have begun before. */
const slots = evenSlots(100 * HOUR, 1, 6);
const away = (from: number, until: number) => ({ fromMs: (100 + from) * HOUR, untilMs: (100 + until) * HOUR });
const shown = (connected: readonly boolean[]): string => connected.map((each) => (each ? "#" : ".")).join("");

test.each([
  { rule: "here, and no absence known: it stays", absences: [], isConnected: true, plugged: "######" },
  {
    rule: "away, and nobody knows until when: it is not counted on",
    absences: [],
    isConnected: false,
    plugged: "......",
  },
  { rule: "here until its usual absence, then back", absences: [away(2, 4)], isConnected: true, plugged: "##..##" },
  {
    rule: "away now, as usual: back when the absence ends",
    absences: [away(-3, 2)],
    isConnected: false,
    plugged: "..####",
  },
  { rule: "here in its usual absence: it stays home", absences: [away(-3, 2)], isConnected: true, plugged: "######" },
  {
    rule: "away at an unusual hour: back after the next absence",
    absences: [away(1, 4)],
    isConnected: false,
    plugged: "....##",
  },
  {
    rule: "nobody measures it: the absences alone count",
    absences: [away(-1, 1), away(3, 4)],
    isConnected: undefined,
    plugged: ".##.##",
  },
  {
    rule: "gone for a part of a slot, gone for that slot",
    absences: [away(2.5, 3)],
    isConnected: true,
    plugged: "##.###",
  },
])("$rule", ({ absences, isConnected, plugged }) => {
  expect(shown(connectedPerSlot(slots, absences, isConnected))).toBe(plugged);
});
