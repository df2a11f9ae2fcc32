/**
 * Starts the server. It is meant to run narrow. The least that it needs, with `<deno>` the path of the Deno that
 * runs (`Deno.execPath()`) and `<esbuild>` the bundler's binary in node_modules:
 *
 *     deno run --no-prompt --cached-only --node-modules-dir=manual --allow-net=127.0.0.1 --allow-read=<project>,<plateau>
 *       --allow-write=<project>/.plateau --allow-run=<deno>,<esbuild> --allow-env
 *
 * The whole environment, because the bundler's package hands it to its binary; who starts the server gives it little.
 */
import type { EngineChoice } from "../lib/engine/engine_choice.ts";
import type { GpuSettings } from "../lib/engine/xla/gpu_options.ts";
import { offerText } from "../lib/engine/install/native_offer.ts";
import { createApp } from "./app.ts";
import { createAssets } from "./assets.ts";
import { createKeys } from "./auth.ts";
import { chooseEngine, type ChosenEngine } from "./engine_process.ts";
import { hostsOf } from "./guard.ts";
import { leaveAddress } from "./own_address.ts";
import { basePath } from "./place.ts";
import { knownBrowsers } from "./known_browsers.ts";
import { createNativeInstall } from "./native_install.ts";
import { createHeadings } from "./headings.ts";
import { notebookFiles } from "./notebook_files.ts";
import { assetRoutes } from "./routes/asset_routes.ts";
import { createGrants } from "./grants.ts";
import { allowRoutes } from "./routes/allow_routes.ts";
import { indexRoutes } from "./routes/index_routes.ts";
import { nativeRoutes } from "./routes/native_routes.ts";
import { notebookRoutes } from "./routes/notebook_routes.ts";
import { runsRoutes } from "./routes/runs_routes.ts";
import { shareRoutes } from "./routes/share_routes.ts";
import { studiesRoutes } from "./routes/studies_routes.ts";
import { createStudyFeeds } from "./study_feeds.ts";
import { fileAt } from "../lib/store/file_at.ts";
import { isAddress } from "../lib/store/place.ts";
import { createExports } from "./exports.ts";
import { reportRoutes } from "./routes/report_routes.ts";
import { createRunStore } from "./run_store.ts";
import type { TypeWatch } from "../lib/notebook/type_watch.ts";
import { createSessions } from "./sessions.ts";
import { sharedThings } from "./shared_things.ts";
import { openShares } from "./shares.ts";
import { createViewers } from "./viewers.ts";

export interface ServeOptions {
  /** folder that holds `notebooks/`; what the notebooks may read */
  readonly project: string;
  /** default 8000; when it is taken, the next free one of the hundred after it. 0: any free one */
  readonly port?: number;
  /** default 127.0.0.1 */
  readonly host?: string;
  /** default "auto" */
  readonly engine?: EngineChoice;
  /** what a GPU is used for. Default: float32, and 0.75 of its memory at most */
  readonly gpu?: GpuSettings;
  /** where runs and studies are recorded: a file, or an address of PostgreSQL; default `.plateau/runs.sqlite` of the project */
  readonly store?: string;
  /** files and folders that kernels may read beside the project; default none */
  readonly read?: readonly string[];
  /** a wheel of TensorFlow that is already here, for the page's button; default: it is downloaded */
  readonly wheel?: string;
  /** path that every page begins with, as `/plateau`, where a reverse proxy passes that on to this server; default none */
  readonly basePath?: string;
  /** believe what a reverse proxy says of the host and scheme that the browser asked; default false */
  readonly trustProxy?: boolean;
  /** opens an address in a browser; default: nothing is opened */
  readonly open?: (address: string) => void;
  /** a line for people; default stdout */
  readonly say?: (line: string) => void;
}

export interface Server {
  readonly host: string;
  readonly port: number;
  /** the address that was printed, with its token */
  readonly address: string;
  /** for `Authorization: Bearer …` */
  readonly bearer: string;
  /** a new address, good for one browser */
  invite(): string;
  /** the engine that trains; rejects when the named one cannot start */
  readonly engine: Promise<ChosenEngine>;
  /** when the server no longer listens */
  readonly finished: Promise<void>;
  /** ends the kernels, the bundler and the server */
  close(): Promise<void>;
}

/** How long requests and sockets may take to end; a page that went while its socket was opened leaves one that never does. */
const GRACE_MILLISECONDS = 1000;
const NEXT_PORTS = 100;
/** The first page comes before the engine: to try engines takes every core for a moment. */
const ENGINE_MILLISECONDS = 200;
const taken = (error: unknown) => error instanceof Deno.errors.AddrInUse;

/** Listens on the first free port from `port` on. No request is handled before the caller's next turn. */
function listen(
  host: string,
  port: number,
  handle: (request: Request) => Response | Promise<Response>,
): Deno.HttpServer<Deno.NetAddr> {
  for (let next = port;; next++) {
    try {
      return Deno.serve({ hostname: host, port: next, onListen: () => {} }, handle);
    } catch (error) {
      if (!taken(error) || port === 0 || next - port >= NEXT_PORTS || next >= 65_535) throw error;
    }
  }
}

/** Listens no longer, and waits a moment for what is under way. */
async function shutDown(http: Deno.HttpServer): Promise<void> {
  const grace = Promise.withResolvers<void>(), timer = setTimeout(grace.resolve, GRACE_MILLISECONDS);
  await Promise.race([http.shutdown(), grace.promise]);
  clearTimeout(timer);
}

