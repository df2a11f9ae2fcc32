/**
 * Finds the engine that trains, and measures where there is a choice. It runs as a process of its own, because
 * trying the native engine needs rights that the server goes without. Prints one line of JSON.
 */
import { asEngineChoice, isNative } from "../lib/engine/engine_choice.ts";
import { setEngineChoice, startEngine } from "../lib/engine/engine.ts";
import { nativeOffer } from "../lib/engine/install/native_offer.ts";
import { libraryFor } from "../lib/engine/start_named.ts";

const [choice, cache, gpu] = Deno.args;
try {
  setEngineChoice(asEngineChoice(choice), { cache, ...JSON.parse(gpu) });
  const { name, version, device, why } = await startEngine();
  const library = isNative(name) ? (await libraryFor({}, name))?.file : undefined;
  // an engine that was asked for by name is not talked about, and one that compiles needs no other
  const offer = choice === "auto" && !isNative(name) ? await nativeOffer() : null;
  console.log(JSON.stringify({ name, version, device, why, library, offer }));
} catch (error) {
  console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
}
Deno.exit(0); // threads of an engine may still wait for work
