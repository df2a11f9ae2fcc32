import { divergedTest, goneOnTest, moreWays, replayTest, ways, wayTest } from "../../property/replayed.ts";

replayTest(120);
divergedTest(30);
for (const way of [...ways, ...moreWays]) wayTest(way, 15);
goneOnTest(15);
