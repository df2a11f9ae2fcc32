import {
  anyPoliciesTest,
  compareTest,
  compiledCompareTest,
  moreCompareCases,
} from "../../training/compare_cases.ts";

Object.entries(moreCompareCases).forEach(compareTest);
anyPoliciesTest(12);
compiledCompareTest("rules that count alike share a fork until they cut apart");
compiledCompareTest("a cut that says the same rate for one update parts after it");
