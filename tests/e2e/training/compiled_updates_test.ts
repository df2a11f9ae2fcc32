import { divisionsTest, moreUpdateCases, updateTest } from "../../training/compiled_updates_cases.ts";

Object.entries(moreUpdateCases).forEach(updateTest);
divisionsTest(15);
