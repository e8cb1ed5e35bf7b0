import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { watchdogYaml } from "./watchdog.ts";

test("the shipped package is what the command writes for config/home.example.yaml", () => {
  expect(readFileSync("config/home-assistant/ohmstead_watchdog.yaml", "utf8")).toBe(
    watchdogYaml({ config: "config/home.example.yaml", minutes: 10 }),
  );
});

test("to a reader of YAML 1.1 states and times are text, as Home Assistant wants them", () => {
  const text = watchdogYaml({ config: "config/home.example.yaml", minutes: 90 });
  expect(parse(text, { version: "1.1" })).toEqual(parse(text, { version: "1.2" }));
  expect(text).toContain('duration: "01:30:00"');
});

test("a home whose devices nobody drives has nothing to watch, and is told so", () => {
  const folder = mkdtempSync(join(tmpdir(), "ohmstead-watchdog-"));
  const config = join(folder, "home.yaml");
  const undriven = readFileSync("config/home.example.yaml", "utf8").replaceAll(/^( +)control:.*\n(\1 .*\n)*/gm, "");
  writeFileSync(config, undriven);
  expect(() => watchdogYaml({ config, minutes: 10 })).toThrow(/no device has a control block/);
  rmSync(folder, { recursive: true });
});
