import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { ChoiceBurst } from "../../lib/notebook/choice_burst.ts";

/** What is handed on of choices, as `name value from`. */
function burst() {
  const handed: string[] = [];
  return { handed, choices: new ChoiceBurst<string>((...given) => handed.push(given.join(" "))) };
}
const until = async (is: () => boolean) => {
  for (const end = Date.now() + 60_000; !is();) {
    if (Date.now() > end) throw new Error(`not in time: ${is}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};

Deno.test("of choices that come at once the last of each input is handed on, with who made it", async () => {
  const { handed, choices } = burst();
  for (let i = 0; i < 50; i++) choices.take("patience", i, `page ${i % 2}`);
  choices.take("rate", 0.1, "page 0");
  assert.deepEqual(handed, []);
  await until(() => handed.length > 0);
  assert.deepEqual(handed, ["patience 49 page 1", "rate 0.1 page 0"]);
});

Deno.test("choices that never pause are handed on all the same", async () => {
  const { handed, choices } = burst();
  let i = 0;
  const timer = setInterval(() => choices.take("patience", i++, "page"), 0);
  const end = Date.now() + 60_000;
  while (handed.length < 3 && Date.now() < end) {
    choices.take("patience", i++, "page");
    await new Promise((resolve) => setImmediate(resolve));
  }
  clearInterval(timer);
  assert.ok(handed.length >= 3);
  choices.flush();
});

Deno.test("what is asked next comes after the choices", async () => {
  const { handed, choices } = burst();
  choices.take("patience", 5, "page");
  choices.flush();
  assert.deepEqual(handed, ["patience 5 page"]);
  choices.flush();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(handed, ["patience 5 page"], "once");
});
