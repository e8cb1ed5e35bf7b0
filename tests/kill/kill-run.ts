import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { FallbackPack } from "@ohmstead/contract";
import { foldCommand, isLive } from "../../optimizer/src/commands/life.ts";
import type { StoredCommand } from "../../optimizer/src/store/command-repository.ts";
import { openStore } from "../../optimizer/src/store/store.ts";
import { type ComposedDemo, startComposedDemo } from "../support/composed-demo.ts";
import { seeded } from "../support/seeded.ts";
import { untilSo } from "../support/until-so.ts";
import { lookAtDeadDatabase, lossesIn } from "./dead-database.ts";
import { judgeCalls, type Window } from "./judge-calls.ts";
import type { KillReport } from "./kill-report.ts";
import { createWitness, type Witness } from "./promised.ts";

export interface KillPlan {
  /** Of the optimizer. */
  readonly kills: number;
  readonly speed: number;
  readonly seed: number;
  /** Node-RED dies beside every so many deaths of the optimizer, sometimes in the same moment. */
  readonly nodeRedEvery: number;
  /** How long the optimizer may live after its first plan, at most, real time. */
  readonly longestLifeMs: number;
}

const PLAN_WITHIN_MS = 60_000;
/** After a return both sides still catch up: Node-RED looks for a service that was long away every ten seconds. */
const SETTLING_MS = 15_000;
const ASKED_COMMANDS = 12;
const LONGEST_ALONE_MS = 800;
/** Hardest limits of the demo house, as config/demo/home.yaml and its devices have them. Metered over a minute, so a little slack. */
const LIMITS = { minSoc: 0.08, maxTankTempC: 75, minRoomTempC: 17, maxRoomTempC: 26, importKw: 17.2 };

/** One composition, one house, and the optimizer killed in it again and again, at moments that follow from the seed. */
export async function runKills(plan: KillPlan, onKill: (done: number) => void = () => undefined): Promise<KillReport> {
  const demo = await startComposedDemo({ speed: plan.speed });
  try {
    return await killing(demo, plan, onKill);
  } catch (error) {
    throw new Error(`the kill run broke off: ${String(error)}\n${demo.lastLines()}`, { cause: error });
  } finally {
    await demo.stop();
    demo.remove();
  }
}

async function firstPlanAfter(demo: ComposedDemo, killedAtMs: number): Promise<void> {
  await untilSo("there is a new plan", PLAN_WITHIN_MS, async () => {
    const { createdAtMs } = await demo.plan();
    return createdAtMs > killedAtMs || undefined;
  });
}

/** What goes on while the optimizer lives; ends in the moment of its death. */
async function live(witness: Witness, random: () => number, lifeMs: number): Promise<void> {
  const dies = new AbortController();
  const after = wait(lifeMs, undefined, { signal: dies.signal }).catch(() => undefined);
  // One death in four comes in the moment in which a command is offered: written, and not known to be carried.
  const isAtOffer = random() < 0.25;
  const offered = Promise.withResolvers<void>();
  const listening = witness.listen(() => offered.resolve());
  // Nobody waits for an answer that may never come.
  const deeds = [witness.ask(ASKED_COMMANDS)];
  if (random() < 0.5) deeds.push(witness.wish(random));
  else if (random() < 0.4) deeds.push(witness.endWish());
  const sending = async () => {
    while (!dies.signal.aborted) {
      await witness.sendReading();
      await wait(20);
    }
  };
  deeds.push(sending());
  await (isAtOffer ? Promise.race([after, offered.promise]) : after);
  dies.abort();
  void Promise.all([listening, ...deeds]);
}

const packIn = (demo: ComposedDemo): FallbackPack[] => {
  const path = join(demo.dataFolder, "fallback-pack.json");
  if (!existsSync(path)) return [];
  const parsed = FallbackPack.safeParse(JSON.parse(readFileSync(path, "utf8")));
  return parsed.success ? [parsed.data] : [];
};

