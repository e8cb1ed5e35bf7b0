/** What may go wrong, and what the appliance promises to do then. Every row has a test that carries its id at the start of its name. */
export interface EdgeCase {
  readonly id: string;
  readonly subject: string;
  readonly situation: string;
  readonly promise: string;
}

export const EDGE_CASES: readonly EdgeCase[] = [
  {
    id: "E01",
    subject: "Network and integrations",
    situation: "a device's API answers 500",
    promise:
      "retries 5 s, 10 s, 20 s … at most 5 times and 5 min apart, then dead-letters the command, says so, plans on with the device as it is",
  },
  {
    id: "E02",
    subject: "Network and integrations",
    situation: "it answers after 30 s, or never",
    promise:
      "gives up at its time limit (10 s by default), holds up no other device; a late answer is recorded and cannot revive a superseded command",
  },
  {
    id: "E03",
    subject: "Network and integrations",
    situation: "the network to Home Assistant is gone",
    promise:
      "commands wait, never pile up: one live intent per device; on return the newest intent is sent once, stale ones end as `superseded`",
  },
  {
    id: "E04",
    subject: "Network and integrations",
    situation: "429, rate limit reached",
    promise:
      "honours Retry-After; per-device limits per minute, hour and day are kept before sending; says when a day's budget is used up",
  },
  {
    id: "E05",
    subject: "Network and integrations",
    situation: "credentials expired or wrong",
    promise:
      "no retry storm: breaker opens at once on 401/403, says which credential and where to change it; other sources go on",
  },
  {
    id: "E06",
    subject: "Network and integrations",
    situation: "malformed or truncated answer",
    promise:
      "refused with the field named; the last good value stays, marked with its age; nothing half-read is stored",
  },
  {
    id: "E07",
    subject: "Network and integrations",
    situation: "price or weather source down for a day",
    promise: "the ladder: other source, cached values, learned shape; each plan says which slots rest on what",
  },
  {
    id: "E08",
    subject: "Data quality",
    situation: "tomorrow's prices missing or late",
    promise:
      "plans to the last known price plus a learned price shape; re-fetches with growing delays around publication; no gap is ever treated as price 0",
  },
  {
    id: "E09",
    subject: "Data quality",
    situation: "prices updated after planning",
    promise: "re-plans within 10 s of the update; the change and its worth in money are shown",
  },
  {
    id: "E10",
    subject: "Data quality",
    situation: "corrupt price (NaN, wrong unit, 1000 x)",
    promise: "refused by range and by comparison with neighbours; quarantined and shown, never silently dropped",
  },
  {
    id: "E11",
    subject: "Data quality",
    situation: "extreme spike",
    promise: "the plan acts once, within the write budget; no thrash before or after",
  },
  {
    id: "E12",
    subject: "Data quality",
    situation: "negative prices",
    promise:
      "imports and stores, heats ahead, curtails PV or stops export when export costs; never imports and exports, or charges and discharges, in one slot",
  },
  {
    id: "E13",
    subject: "Data quality",
    situation: "DST day (23 h, 25 h), 15-, 30-, 60-minute prices mixed",
    promise:
      "92, 96 or 100 quarter-hours, each counted once; local-time rules (occupancy, cheap window) follow the wall clock",
  },
  {
    id: "E14",
    subject: "Data quality",
    situation: "sensor stuck, stale, missing, zero at start, NaN, wrong sign, W for kW",
    promise:
      "marked stale after its own limit; a physical range and rate-of-change check; SoC 0 or null at start never triggers an emergency charge; the doctor names the entity and the likely mistake",
  },
  {
    id: "E15",
    subject: "Data quality",
    situation: "clock jumps or drifts",
    promise: "slots by UTC; a jump over 60 s is said and re-plans; scheduled jobs run once, not twice",
  },
  {
    id: "E16",
    subject: "Devices",
    situation: "device offline",
    promise:
      "intent kept, command ends `failed` with reason, next plan excludes the device; when it is back, reconciled within one cycle",
  },
  {
    id: "E17",
    subject: "Devices",
    situation: "accepts the command, does nothing",
    promise: "detected at the meter within two cycles; retried; then dead-lettered and said",
  },
  {
    id: "E18",
    subject: "Devices",
    situation: "half of a multi-step change applied",
    promise: "treated as not applied; steps are ordered so that every prefix is safe; repaired or rolled back",
  },
  {
    id: "E19",
    subject: "Devices",
    situation: "device reboots and forgets",
    promise: "drift found by reconciliation within 5 min and remedied",
  },
  {
    id: "E20",
    subject: "Devices",
    situation: 'firmware update, device answers "busy"',
    promise: "backs off without counting towards the breaker's failures beyond its limit",
  },
  {
    id: "E21",
    subject: "Devices",
    situation: "device limits differ by model (min power, no export, no force-charge)",
    promise:
      "the adapter declares capabilities; the plan never asks for what the device cannot do; an impossible command is refused before sending",
  },
  {
    id: "E22",
    subject: "Devices",
    situation: "writes wear the flash, relays click",
    promise:
      "a write budget per device and day (24 by default); duplicates never sent; small changes wait unless the gain exceeds a threshold",
  },
  {
    id: "E23",
    subject: "Devices",
    situation: "grid outage, battery in backup",
    promise:
      "no command is sent while islanded; the reserve is left alone; planning resumes after the grid has been back 5 min",
  },
  {
    id: "E24",
    subject: "People",
    situation: "someone turns the thermostat or changes a mode by hand",
    promise:
      "recognised as an override (not drift; and neither an own command that took effect late nor the side effect of a restart is taken for a person), respected until its expiry (2 h by default), plan adapts, dashboard shows it and lets it be ended",
  },
  {
    id: "E25",
    subject: "People",
    situation: "vacation",
    promise: "low comfort band, tank at hygiene minimum, house warm again by the return time at least cost",
  },
  {
    id: "E26",
    subject: "People",
    situation: "heat or hot water needed now (boost)",
    promise: "acts within 10 s whatever the price, expires by itself, shows its cost",
  },
  {
    id: "E27",
    subject: "People",
    situation: "a device disabled by its owner",
    promise: "no commands to it, plan without it",
  },
  {
    id: "E28",
    subject: "People",
    situation: "two people or two automations command at once",
    promise: "serialised per device; the person wins over the plan; both are in the audit trail",
  },
  {
    id: "E29",
    subject: "Timing and crashes",
    situation: "two planning runs overlap",
    promise: "one at a time; the later request joins or replaces, never doubles",
  },
  {
    id: "E30",
    subject: "Timing and crashes",
    situation: "backlog of commands",
    promise: "old ones are superseded before sending; a command past its validity is never sent",
  },
  {
    id: "E31",
    subject: "Timing and crashes",
    situation: "`kill -9` of the optimizer at any moment",
    promise:
      "nothing accepted is lost, nothing sent twice that is not idempotent; back and planning within 10 s of restart",
  },
  {
    id: "E32",
    subject: "Timing and crashes",
    situation: "power cut while writing",
    promise: "database intact (WAL, checked at start); at worst the last second of telemetry is missing",
  },
  {
    id: "E33",
    subject: "Timing and crashes",
    situation: "optimizer down",
    promise:
      "Node-RED goes on with the last good plan while it is valid, then price rules, then the safe state; says so; hands back without a jolt",
  },
  {
    id: "E34",
    subject: "Timing and crashes",
    situation: "Node-RED down",
    promise: "commands wait; Home Assistant's watchdog automation puts devices into their safe state",
  },
  {
    id: "E35",
    subject: "Timing and crashes",
    situation: "Home Assistant or the MQTT broker restarts",
    promise:
      "reconnects with growing delays, re-reads all states before commanding, `unavailable` is never read as a value",
  },
  {
    id: "E36",
    subject: "Timing and crashes",
    situation: "the whole Pi dies",
    promise:
      "what was written to devices expires or is restored by the watchdog in Home Assistant or the device itself",
  },
  {
    id: "E37",
    subject: "Timing and crashes",
    situation: "disk full, database locked or corrupt",
    promise:
      "control goes on from memory, says so; a corrupt file is set aside, the newest good backup restored, and the loss stated",
  },
  {
    id: "E38",
    subject: "Timing and crashes",
    situation: "solver too slow, crashed or out of memory",
    promise:
      "worker is ended at its limit; the ladder (full plan, best so far, once more, plan before, lite, rules), rung by rung; the plan says which",
  },
  {
    id: "E39",
    subject: "Extremes",
    situation: "cold snap for days, comfort out of reach",
    promise: 'heats as well as it can, names the limit and by how much it is missed; never "infeasible"',
  },
  {
    id: "E40",
    subject: "Extremes",
    situation: "heat wave, nothing to heat",
    promise: "no heating commands, no API calls for them",
  },
  {
    id: "E41",
    subject: "Extremes",
    situation: "price market failure for days",
    promise: "runs on the fallback tariff shape from config; says so",
  },
  {
    id: "E42",
    subject: "Extremes",
    situation: "all vendor clouds down at once",
    promise: "all breakers open, local devices go on, house within safe limits",
  },
  {
    id: "E43",
    subject: "Extremes",
    situation: "clock wrong at boot without network (Pi without RTC)",
    promise: "waits for a sane clock before commanding, holds the safe state meanwhile",
  },
  {
    id: "E44",
    subject: "Extremes",
    situation: "nothing configured, half configured, misspelt keys",
    promise:
      "refuses to command, says exactly what is missing or misspelt with the nearest match; the demo house still runs",
  },
  {
    id: "E45",
    subject: "Security",
    situation: "request without or with a wrong token",
    promise: "401, nothing revealed, rate-limited, counted",
  },
  {
    id: "E46",
    subject: "Security",
    situation: "oversized, deeply nested, hostile JSON; SQL or HTML in names",
    promise: "413/422 with the field; stored as data, shown escaped",
  },
  {
    id: "E47",
    subject: "Security",
    situation: "secrets in logs, errors, diagnostics download, metrics",
    promise: "never",
  },
  {
    id: "E48",
    subject: "Security",
    situation: "cross-site request from another page in the owner's browser",
    promise: "refused: no ambient authority, strict CORS and CSP",
  },
];
