import { misuseTest, moreMisuses, signalTest } from "../command_line.ts";

moreMisuses.forEach(misuseTest);
signalTest("SIGTERM", 143);
