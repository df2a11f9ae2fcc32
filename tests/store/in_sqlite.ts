/** A file of its own for a test. */
import { join } from "node:path";
import { openStore } from "../../lib/store/open_store.ts";
import { inFolder } from "../in_folder.ts";
import { closingStores } from "./closing_stores.ts";
import type { InPlace } from "./study_laws.ts";

export const inSqlite: InPlace = (act) =>
  inFolder((folder) => {
    const path = join(folder, "runs.sqlite");
    return closingStores(() => openStore(path), (open) => act(path, open));
  });
