/** An engine's name in a file or an answer. */
import { z } from "zod";
import { type EngineName, engineNamed } from "./engine_choice.ts";

export const engineNameSchema = z.custom<EngineName>(
  (name) => typeof name === "string" && engineNamed(name) === name,
  { error: "unknown engine" },
);
