/**
 * Every figure that the README gives, as medians of one run.
 *
 * `deno task bench [train | start | slider | memory | curves | pages | compare | notebook | report]… [--json]`,
 * `deno task bench studies [--trials=64] [--updates=10000] [--rounds=3]`, minutes long,
 * `deno task bench fleet` (with PostgreSQL: what docs/scale.md goes by),
 * `deno task bench engine [--workloads=S,M] [--systems="plateau xla,jax scan"] [--rounds=5] [--json]`,
 * `deno task bench gpu [--engine=xla:cuda:0 | --small] [--workloads=M,T] [--rounds=5] [--python=…] [--json]`, where
 * `--small` is the CPU plug-in on smaller workloads, `deno task bench trips [--engine=xla:cpu]`,
 * `deno task bench peers [--device=cpu|cuda13]`.
 */
import { compareEngines, comparisonText, type EngineOptions } from "./engine/compare_engines.ts";
import { systems as engineSystems } from "./engine/systems.ts";
import { ladderNames, smallLadderNames, workloadNames } from "./engine/workload.ts";
import { compareGpu, EngineFails, type GpuOptions } from "./gpu/compare_gpu.ts";
import { deviceOf } from "./gpu/gpu_systems.ts";
import { gpuGoals, passText } from "./gpu/gpu_text.ts";
import { tripCount } from "./engine/trip_count.ts";
import { compareCost } from "./compare_cost.ts";
import { curvesParse } from "./curves_parse.ts";
import { enginesReport } from "../../lib/engine/report.ts";
import { asEngineChoice, engineNamed, xlaDevice } from "../../lib/engine/engine_choice.ts";
import { gpuSurroundings } from "../../lib/engine/libraries/gpu_surroundings.ts";
import { driverText } from "../../lib/engine/xla/gpu_driver.ts";
import type { EngineName } from "../../lib/engine/engine.ts";
import type { Figure } from "./interleave.ts";
import { busyText, machineText } from "./machine_text.ts";
import { fleet } from "./fleet.ts";
import { memory } from "./memory.ts";
import { peerDevices } from "./peers/environment.ts";
import { installPeers, PeersError } from "./peers/install_peers.ts";
import { notebook } from "./notebook.ts";
import { overlayBench } from "./overlay.ts";
import { replayScale } from "./replay_scale.ts";
import { report } from "./report.ts";
import { runsPage } from "./runs_page.ts";
import { slider } from "./slider.ts";
import { studiesPage } from "./studies_page.ts";
import { startTime } from "./start_time.ts";
import { studies, type StudiesOptions } from "./studies.ts";
import { trainOverhead } from "./train_overhead.ts";
import { viewers } from "./viewers.ts";

async function train(): Promise<Figure[]> {
  const { engines } = await enginesReport();
  const found = engines.filter(({ msPerUpdate }) => msPerUpdate !== null).map(({ name }) =>
    name as EngineName
  );
  return await trainOverhead(found);
}

const FIGURES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  start: startTime,
  slider,
  train,
  memory,
  curves: async () => [
    ...await curvesParse(),
    ...await replayScale(),
    ...await overlayBench(),
    ...await runsPage(),
  ],
  pages: studiesPage,
  compare: compareCost,
  notebook,
  report: async () => [...await report(), ...await viewers()],
};
/** What is asked for alone. */
const ALONE: Readonly<Record<string, () => Promise<void>>> = {
  fleet,
  engine,
  gpu,
  peers,
  studies: async () => told(await studies(studiesOptions())),
  trips: async () => told(await tripCount(asEngineChoice(valueOf("engine") ?? "xla:cpu") as EngineName)),
};

// The machine as it was found: a comparison makes a load of its own.
const machine = machineText(), busy = busyText(), date = new Date().toISOString().slice(0, 10);
const asJson = Deno.args.includes("--json");
const asked = Deno.args.filter((word) => !word.startsWith("--"));
const unknown = asked.find((name) => !Object.hasOwn(FIGURES, name) && !Object.hasOwn(ALONE, name));
if (unknown) refuse(`unknown bench: ${unknown} (has ${Object.keys({ ...FIGURES, ...ALONE }).join(", ")})`);
const alone = asked.find((name) => Object.hasOwn(ALONE, name));
if (alone && asked.length > 1) refuse(`invalid benches: ${asked.join(" ")} (${alone} alone)`);
await (alone ? ALONE[alone]() : figures());
Deno.exit(0); // an engine's threads may still wait for work

