/** Entry of the script that a report carries. */
import { decode } from "../../lib/notebook/codec.ts";
import type { Recording } from "../../lib/report/recording.ts";
import { reportSection } from "./report_section.ts";
import { showReport } from "./report_show.ts";

const recording = decode(await reportSection("recording")) as Recording;
document.documentElement.dataset.scripts = "";
showReport(recording);
