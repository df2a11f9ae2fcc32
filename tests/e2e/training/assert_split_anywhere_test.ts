import { splitCases, splitTest } from "../../training/split_cases.ts";

splitCases.forEach((each) => splitTest(each, "auto"));
