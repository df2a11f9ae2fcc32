import { forkAnyTest } from "../../training/fork_any.ts";

forkAnyTest(25);
