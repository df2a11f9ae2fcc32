import assert from "node:assert/strict";
import { nextFrame, Pace, type PageTime } from "../../../server/client/pace.ts";

/** A page's time, moved by hand: hidden, it has no frames; timers of one that was hidden for long may not come. */
class Time implements PageTime {
  #now = 0;
  #hidden = false;
  #timers: { at: number; work: () => void }[] = [];
  #frames: (() => void)[] = [];
  #shown: (() => void)[] = [];
  now = () => this.#now;
  after = (milliseconds: number, work: () => void) =>
    void this.#timers.push({ at: this.#now + milliseconds, work });
  frame = (work: () => void) => void this.#frames.push(work);
  shown = (work: () => void) => void this.#shown.push(work);

  /** work that waits for a timer or a frame */
  get planned() {
    return this.#timers.length + this.#frames.length;
  }
  hide() {
    this.#hidden = true;
  }
  show() {
    this.#hidden = false;
    for (const work of this.#shown) work();
  }
  pass(milliseconds: number, timers = true) {
    for (const end = this.#now + milliseconds; this.#now < end;) {
      this.#now++;
      const due = timers ? this.#timers.filter(({ at }) => at <= this.#now) : [];
      this.#timers = this.#timers.filter((timer) => !due.includes(timer));
      for (const { work } of due) work();
      if (this.#hidden || this.#now % 16) continue;
      for (const work of this.#frames.splice(0)) work();
    }
  }
}

Deno.test("what comes is done before the next frame, and of a burst the last of each name 20 times a second", () => {
  const time = new Time(), pace = new Pace(time), done: string[] = [];
  pace.do("a", () => done.push("a0"));
  time.pass(16);
  assert.deepEqual(done, ["a0"]);
  for (let i = 1; i <= 100; i++) {
    pace.do("a", () => done.push(`a${i}`));
    pace.do("b", () => done.push(`b${i}`));
    time.pass(10);
  }
  time.pass(100);
  assert.equal(done.at(-2), "a100");
  assert.equal(done.at(-1), "b100");
  assert.ok(done.length > 20 && done.length <= 2 * 1000 / 50 + 4, String(done.length));
});

const absences: [string, number, boolean][] = [["a moment", 200, true], [
  "hours, without timers",
  5000,
  false,
]];
for (const [how, milliseconds, timers] of absences) {
  Deno.test(`a page that was hidden for ${how} has the latest at once when it is shown, and nothing has piled up`, () => {
    const time = new Time(), pace = new Pace(time), done: string[] = [];
    pace.do("x", () => done.push("x0"));
    time.pass(20);
    time.hide();
    for (let i = 1; i <= 1000; i++) {
      pace.do("x", () => done.push(`x${i}`));
      pace.do("y", () => done.push(`y${i}`));
      time.pass(milliseconds / 1000, timers);
      assert.ok(time.planned <= 1);
    }
    assert.deepEqual(done, ["x0"]);
    time.show();
    assert.deepEqual(done, ["x0", "x1000", "y1000"]);
    time.pass(200);
    assert.equal(done.length, 3, "each once");
    pace.do("x", () => done.push("x1001"));
    time.pass(70);
    assert.equal(done.at(-1), "x1001");
  });
}

Deno.test("what is forgotten is not done", () => {
  const time = new Time(), pace = new Pace(time), done: string[] = [];
  pace.do("a", () => done.push("a"));
  pace.do("b", () => done.push("b"));
  pace.forget("a");
  time.pass(16);
  assert.deepEqual(done, ["b"]);
});

Deno.test("the next frame comes to a page that is shown, and soon enough to one that is hidden", async () => {
  for (const hidden of [false, true]) {
    const time = new Time();
    if (hidden) time.hide();
    const frame = nextFrame(time);
    time.pass(hidden ? 250 : 16);
    await frame;
  }
});

Deno.test("what was brought in is followed by one word that all of it is", () => {
  const time = new Time(), done: string[] = [];
  const pace = new Pace(time, () => done.push("all"));
  for (const name of ["a", "b"]) pace.do(name, () => done.push(name));
  time.pass(100);
  assert.deepEqual(done, ["a", "b", "all"]);
});
