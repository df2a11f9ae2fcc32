import {
  cutTest,
  gridTest,
  moreCutCases,
  moreGridCases,
  moreGridsOfOne,
  moreWithinCases,
  sameTwiceTest,
  withinTest,
} from "../../training/compiled_training_cases.ts";

moreGridCases.forEach(gridTest);
moreCutCases.forEach(cutTest);
moreWithinCases.forEach(withinTest);
sameTwiceTest(moreGridsOfOne);
