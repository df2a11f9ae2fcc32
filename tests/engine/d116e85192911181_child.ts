
  import { setEngineChoice, startEngine } from "file:///work/main/lib/engine/engine.ts";
  import { measureUpdate } from "file:///work/main/lib/engine/measure.ts";
  setEngineChoice("tensorflow", { library: "/root/.cache/plateau/libtensorflow-2.21.0/libtensorflow_cc.so.2" });
  await startEngine();
  console.log((await measureUpdate()) > 0);