/** Entry of the script that a report carries. */
import type { Recording } from "../../lib/report/recording.ts";
import { unpackRecording } from "../../lib/report/unpack_recording.ts";
import { reportSection } from "./report_section.ts";
import { showReport } from "./report_show.ts";

export * from "./report_lent.ts";

const recording = unpackRecording(await reportSection("recording")) as Recording;
document.documentElement.dataset.scripts = "";
showReport(recording);
