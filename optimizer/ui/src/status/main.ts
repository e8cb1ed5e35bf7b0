import type { DoctorReport, NewOverride, Override, ServiceEvent } from "@ohmstead/contract";
import { dayText, momentText, shortMomentText } from "../time-axis.ts";
import { alertRows, auditRows, commandRows, deviceRows, healthRows, moneyRows, type Settle } from "./cards.ts";
import { doctorRows } from "./doctor-card.ts";
import { byId, createPlace } from "./element.ts";
import { alertsOf, currencyOf, type House, nameOf, nowOf, timeZoneOf, withEvent } from "./house.ts";
import { aloneOptions, aloneWish, overrideRows, type Wishes } from "./override-card.ts";
import { quarantineTable } from "./quarantine-card.ts";
import { createService, NotAllowed, Refused, type Service } from "./service.ts";
import { forgetToken, keepToken, takeToken } from "./token.ts";
import { fromWallClock, wallClock } from "./wall-clock.ts";
import { changeText, HEALTH_MOOD, HEALTH_TEXT, restsOnText } from "./words.ts";

/** What is asked for beside the stream, and under which name the house keeps it. */
const PATHS = {
  recommendation: "api/v1/recommendation/now",
  timeline: "api/v1/timeline",
  savings: "api/v1/savings",
  overrides: "api/v1/overrides",
  choices: "api/v1/overrides/choices",
  commands: "api/v1/commands?limit=50",
  audit: "api/v1/audit",
  health: "health/ready",
  quarantine: "api/v1/quarantine?perSubject=6&limit=200",
} as const;
type Part = keyof typeof PATHS | "yesterday";
const ALL = [...Object.keys(PATHS), "yesterday"] as Part[];

/** Undefined while nobody has told what day it is there. */
function pathOf(part: Part): string | undefined {
  if (part !== "yesterday") return PATHS[part];
  const [nowMs, timeZone] = [nowOf(house), timeZoneOf(house)];
  if (nowMs === undefined || timeZone === undefined) return undefined;
  return `api/v1/audit?deviceId=house&day=${wallClock(nowMs - DAY_MS, timeZone).slice(0, 10)}`;
}

const DAY_MS = 24 * 3_600_000;
/** The demo plans twice a second: the page asks no more often than this. */
const SHORTEST_PAUSE_MS = 1_000;
const REFRESH_EVERY_MS = 15_000;
const RECONNECT_AFTER_MS = [500, 1_000, 2_000, 5_000, 10_000] as const;

const at = (id: string): HTMLElement => byId(id, HTMLElement);

const places = {
  devices: createPlace(at("devices")),
  health: createPlace(at("health")),
  money: createPlace(at("money")),
  commands: createPlace(at("commands")),
  audit: createPlace(at("audit")),
  alerts: createPlace(at("alerts")),
  quarantine: createPlace(at("quarantine")),
  overrides: createPlace(at("overrides")),
  alone: createPlace(at("alone-what")),
};

let house: House = { connection: "connecting", alerts: [] };
let service: Service | undefined;
let session = new AbortController();
const wanted = new Set<Part>();
let isAsking = false;

function update(next: House): void {
  house = next;
  render();
}

