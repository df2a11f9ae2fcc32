/** What a store promises, in PostgreSQL. */
import { openStore } from "../../../lib/store/open_store.ts";
import { noPostgres, type PostgresServer, postgresServer } from "../../postgres/server.ts";
import { closingStores } from "../../store/closing_stores.ts";
import { runLaws } from "../../store/run_laws.ts";
import { type InPlace, studyLaws } from "../../store/study_laws.ts";

const missing = noPostgres() ? "no postgresql" : null;
let server: Promise<PostgresServer> | null = null;

const inPostgres: InPlace = async (act) => {
  const place = await (await (server ??= postgresServer())).database();
  await closingStores(() => openStore(place), (open) => act(place, open));
};

Deno.test.afterAll(async () => await (await server)?.close());
runLaws(inPostgres, missing);
studyLaws(inPostgres, missing);
