/** A report in a browser: the live page's cells, told what to show by a recording in the place of a server. */
import type { Recording } from "../../lib/report/recording.ts";
import { loopWatch } from "./loop_watch.ts";
import { NotebookPage } from "./page.ts";
import { recordedConnection } from "./report_connection.ts";
import { reportFrame } from "./report_frame.ts";
import { reportReplay } from "./report_replay.ts";
import { ReportStates } from "./report_states.ts";
import { reportStreams } from "./report_streams.ts";

/** Brings the article of the document to life. */
export function showReport(recording: Recording): NotebookPage {
  const article = document.getElementById("article")!;
  const page = new NotebookPage(article, recording.notebook.file, loopWatch(), reportFrame(recording));
  const states = new ReportStates(recording);
  const replays = reportStreams(recording).map((stream) => {
    const replay = reportReplay(stream, (values) => {
      for (const [name, value] of values) page.replay(name, value);
    });
    const cell = [...article.querySelectorAll<HTMLElement>("[data-cell]")]
      .find((node) => node.dataset.cell === stream.cell.name);
    cell?.append(replay.node);
    return { replay, names: stream.names };
  });
  page.connection = recordedConnection(recording, states, {
    message: (message) => page.receive(message),
    state: (state) => page.connected(state),
  }, () => {
    for (const { replay, names } of replays) replay.stand(names.some((name) => states.differs(name)));
  });
  return page;
}
