import { expect, test } from "vitest";
import { nightOf } from "./night.ts";

const at = (iso: string) => nightOf(Date.parse(iso), "Europe/Helsinki");

test("a night begins at 03:17 local time", () => {
  expect(at("2024-01-05T03:16:59+02:00")).toBe("2024-01-04");
  expect(at("2024-01-05T03:17:00+02:00")).toBe("2024-01-05");
  expect(at("2024-01-05T23:59:00+02:00")).toBe("2024-01-05");
});

test("there is one every day, when the clocks change, too", () => {
  for (const start of ["2024-03-30T12:00:00+02:00", "2024-10-26T12:00:00+03:00"]) {
    const nights = Array.from({ length: 48 * 60 }, (_, m) =>
      nightOf(Date.parse(start) + m * 60_000, "Europe/Helsinki"),
    );
    expect(new Set(nights).size).toBe(3);
    expect(nights).toEqual(nights.toSorted());
  }
});
