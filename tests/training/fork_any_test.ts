import { forkAnyTest } from "./fork_any.ts";

forkAnyTest(5);
