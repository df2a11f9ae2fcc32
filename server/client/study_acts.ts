/** What is done to a study: it is paused, goes on, and trials that failed wait again. */
import { count } from "../pages/words.ts";
import { studyPath } from "../study_address.ts";
import type { StudySummary } from "../study_summary.ts";
import { address } from "./address.ts";
import { announce } from "./announce.ts";
import { element } from "./element.ts";

/** @returns what is wrong; null when it was done */
async function post(name: string, what: string, body: unknown): Promise<string | null> {
  const answer = await fetch(address(`${studyPath(name)}/${what}`), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (answer === null) return "no connection to the server";
  return answer.ok ? null : (await answer.text()).trim();
}

export interface StudyActs {
  readonly node: HTMLElement;
  show(study: StudySummary): void;
}

/** @param said what went wrong, in one line; "" when it was done */
export function studyActs(said: (why: string) => void): StudyActs {
  let shown: StudySummary | null = null;
  const button = (press: (study: StudySummary) => Promise<string | null>) => {
    const made = element("button", { type: "button" });
    made.addEventListener("click", async () => {
      made.disabled = true;
      said(await press(shown!) ?? "");
      made.disabled = false;
    });
    return made;
  };
  const pause = button(async ({ name, paused }) => {
    const wrong = await post(name, "pause", { paused: !paused });
    if (wrong === null) {
      announce(
        paused ? `${name} goes on where a worker is; plateau study resume starts some` : `${name} paused`,
      );
    }
    return wrong;
  });
  const retry = button(async ({ name, counts }) => {
    const wrong = await post(name, "retry", {});
    if (wrong === null) announce(`${count(counts.failed, "trial")} of ${name} wait again`);
    return wrong;
  });
  const node = element("span", { class: "does" }, retry, pause);
  return {
    node,
    show(study) {
      shown = study;
      const { name, paused, counts: { waiting, running, failed } } = study;
      pause.hidden = waiting + running === 0;
      label(pause, paused ? "Resume" : "Pause", `${paused ? "Resume" : "Pause"} ${name}`);
      retry.hidden = failed === 0;
      label(retry, `Retry ${failed} failed`, `Retry ${failed} failed of ${name}`);
    },
  };
}

function label(button: HTMLElement, words: string, whole: string): void {
  if (button.textContent !== words) button.textContent = words;
  button.setAttribute("aria-label", whole);
}
