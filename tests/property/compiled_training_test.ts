import { anyCompiledTest } from "./any_compiled.ts";

anyCompiledTest(3);
