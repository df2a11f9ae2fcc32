import { endTest, moreEndCases } from "../../training/non_finite_cases.ts";

moreEndCases.forEach(endTest);