function render(): void {
  const { recommendation, timeline, connection } = house;
  const [nowMs, timeZone] = [nowOf(house), timeZoneOf(house) ?? "UTC"];
  at("headline").textContent = recommendation?.headline ?? "Waiting for the first plan";
  at("due").textContent =
    recommendation && nowMs !== undefined
      ? `Next look at the house at ${shortMomentText(recommendation.nextDueMs, nowMs, timeZone)}`
      : "";
  const change = recommendation?.change;
  const changed = change && changeText(change, currencyOf(house) ?? "EUR", (id) => nameOf(house, id));
  at("change").textContent = changed ?? "";
  at("change").hidden = changed === undefined;
  at("clock").textContent = nowMs === undefined ? "" : momentText(nowMs, timeZone);
  const link = at("connection");
  link.textContent = { connecting: "connecting", live: "live", lost: "no answer" }[connection];
  link.className = `chip ${{ connecting: "quiet", live: "good", lost: "bad" }[connection]}`;
  const well = at("well");
  well.hidden = !house.health;
  well.textContent = house.health ? HEALTH_TEXT[house.health.status] : "";
  well.className = `chip ${house.health ? HEALTH_MOOD[house.health.status] : "quiet"}`;
  at("stale").hidden = connection !== "lost";
  at("version").textContent = house.version ?? "";

  const chart = document.querySelector("ohmstead-plan-chart");
  if (chart && timeline && chart.timeline !== timeline) chart.timeline = timeline;
  const rests =
    nowMs === undefined
      ? undefined
      : restsOnText(
          timeline?.restsOn ?? [],
          (ms) => shortMomentText(ms, nowMs, timeZone),
          (id) => nameOf(house, id),
        );
  at("rests-on").textContent = rests ?? "";
  at("rests-on").hidden = rests === undefined;
  const zone = [timeZone, currencyOf(house)];
  places.devices([recommendation?.devices, zone], () => deviceRows(house));
  places.health(house.health?.checks, () => healthRows(house));
  places.money([house.savings, zone], () => moneyRows(house));
  places.commands([house.commands, minuteOf(nowMs), recommendation?.devices.length, zone], () =>
    commandRows(house, settle),
  );
  places.audit([house.audit, zone], () => auditRows(house));
  places.quarantine([house.quarantine, dayOf(nowMs, timeZone), zone], () =>
    quarantineTable(house.quarantine, nowMs ?? 0, timeZone),
  );
  places.alerts([alertsOf(house), zone], () => alertRows(house));
  // The usual length of quiet changes all the time, and is not shown.
  const choices = house.choices?.map(({ kind, deviceId, deviceName }) => [kind, deviceId, deviceName]);
  places.overrides([house.overrides, choices, zone], () => overrideRows(house, wishes));
  places.alone(choices, () => aloneOptions(house.choices ?? []));
  at("alert-card").hidden = alertsOf(house).length === 0;
}

/** Times of today are told without their day. */
const dayOf = (nowMs: number | undefined, timeZone: string): string =>
  nowMs === undefined ? "" : dayText(nowMs, timeZone);

/** Old commands leave the list as time goes on. */
const minuteOf = (nowMs: number | undefined): number => Math.floor((nowMs ?? 0) / 60_000);

function say(message: string): void {
  at("message").textContent = message;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const settle: Settle = (id, how) =>
  void service?.settleCommand(id, how).then(
    () => ask(["commands", "audit", "health"]),
    (error: unknown) => say(`That did not work: ${reasonOf(error)}`),
  );

const wishes: Wishes = {
  add: (wish) => askFor({ ...wish, ...chosenLength() }),
  end: (id) => void act((service) => service.endOverride(id)),
};

/** Nothing chosen: the service knows what is usual. */
function chosenLength(): Pick<NewOverride, "minutes"> {
  const { value } = byId("minutes", HTMLSelectElement);
  return value === "" ? {} : { minutes: Number(value) };
}

const askFor = (wish: NewOverride): void => void act((service) => service.addOverride({ ...wish, by: "status page" }));

byId("alone", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  const choice = aloneWish(house.choices ?? [], byId("alone-what", HTMLSelectElement).value);
  if (choice) askFor({ kind: choice.kind, deviceId: choice.deviceId, ...chosenLength() });
});
/** Sources that do not answer take their time. */
const EXAMINED_WITHIN_MS = 60_000;
byId("doctor", HTMLDetailsElement).addEventListener("toggle", (event) => {
  if (event.target instanceof HTMLDetailsElement && event.target.open) void examine();
});

async function examine(): Promise<void> {
  const words = at("doctor-says");
  words.textContent = "Asking every source and Home Assistant …";
  try {
    const report = (await service?.get("api/v1/doctor", EXAMINED_WITHIN_MS)) as DoctorReport | undefined;
    if (!report) return;
    const notWell = report.checks.filter(({ status }) => status !== "ok").length;
    words.textContent =
      notWell === 0
        ? `All ${report.checks.length} checks are well.`
        : `${notWell} of ${report.checks.length} want a look.`;
    at("doctor-checks").replaceChildren(...doctorRows(report));
  } catch (error) {
    words.textContent = `That did not work: ${reasonOf(error)}`;
  }
}