async function figures(): Promise<void> {
  const figures: Figure[] = [];
  for (const name of asked.length > 0 ? asked : Object.keys(FIGURES)) figures.push(...await FIGURES[name]());
  told(figures);
}

function told(figures: readonly Figure[]): void {
  if (asJson) return console.log(JSON.stringify({ machine, date, figures }, null, 2));
  console.log(`${date}, ${machine}\n\n| bench | what | median | goal |\n|---|---|---|---|`);
  for (const { bench, what, value, unit, goal = "" } of figures) {
    console.log(`| ${bench} | ${what} | ${value.toPrecision(3)} ${unit} | ${goal} |`);
  }
}

async function engine(): Promise<void> {
  const comparison = await compareEngines(engineOptions());
  if (busy !== null) console.error(busy);
  if (asJson) console.log(JSON.stringify({ machine, date, rows: comparison.rows }, null, 2));
  else console.log(`${date}, ${machine}\n\n${comparisonText(comparison)}`);
}

async function gpu(): Promise<void> {
  const options = gpuOptions(), passes = await compareGpu(options).catch(failed(EngineFails));
  if (busy !== null) console.error(busy);
  const trips = await tripCount(options.engine);
  if (asJson) return console.log(JSON.stringify({ machine, date, passes, trips }, null, 2));
  const goals = deviceOf(options.engine) === "cpu" ? [] : gpuGoals;
  const driver = driverText(gpuSurroundings()),
    on = driver === null ? machine : `${machine}, driver ${driver}`;
  console.log([`${date}, ${on}`, ...passes.map((pass) => passText(pass, goals))].join("\n\n"));
  told(trips);
}

function valueOf(name: string): string | undefined {
  return Deno.args.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
}

/** Trials of the goal are 64 of 10,000 updates; fewer say the same but for what starts once. */
function studiesOptions(): StudiesOptions {
  const count = (name: string, otherwise: number): number => {
    const value = Number(valueOf(name) ?? otherwise);
    return Number.isSafeInteger(value) && value > 0
      ? value
      : refuse(`invalid ${name}: ${value} (at least 1)`);
  };
  const sizes = {
    trials: count("trials", 64),
    updates: count("updates", 10_000),
    rounds: count("rounds", 3),
  };
  return { ...sizes, engine: "tensorflow" };
}

function chosen<Name extends string>(what: string, names: readonly Name[]): readonly Name[] {
  const words = valueOf(`${what}s`)?.split(",") ?? names;
  const stranger = words.find((word) => !names.some((name) => name === word));
  if (stranger !== undefined) refuse(`unknown ${what}: ${stranger} (has ${names.join(", ")})`);
  return words as Name[];
}

function roundsAsked(): number {
  const rounds = Number(valueOf("rounds") ?? 5);
  return Number.isSafeInteger(rounds) && rounds > 0
    ? rounds
    : refuse(`invalid rounds: ${rounds} (at least 1)`);
}

function gpuOptions(): GpuOptions {
  const small = Deno.args.includes("--small"), engine = valueOf("engine") ?? (small ? "xla:cpu" : "xla:cuda");
  if (xlaDevice(engine) === null) refuse(`invalid engine: ${engine} (xla:cuda, xla:cuda:1, xla:cpu …)`);
  return {
    engine: engineNamed(engine)!,
    workloads: chosen("workload", small ? smallLadderNames : ladderNames),
    rounds: roundsAsked(),
    python: valueOf("python"),
  };
}

function engineOptions(): EngineOptions {
  const workloads = chosen("workload", workloadNames),
    systems = chosen("system", engineSystems.map(({ system }) => system));
  return { workloads, systems, rounds: roundsAsked() };
}

async function peers(): Promise<void> {
  const asked = valueOf("device") ?? "cpu",
    device = peerDevices.find((name) => name === asked) ??
      refuse(`unknown device: ${asked} (has ${peerDevices.join(", ")})`);
  await installPeers(device).catch(failed(PeersError));
}

/** Ends with what an error of a kind says; others are faults of ours. */
function failed(kind: new (message: string) => Error): (error: Error) => never {
  return (error) => {
    if (!(error instanceof kind)) throw error;
    console.error(error.message);
    Deno.exit(1);
  };
}

function refuse(line: string): never {
  console.error(line);
  Deno.exit(2);
}
