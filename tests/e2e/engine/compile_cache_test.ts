import {
  allMay,
  anothers,
  groupMay,
  keptTest,
  moreUnkept,
  unkeptTest,
  unusedTest,
} from "../../engine/libraries/kept_programs.ts";

keptTest("cache");
moreUnkept.forEach(unkeptTest);
unusedTest(groupMay, "compiled");
unusedTest(allMay, "its folder for this processor");
for (const other of anothers) {
  unusedTest(other, "compiled");
  unusedTest(other, "its folder for this processor");
}
