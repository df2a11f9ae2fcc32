/** Entry of every page's script. */
import { address } from "./address.ts";
import { followAges } from "./ages.ts";
import { connect } from "./connection.ts";
import { cellId } from "../pages/article.ts";
import { graphView } from "./graph_view.ts";
import { listenKeys } from "./keys.ts";
import { liveFrame } from "./live_frame.ts";
import { loopWatch } from "./loop_watch.ts";
import { followNative } from "./native_strip.ts";
import { followReading } from "./overview.ts";
import { NotebookPage } from "./page.ts";
import { reportDownload } from "./report_download.ts";
import { startSearch } from "./search.ts";
import { shareView } from "./share_view.ts";

const byId = (id: string) => document.getElementById(id);

/** Contents are open beside the page, and closed above it. */
function foldContents(): void {
  const contents = document.querySelector<HTMLDetailsElement>("details.toc")!;
  const narrow = matchMedia("(max-width: 860px)");
  const fold = () => contents.open = !narrow.matches;
  narrow.addEventListener("change", fold);
  fold();
}

function startNotebook(main: HTMLElement): void {
  const file = main.dataset.file!, isOwner = document.documentElement.dataset.role !== "viewer";
  const page = new NotebookPage(byId("article")!, file, loopWatch(main.dataset.loops!), liveFrame(file));
  const connection = connect(address(`/notebooks/${encodeURIComponent(file)}/live`), {
    message: (message) => page.receive(message),
    state: (state) => page.connected(state),
  });
  page.connection = connection;
  const runStale = () => connection.send({ t: "run" });
  const stop = () => connection.send({ t: "interrupt" });
  byId("run")!.addEventListener("click", runStale);
  byId("stop")!.addEventListener("click", stop);
  byId("restart")!.addEventListener("click", () => connection.send({ t: "restart" }));

  const download = reportDownload(file, () => page.inputs);
  byId("share")!.addEventListener(
    "click",
    () =>
      shareView(
        { scope: { notebook: file }, name: file, more: download },
        byId("share-with") as HTMLDialogElement,
      ),
  );
  const graph = graphView(file, byId("graph") as HTMLDialogElement, byId("show-graph")!);
  const current = () => document.activeElement?.closest<HTMLElement>(".cell");
  const move = (by: number) => {
    const cells = page.views.filter((view) => !view.node.hidden)
      .sort((a, b) => a.node.compareDocumentPosition(b.node) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);
    const at = cells.findIndex((view) => view.node === current());
    const next = at < 0 ? (by > 0 ? 0 : cells.length - 1) : at + by;
    cells[next]?.focus();
  };
  const owners = [
    { key: "r", does: "run stale cells", press: runStale },
    { key: "i", twice: true, does: "stop what runs", press: stop },
    { key: "/", does: "find a notebook", press: () => location.assign(address("/#find")) },
  ];
  listenKeys(
    [
      { key: "j", does: "next cell", press: () => move(1) },
      { key: "k", does: "previous cell", press: () => move(-1) },
      {
        key: "s",
        does: "source of the cell",
        press: () => page.views.find((v) => v.node === current())?.toggleSource(),
      },
      { key: "g", does: "graph of the cells", press: graph },
      ...(isOwner ? owners : []),
    ],
    byId("keys") as HTMLDialogElement,
    byId("list-keys")!,
  );

  const arrive = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    page.views.find((view) => cellId(view.cell) === name)?.focus();
  };
  addEventListener("hashchange", arrive);
  addEventListener("scroll", followReading, { passive: true });
  foldContents();
  followReading();
}

followAges();
const main = byId("main");
if (main?.dataset.file !== undefined) startNotebook(main);
const native = byId("native");
if (native !== null) followNative(native);
const find = byId("find");
if (find instanceof HTMLInputElement) {
  startSearch(find);
  if (location.hash === "#find") find.focus();
}
