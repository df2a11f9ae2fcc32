import { anyCompiledTest } from "../../property/any_compiled.ts";

anyCompiledTest(24);
