import type { PageNotebook } from "../../lib/notebook/wire.ts";
import { updateArticle } from "./article_update.ts";
import { kernelWords } from "./kernel_words.ts";
import { drawOverview, followReading } from "./overview.ts";
import type { PageFrame } from "./page_frame.ts";
import { listProblems } from "./page_problems.ts";
import { valueView } from "./value_view.ts";

/** The bar, contents and byline of the live page. @param file of the notebook */
export function liveFrame(file: string): PageFrame {
  return {
    article: updateArticle,
    loaded(notebook) {
      followReading();
      document.title = `${notebook.title} · Plateau`;
    },
    connected(state) {
      const word = document.getElementById("connection")!;
      word.classList.toggle("lost", state !== "connected");
      word.textContent = {
        connected: "Connected",
        reconnecting: "Reconnecting",
        "signed out": document.documentElement.dataset.role === "viewer"
          ? "This link is no longer open"
          : "Signed out: open the address that the terminal shows",
      }[state];
    },
    kernel: (event) => kernelWords(document.getElementById("kernel")!, event),
    problems: (event) => listProblems(file, event),
    overview: drawOverview,
    fixed: (role, notebook) => role === "owner" ? new Map() : ownersAlone(notebook),
    input: (_, input) => input,
    view: valueView,
  };
}

const ownersAlone = (notebook: PageNotebook | null): Map<string, string> =>
  new Map(notebook?.toServer.map((name) => [name, "Set by the owner: the server reads it."]));
