/** One thread of the kernel, for one run of a cell after another. */
import { cellError } from "./runtime_error.ts";
import type { FromWorker, ToWorker, WorkerNews } from "./kernel_worker_messages.ts";
import type { FromKernel } from "./kernel_messages.ts";

export interface ThreadHooks {
  /** for the kernel's parent */
  send(message: FromKernel): void;
}

/** Trainings of a thread are numbered from here on, times the thread's own number. */
const TRAININGS = 2 ** 32;

let threads = 0;

export class KernelWorkerThread {
  readonly #worker = new Worker(new URL("./kernel_worker_main.ts", import.meta.url), { type: "module" });
  readonly #first = ++threads * TRAININGS;
  /** trainings whose events have not ended */
  readonly #trainings = new Set<number>();
  #run = 0;
  #told: (news: WorkerNews) => void = () => {};
  /** it has been ended: nothing more comes */
  over = false;

  /** `vendor`: address of the module of imports that it has loaded, or will */
  constructor(readonly vendor: string, readonly hooks: ThreadHooks) {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#hear(data));
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      const error = cellError(event.error ?? new Error(event.message), []);
      this.terminate();
      this.#told({ t: "failed", error });
    });
  }

  /** Begins a run; `told` hears what it says, until the next begins. */
  begin(message: ToWorker & { t: "run" }, told: (news: WorkerNews) => void): void {
    this.#run = message.run;
    this.#told = told;
    this.post(message);
  }

  post(message: ToWorker): void {
    if (!this.over) this.#worker.postMessage(message);
  }

  /** Ends it at once, in the midst of whatever it does; what it trained has no further events. */
  terminate(): void {
    if (this.over) return;
    this.over = true;
    this.#worker.terminate();
    for (const training of this.#trainings) this.hooks.send({ t: "training", training, news: null });
  }

  #hear({ run, news }: FromWorker) {
    if (this.over) return;
    if (news?.t === "send") this.#send(news.message);
    else if (run === this.#run) this.#told(news);
  }

  #send(message: FromKernel) {
    if (message.t !== "training") return this.hooks.send(message);
    const training = this.#first + message.training;
    if (message.news === null) this.#trainings.delete(training);
    else this.#trainings.add(training);
    this.hooks.send({ ...message, training });
  }
}