async function killing(demo: ComposedDemo, plan: KillPlan, onKill: (done: number) => void): Promise<KillReport> {
  const random = seeded(plan.seed);
  const witness = createWitness(demo);
  const settlingMs = SETTLING_MS * plan.speed;
  const firstPlanMs: number[] = [];
  const losses = new Set<string>();
  const integrity: string[] = [];
  const liveTwice: string[] = [];
  const packs: FallbackPack[] = [];
  const optimizerAway: Window[] = [];
  const nodeRedAway: Window[] = [];
  let nodeRedKills = 0;
  // The house's first readings are dated at its first moment, which is still to come while the processes start: they would overtake ours.
  await demo.untilHouse(demo.minute(1));
  await firstPlanAfter(demo, 0);

  for (let kill = 1; kill <= plan.kills; kill += 1) {
    await live(witness, random, random() * plan.longestLifeMs);
    const isNodeReds = kill % plan.nodeRedEvery === 0;
    const nodeRedDiesAtMs = demo.houseNowMs();
    // Half of its deaths come a little before the optimizer's, which sees its carrier go; half with it.
    if (isNodeReds && random() < 0.5) {
      await demo.killNodeRed();
      await wait(random() * LONGEST_ALONE_MS);
    }
    const killedAtMs = await demo.killOptimizer();
    if (isNodeReds) await demo.killNodeRed();
    packs.push(...packIn(demo));
    const found = lookAtDeadDatabase(demo.databasePath, witness);
    for (const loss of found.losses) losses.add(loss);
    integrity.push(...found.integrity);
    liveTwice.push(...found.liveTwice);
    const restartedAt = performance.now();
    await demo.startOptimizerAgain();
    await firstPlanAfter(demo, killedAtMs);
    firstPlanMs.push(performance.now() - restartedAt);
    optimizerAway.push({ fromMs: killedAtMs, untilMs: demo.houseNowMs() + settlingMs });
    if (isNodeReds) {
      await demo.startNodeRedAgain();
      nodeRedKills += 1;
      nodeRedAway.push({ fromMs: nodeRedDiesAtMs, untilMs: demo.houseNowMs() + settlingMs });
    }
    onKill(kill);
  }

  await untilSo("no command is on its way", 60_000, async () => {
    const commands = await demo.commands();
    return commands.every(({ state }) => state !== "pending" && state !== "sent") || undefined;
  });
  const [calls, house] = await Promise.all([demo.sim.calls(), demo.sim.report()]);
  await demo.stop();
  for (const loss of lossesIn(demo.databasePath, witness)) losses.add(loss);
  const store = openStore(demo.databasePath);
  const stored = store.commands.newest(100_000).toReversed();
  const plans = store.plans.countByRung();
  store.close();
  const { made, byCommands, byFallback, repeated, doubles, missing } = judgeCalls({
    calls,
    stored,
    packs,
    optimizerAway,
    nodeRedAway,
  });
  const { soc, tankTempC, roomTempC, gridKw, hours } = house.controlled;
  return {
    seed: plan.seed,
    speed: plan.speed,
    houseHours: hours,
    kills: { optimizer: plan.kills, nodeRed: nodeRedKills },
    restarts: firstPlanMs.length,
    firstPlanMs: spreadOf(firstPlanMs),
    promised: {
      commands: witness.commands.size,
      events: [...witness.events.values()].reduce((sum, { length }) => sum + length, 0),
      wishes: witness.wishes.size + witness.endedWishes.size,
      readings: witness.readings.length,
    },
    losses: [...losses, ...missing.map((key) => `reported as carried, and not seen by the house: ${key}`)],
    doubles,
    integrityFailures: integrity,
    liveTwice: [...liveTwice, ...overlapping(stored)],
    calls: { made, byCommands, byFallback, repeated },
    commands: {
      issued: stored.length,
      verified: stored.filter(({ events }) => events.some(({ type }) => type === "verified")).length,
    },
    plans,
    limits: {
      broken: brokenLimits(house.controlled),
      soc,
      tankTempC,
      roomTempC,
      gridKw,
    },
  };
}

function spreadOf(values: readonly number[]): KillReport["firstPlanMs"] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return { median: at(0.5), p95: at(0.95), max: at(1) };
}

type Meters = Awaited<ReturnType<ComposedDemo["sim"]["report"]>>["controlled"];

function brokenLimits({ soc, tankTempC, roomTempC, gridKw }: Meters): string[] {
  return [
    ...(soc.min < LIMITS.minSoc ? [`state of charge fell to ${soc.min.toFixed(3)}`] : []),
    ...(soc.max > 1 ? [`state of charge rose to ${soc.max.toFixed(3)}`] : []),
    ...(tankTempC.max > LIMITS.maxTankTempC ? [`the tank rose to ${tankTempC.max.toFixed(1)} °C`] : []),
    ...(roomTempC.min < LIMITS.minRoomTempC ? [`the room fell to ${roomTempC.min.toFixed(1)} °C`] : []),
    ...(roomTempC.max > LIMITS.maxRoomTempC ? [`the room rose to ${roomTempC.max.toFixed(1)} °C`] : []),
    ...(gridKw.max > LIMITS.importKw ? [`the import rose to ${gridKw.max.toFixed(2)} kW`] : []),
  ];
}

/** Commands of a device that lived at the same time. */
function overlapping(stored: readonly StoredCommand[]): string[] {
  const byDevice = Map.groupBy(stored, ({ order }) => order.deviceId);
  return [...byDevice.values()].flatMap((own) =>
    own.slice(1).flatMap((later, index) => {
      const earlier = own[index];
      if (!earlier) return [];
      const { state, changedAtMs } = foldCommand(earlier.order, earlier.events);
      const isOver = !isLive(state) && changedAtMs <= later.order.createdAtMs;
      return isOver ? [] : [`${earlier.order.id} (${state}) and ${later.order.id}`];
    }),
  );
}
