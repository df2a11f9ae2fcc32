/** A fleet as a queue: workers that train, and a database that each of them asks now and then. */
import { uniforms } from "../../lib/random.ts";
import { LONGEST } from "../../lib/store/record_training.ts";

/** All of it measured, or chosen to be asked about. */
export interface Fleet {
  /** trials that train at once, each on a worker */
  readonly workers: number;
  /** seconds that a trial trains, on average; its own are spread as an exponential's about half of that and more */
  readonly trial: number;
  /** seconds between two appends of a worker at least, and how many times as long as the last two answers took it trains at least */
  readonly pace: number;
  readonly spared: number;
  /** seconds that one connection of a database is busy with an append, and with a trial's claim and end together */
  readonly append: number;
  readonly turn: number;
  /** statements that a database works on at once: its cores */
  readonly cores: number;
  /** databases that share the trials */
  readonly databases: number;
}

/** Plain data. */
export interface FleetLoad {
  /** share of the time that the busiest database works */
  readonly busy: number;
  /** share of a worker's time that it waits for its database */
  readonly waiting: number;
  /** seconds until an append is answered: median, and of one in a hundred */
  readonly median: number;
  readonly slowest: number;
  /** seconds of training between two appends of a worker */
  readonly between: number;
  /** a second */
  readonly appends: number;
  readonly trials: number;
}

/** Requests after which the fleet has settled, and those that are counted; as many of each worker at least. */
const COUNTED = 400_000, EACH = 4;

/**
 * Runs a fleet until it has settled and counts what follows. Each worker trains, asks, waits for the answer, and trains
 * on; what is asked first is answered first. Training is not disturbed by anything but that wait.
 * @param seed of the moments at which workers begin and of how long trials are
 */
export function simulated(fleet: Fleet, seed = 0): FleetLoad {
  const { workers, trial, pace, spared, append, turn, cores, databases } = fleet;
  const draws = drawing(seed), queue = new Soonest(workers);
  const half = trial / 2, tail = () => half * (1 - Math.log(1 - draws()));
  // as of trials that are met at any moment: half of them before the half that all of them take
  const left = Float64Array.from({ length: workers }, () => draws() < 0.5 ? half * draws() : tail());
  const cost = new Float64Array(workers).fill(append), before = new Float64Array(workers);
  const free = Array.from({ length: databases }, () => new Float64Array(cores));
  for (let worker = 0; worker < workers; worker++) queue.add(worker, pace * draws());
  const counted = Math.max(COUNTED, EACH * workers), answers = new Float64Array(counted);
  let appends = 0, trials = 0, worked = 0, waited = 0, from = 0, now = 0;
  for (let asked = -counted; asked < counted; asked++) {
    if (asked === 0) from = now;
    const worker = queue.first();
    now = queue.time(worker);
    const servers = free[worker % databases], core = leastOf(servers);
    const until = Math.max(now, servers[core]) + cost[worker];
    servers[core] = until;
    const isTurn = cost[worker] === turn;
    if (asked >= 0) {
      answers[asked] = until - now;
      waited += until - now;
      if (worker % databases === 0) worked += cost[worker];
      if (isTurn) trials++;
      else appends++;
    }
    if (isTurn) left[worker] = tail();
    const took = until - now, needed = Math.min(took, before[worker]);
    before[worker] = took;
    const trains = Math.min(Math.max(pace, Math.min(LONGEST / 1000, spared * needed)), left[worker]);
    left[worker] -= trains;
    cost[worker] = left[worker] > 0 ? append : turn;
    queue.add(worker, until + trains);
  }
  const span = now - from, sorted = answers.sort();
  return {
    busy: Math.min(1, worked / span / cores),
    waiting: Math.min(1, waited / (span * workers)),
    median: sorted[Math.floor(counted / 2)],
    slowest: sorted[Math.floor(counted * 0.99)],
    between: (span * workers - waited) / counted,
    appends: appends / span,
    trials: trials / span,
  };
}

function leastOf(values: Float64Array): number {
  let least = 0;
  for (let i = 1; i < values.length; i++) if (values[i] < values[least]) least = i;
  return least;
}

/** Numbers from 0 to 1, one after the other. */
function drawing(seed: number): () => number {
  let block: Float64Array = new Float64Array(0), at = 0, index = 0;
  return () => {
    if (at === block.length) [block, at] = [uniforms(seed, "fleet", index++, 4096), 0];
    return block[at++];
  };
}

/** Workers by the moment of their next request: a heap, at most one request a worker. */
class Soonest {
  readonly #heap: Int32Array;
  readonly #times: Float64Array;
  #size = 0;

  constructor(workers: number) {
    this.#heap = new Int32Array(workers);
    this.#times = new Float64Array(workers);
  }

  time = (worker: number): number => this.#times[worker];

  add(worker: number, time: number): void {
    this.#times[worker] = time;
    let i = this.#size++;
    while (i > 0) {
      const above = (i - 1) >> 1;
      if (this.#times[this.#heap[above]] <= time) break;
      this.#heap[i] = this.#heap[above];
      i = above;
    }
    this.#heap[i] = worker;
  }

  /** Takes it out. */
  first(): number {
    const first = this.#heap[0], moved = this.#heap[--this.#size], time = this.#times[moved];
    let i = 0;
    for (;;) {
      let below = 2 * i + 1;
      if (below >= this.#size) break;
      if (
        below + 1 < this.#size && this.#times[this.#heap[below + 1]] < this.#times[this.#heap[below]]
      ) below++;
      if (this.#times[this.#heap[below]] >= time) break;
      this.#heap[i] = this.#heap[below];
      i = below;
    }
    this.#heap[i] = moved;
    return first;
  }
}