byId("more", HTMLDetailsElement).addEventListener("toggle", () => {
  const field = byId("back", HTMLInputElement);
  const [nowMs, timeZone] = [nowOf(house) ?? Date.now(), timeZoneOf(house) ?? "UTC"];
  field.min = wallClock(nowMs, timeZone);
  if (field.value === "") field.value = `${wallClock(nowMs + 3 * DAY_MS, timeZone).slice(0, 11)}18:00`;
});
byId("vacation", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  const untilMs = fromWallClock(byId("back", HTMLInputElement).value, timeZoneOf(house) ?? "UTC");
  if (Number.isFinite(untilMs)) askFor({ kind: "vacation", untilMs });
});

async function act(wish: (service: Service) => Promise<void>): Promise<void> {
  if (!service) return;
  const buttons = at("override-card");
  buttons.toggleAttribute("aria-busy", true);
  say("Making a plan for it …");
  try {
    await wish(service);
    say("The plan respects it.");
    update({ ...house, overrides: (await service.get(PATHS.overrides)) as Override[] });
    ask(["recommendation", "timeline", "commands"]);
  } catch (error) {
    if (error instanceof NotAllowed) showForm("The token is not accepted any more.");
    else say(`That did not work: ${reasonOf(error)}`);
  } finally {
    buttons.toggleAttribute("aria-busy", false);
  }
}

/** Asks for parts of the house again: together, one round at a time, and never in a hurry. */
function ask(parts: readonly Part[]): void {
  for (const part of parts) wanted.add(part);
  if (!isAsking) void askRounds();
}

async function askRounds(): Promise<void> {
  isAsking = true;
  while (wanted.size > 0 && service) {
    const [asked, parts] = [service, [...wanted]];
    wanted.clear();
    const answers = await Promise.allSettled(parts.map((part) => answerOf(asked, part)));
    if (asked !== service) continue;
    const known = answers.flatMap((answer, i) => (answer.status === "fulfilled" ? [[parts[i], answer.value]] : []));
    const isLost = answers.every((answer) => answer.status === "rejected" && !(answer.reason instanceof Refused));
    update({ ...house, ...Object.fromEntries(known), ...(isLost ? { connection: "lost" as const } : {}) });
    if (answers.some((answer) => answer.status === "rejected" && answer.reason instanceof NotAllowed))
      showForm("The token is not accepted.");
    await pause(SHORTEST_PAUSE_MS);
  }
  isAsking = false;
}

async function answerOf(service: Service, part: Part): Promise<unknown> {
  try {
    const path = pathOf(part);
    return path === undefined ? undefined : await service.get(path);
  } catch (error) {
    // A house that is not well answers with 503, and with what ails it.
    if (part === "health" && error instanceof Refused && hasChecks(error.body)) return error.body;
    throw error;
  }
}

const hasChecks = (body: unknown): boolean => typeof body === "object" && body !== null && "checks" in body;

function onEvent(event: ServiceEvent): void {
  update({ ...withEvent(house, event), connection: "live" });
  if (event.type === "hello") ask(ALL);
  if (event.type === "plan") ask(["timeline", "savings", "overrides", "commands", "health"]);
  if (event.type === "command" || event.type === "withdraw") ask(["commands"]);
  if (event.type === "command" || event.type === "deviation" || event.type === "overrides") ask(["audit"]);
}

async function stayConnected(service: Service, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await service.listen((event) => {
        failures = 0;
        onEvent(event);
      }, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof NotAllowed) {
        showForm("The token is not accepted.");
        return;
      }
    }
    if (signal.aborted) return;
    update({ ...house, connection: "lost" });
    await pause(RECONNECT_AFTER_MS[Math.min(failures, RECONNECT_AFTER_MS.length - 1)] ?? 0);
    failures += 1;
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

function open(token: string): void {
  session.abort();
  session = new AbortController();
  service = createService(token);
  at("login").hidden = true;
  at("page").hidden = false;
  update({ ...house, connection: "connecting" });
  ask(ALL);
  void stayConnected(service, session.signal);
}

function showForm(why: string): void {
  session.abort();
  service = undefined;
  forgetToken();
  at("page").hidden = true;
  at("login").hidden = false;
  at("why").textContent = why;
  byId("token", HTMLInputElement).focus();
}

byId("login", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  const field = byId("token", HTMLInputElement);
  const token = field.value.trim();
  field.value = "";
  if (token === "") return;
  keepToken(token);
  open(token);
});
setInterval(() => ask(service ? ALL : []), REFRESH_EVERY_MS);

function begin(): void {
  const token = takeToken();
  if (token) open(token);
  else showForm("");
}
addEventListener("hashchange", begin);
begin();
