/** A project of its own for a server under test, in the checkout so that its packages are found. */
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createAssets } from "../../server/assets.ts";
import { serve, type ServeOptions, type Server } from "../../server/serve.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FIXTURES = fileURLToPath(new URL("./fixtures/notebooks/", import.meta.url));

export interface Running {
  readonly server: Server;
  readonly origin: string;
  readonly project: string;
  /** what was printed */
  readonly said: string[];
  readonly headers: { readonly authorization: string };
  /** another server of the same project */
  again(): Promise<Pick<Running, "server" | "origin" | "headers">>;
  end(): Promise<void>;
}

/** Gives a project what pages are made of, built once for the checkout: each project would build it anew. */
export async function withAssets(project: string): Promise<void> {
  const built = `${ROOT}.plateau/assets.json`;
  await createAssets(built).addresses();
  await Deno.mkdir(`${project}/.plateau`, { recursive: true });
  await Deno.copyFile(built, `${project}/.plateau/assets.json`);
}

/**
 * Serves copies of the named fixtures, or of the notebooks at these paths, on a free port.
 * @param elsewhere the project lies outside the checkout: types are checked there, and no packages are found
 */
export async function startServer(
  notebooks: readonly string[] = ["small.ts"],
  options: Partial<ServeOptions> = {},
  elsewhere = false,
): Promise<Running> {
  await Deno.mkdir(`${ROOT}.plateau`, { recursive: true });
  const dir = elsewhere ? undefined : `${ROOT}.plateau`;
  const project = await Deno.realPath(await Deno.makeTempDir({ dir, prefix: "test-" }));
  await Deno.mkdir(`${project}/notebooks`);
  for (const name of notebooks) {
    await Deno.copyFile(resolve(FIXTURES, name), `${project}/notebooks/${basename(name)}`);
  }
  await withAssets(project);
  const said: string[] = [];
  const begin = async () => {
    const server = await serve({
      project,
      port: 0,
      engine: "cpu",
      say: (line) => said.push(line),
      ...options,
    });
    const headers = { authorization: `Bearer ${server.bearer}` };
    return { server, origin: `http://127.0.0.1:${server.port}`, headers };
  };
  const { server, ...first } = await begin();
  return {
    server,
    ...first,
    project,
    said,
    again: begin,
    async end() {
      await server.engine.catch(() => {});
      await server.close();
      await (await import("esbuild")).stop();
      await Deno.remove(project, { recursive: true });
    },
  };
}
