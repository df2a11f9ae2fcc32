/** Notices a kernel whose thread is blocked: it is asked while cells run, and does not answer. */

export interface PulseHooks {
  /** asks the kernel; false after so many milliseconds without a word */
  ping(silence: number): Promise<boolean>;
  /** whether cells run: otherwise nobody waits for it */
  works(): boolean;
  /** for how many seconds it has been silent; null: it answers again */
  say(seconds: number | null): void;
}

const SILENCE_MILLISECONDS = 2000;

/**
 * The pulse of one kernel.
 * @example
 * ```ts
 * import { SessionPulse } from "./session_pulse.ts";
 * const pulse = new SessionPulse({
 *   ping: () => Promise.resolve(true),
 *   works: () => false,
 *   say: (seconds) => console.log(seconds),
 * });
 * pulse.follow();
 * pulse.stop();
 * ```
 */
export class SessionPulse {
  #timer?: ReturnType<typeof setTimeout>;
  #follows = false;
  #stopped = false;
  /** when it was asked what it has not answered yet */
  #silentSince?: number;

  /** @param silence milliseconds without a word after which it is said; default 2,000 */
  constructor(readonly hooks: PulseHooks, readonly silence = SILENCE_MILLISECONDS) {}

  /** A cell begins to run: the kernel is asked, four times in as long as it may be silent, until none does. */
  follow(): void {
    if (this.#follows || this.#stopped) return;
    this.#follows = true;
    this.#later();
  }

  /** For good: nothing more is said. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #later() {
    this.#timer = setTimeout(() => this.#ask(), this.silence / 4);
  }

  async #ask() {
    this.#follows = this.hooks.works();
    if (!this.#follows) return;
    const asked = performance.now(), answers = await this.hooks.ping(this.silence);
    if (this.#stopped) return;
    if (!answers) {
      this.#silentSince ??= asked;
      this.hooks.say(Math.round((performance.now() - this.#silentSince) / 1000));
      return void this.#ask();
    }
    if (this.#silentSince !== undefined) this.hooks.say(null);
    this.#silentSince = undefined;
    this.#later();
  }
}
