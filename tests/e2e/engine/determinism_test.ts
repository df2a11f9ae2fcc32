import { determinismTests } from "../../engine/determinism.ts";

determinismTests(["M", "L"]);
