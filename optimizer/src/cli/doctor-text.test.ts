import { expect, test } from "vitest";
import { doctorText } from "./doctor-text.ts";

test("what is well takes a line, what is not says what to change, and the end counts", () => {
  const text = doctorText({
    atMs: 0,
    status: "failing",
    checks: [
      { group: "entities", subject: "sensor.soc (battery.soc)", status: "ok", detail: "71 %, 12 s ago" },
      { group: "sources", subject: "prices/tibber", status: "failing", detail: "it answered 401", remedy: "change it" },
    ],
  });
  expect(text.split("\n")).toEqual([
    "Prices, weather and sun",
    "  FAILING prices/tibber: it answered 401",
    "          → change it",
    "",
    "Entities of the config",
    "  ok      sensor.soc (battery.soc): 71 %, 12 s ago",
    "",
    "1 failing, 0 to look at, 1 well.",
  ]);
});
