/** Where the command line finds things. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isAddress } from "../../lib/store/place.ts";

/** The folder of this project, without a slash at its end. */
export const PROJECT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** Where runs are recorded. */
export const STORE = ".plateau/runs.sqlite";

/** Paths count from where the user stands, also under `deno task`. */
export const here = (path: string): string => resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);

/** A store's place: a path counts from where the user stands, an address is one everywhere. */
export const storeAt = (place: string): string => isAddress(place) ? place : here(place);
