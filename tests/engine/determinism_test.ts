import { determinismTests } from "./determinism.ts";

determinismTests(["S", "C"]);