/**
 * Serves the notebooks of a project to their owner, and what the owner shares to others. The address is said as soon as the server listens; the engine
 * is measured after that. No notebook runs before its page is opened.
 * @example
 * ```ts ignore
 * import { serve } from "./serve.ts";
 * const server = await serve({ project: Deno.cwd() });
 * await server.finished;
 * ```
 */
export async function serve(options: ServeOptions): Promise<Server> {
  const { host = "127.0.0.1", port: wanted = 8000, say = console.log } = options;
  const project = await Deno.realPath(options.project), base = basePath(options.basePath ?? "");
  const files = notebookFiles(project);
  const assets = createAssets(`${project}/.plateau/assets.json`, base);
  const place = options.store ?? `${project}/.plateau/runs.sqlite`;
  const runs = createRunStore(async () => {
    const { openStore } = await import("../lib/store/open_store.ts"); // late: the server listens before it is needed
    return await openStore(place);
  }, () => isAddress(place) ? null : fileAt(place));
  const feeds = createStudyFeeds(runs.studies);
  const choose = () =>
    chooseEngine(options.engine ?? "auto", `${project}/.plateau/engines.json`, options.gpu);
  const engine = Promise.withResolvers<ChosenEngine>();
  engine.promise.catch(() => {}); // said below, and thrown to every notebook that is opened
  let now: ChosenEngine; // what kernels start on; the native engine may come later
  const take = (chosen: ChosenEngine) => {
    now = chosen;
    say(`trains on ${chosen.name} ${chosen.version}, ${chosen.device}: ${chosen.why}`);
    if (chosen.offer !== null) say(offerText(chosen.offer));
    return chosen;
  };
  const native = createNativeInstall({
    engine: engine.promise,
    choose: async () => take(await choose()),
    wheel: options.wheel,
  });
  let types: TypeWatch | undefined;
  const sessions = createSessions(async (file, path, start) => {
    const [{ openSession }, { typeWatch }] = await Promise.all([
      import("../lib/notebook/session.ts"),
      import("../lib/notebook/type_watch.ts"),
      start ? engine.promise : null,
    ]);
    types ??= typeWatch({ project });
    const address = (module: string) => `${base}/notebooks/${encodeURIComponent(file)}/modules/${module}`;
    return await openSession({
      file: path,
      project,
      address,
      start,
      store: place,
      read: options.read,
      types,
      // read by each kernel that starts, so that a restart takes an engine that has come since
      get engine() {
        return now.name;
      },
      get settings() {
        return now.settings;
      },
    });
  }, () => engine.promise);

  const http = listen(host, wanted, (request) => app.fetch(request));
  const { port } = http.addr;
  const browsers = knownBrowsers(port, `${project}/.plateau/browsers.json`);
  const keys = createKeys(port, Date.now, browsers);
  const shares = openShares(`${project}/.plateau/shares.json`), viewers = createViewers(shares);
  const headings = createHeadings(project, files);
  const exports = createExports(async (asked) => {
    const { exportReport } = await import("./report/export_report.ts");
    await engine.promise;
    const { name, settings } = now;
    return await exportReport({ ...asked, project, engine: name, settings, read: options.read, assets });
  });
  const app = createApp({
    keys,
    shares,
    hosts: hostsOf(port, host),
    base,
    trustProxy: options.trustProxy,
    routes: [
      ...indexRoutes({ files, headings, sessions, assets, native, runs }),
      ...notebookRoutes({ files, sessions, assets, native, viewers }),
      ...reportRoutes({ files, exports }),
      ...runsRoutes({ ...runs, assets, viewers }),
      ...studiesRoutes({ ...runs, feeds, assets }),
      ...shareRoutes({
        shares,
        viewers,
        cookieName: keys.cookieName,
        ...sharedThings({ headings, files, sessions, reader: runs.reader }),
      }),
      ...nativeRoutes(native),
      ...allowRoutes(sessions, createGrants()),
      ...assetRoutes(assets),
    ],
    report: (error) => console.error(error.message),
  });
  const shown = host.includes(":") ? `[${host}]` : host;
  const own = `http://${shown}:${port}${base}`, invite = () => `${own}/?token=${keys.invite()}`;
  const address = invite();
  say(`${address}${port === wanted || wanted === 0 ? "" : ` (port ${wanted} is taken)`}`);
  let forget = () => {};
  try {
    forget = leaveAddress(`${project}/.plateau`, own);
  } catch (error) {
    say(`plateau share does not know this address: ${(error as Error).message}`);
  }
  const fault = shares.fault();
  if (fault !== null) say(fault);
  options.open?.(address);

  const starting = setTimeout(() => {
    choose().then((chosen) => {
      engine.resolve(take(chosen));
      // Built while the reader still looks at the terminal; a fault is said by the page that needs them.
      assets.addresses().catch(() => {});
    }, (error) => {
      say(`cannot train: ${error.message}`);
      engine.reject(error);
    });
  }, ENGINE_MILLISECONDS);
  return {
    host,
    port,
    address,
    bearer: keys.bearer,
    invite,
    engine: engine.promise,
    finished: http.finished,
    async close() {
      clearTimeout(starting);
      engine.reject(new Error("the server was closed")); // where it is still to be chosen
      viewers.close();
      feeds.close();
      await exports.close();
      await Promise.all([sessions.closeAll(), native.close()]);
      await types?.close();
      await runs.close(); // after the sessions, which may still write
      await (await import("../lib/notebook/bundle.ts")).stopBundler();
      await shutDown(http);
      forget();
    },
  };
}
