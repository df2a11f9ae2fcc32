/** The part of the Share dialog that takes the notebook away as one file. */
import type { ExportState } from "../exports.ts";
import { sizeText } from "../pages/size_text.ts";
import { address } from "./address.ts";
import { announce } from "./announce.ts";
import { element } from "./element.ts";
import { sentence } from "./sentence.ts";

const BETWEEN_MS = 400;

/**
 * A button that has the server make the report, with a line that says how far it is.
 * @param file of the notebook
 * @param values the reader's inputs as they stand, by name
 */
export function reportDownload(file: string, values: () => Readonly<Record<string, unknown>>): HTMLElement {
  const make = element("button", { type: "button", id: "download-report" }, "Download report");
  const stop = element("button", { type: "button", hidden: true }, "Stop");
  const said = element("p", { role: "status", "aria-live": "off" });
  const place = `/notebooks/${encodeURIComponent(file)}/report`;
  make.addEventListener("click", async () => {
    make.disabled = true;
    stop.hidden = false;
    const text = await made(place, values(), (stands) => said.textContent = stands);
    said.textContent = text;
    announce(text);
    make.disabled = false;
    stop.hidden = true;
  });
  stop.addEventListener("click", () => void post(place, { do: "stop" }));
  return element(
    "section",
    { class: "download" },
    element(
      "p",
      {},
      "A report is one file that opens anywhere, moves, and can be run again. The notebook runs once more for it, with the inputs as they stand.",
    ),
    element("div", { class: "acts" }, make, stop),
    said,
  );
}

/** Has the report made, and takes the file; what came of it in words. */
async function made(
  place: string,
  values: Readonly<Record<string, unknown>>,
  say: (text: string) => void,
): Promise<string> {
  const begun = await post(place, { do: "export", values });
  if (begun === null) return "No connection to the server.";
  if (!begun.ok && begun.status !== 409) return sentence(await begun.text()); // 409: another page has asked already
  for (;;) {
    const answer = await fetch(address(place)).catch(() => null);
    if (answer === null) say("Reconnecting");
    else if (!answer.ok) return sentence(await answer.text());
    else {
      const now: ExportState = await answer.json();
      if (now.state !== "running") return over(place, now);
      say(sentence(now.text));
    }
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
}

function over(place: string, now: ExportState): string {
  if (now.state === "failed") return sentence(now.why);
  if (now.state !== "ready") return "Stopped.";
  const link = element("a", { href: address(`${place}/file`), download: true });
  document.body.append(link);
  link.click();
  link.remove();
  const left = now.failed.length === 0 ? "" : ` Cells that failed: ${now.failed.join("; ")}`;
  // who passes the report on passes these on
  const carried = now.carried.length === 0 ? "" : ` It carries ${now.carried.join(", ")}.`;
  return `Report made, ${sizeText(now.bytes)}.${carried}${left}`;
}

const post = (place: string, body: object): Promise<Response | null> =>
  fetch(address(place), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
