import { signalTest } from "../../server/spinning.ts";

signalTest("SIGINT", 130);
signalTest("SIGKILL", 137);
