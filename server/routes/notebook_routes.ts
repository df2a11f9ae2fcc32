/** A notebook: its page, its socket, and the modules of its browser side. Opening the page runs the notebook. */
import type { Context } from "hono";
import type { Session } from "../../lib/notebook/session.ts";
import type { PageNotebook } from "../../lib/notebook/wire.ts";
import type { AssetStore } from "../assets.ts";
import { cachedPage } from "../cached_page.ts";
import { roleOf, sharesOf } from "../caller.ts";
import { joinSession } from "../live.ts";
import type { NativeInstall } from "../native_install.ts";
import type { NotebookFiles } from "../notebook_files.ts";
import { missingPage } from "../pages/missing_page.ts";
import { notebookPage } from "../pages/notebook_page.ts";
import type { Sessions } from "../sessions.ts";
import type { Share } from "../shares.ts";
import type { Viewers } from "../viewers.ts";
import { pathToFileURL } from "node:url";
import { IMMUTABLE } from "./asset_routes.ts";
import { line, type Route } from "./route.ts";

export interface NotebookOptions {
  readonly files: NotebookFiles;
  readonly sessions: Sessions;
  readonly assets: AssetStore;
  readonly native: NativeInstall;
  readonly viewers: Viewers;
}

/** Whether a link shows the notebook that the address names. */
const covers = ({ scope }: Share, c: Context): boolean =>
  "notebook" in scope && scope.notebook === c.req.param("file");

/** A picture has its own style and nothing else, also when it is opened by itself. */
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

export function notebookRoutes(
  { files, sessions, assets, native, viewers }: NotebookOptions,
): readonly Route[] {
  /**
   * The session of the notebook that the address names, or the answer that says why there is none. For a viewer nothing is
   * started.
   */
  async function sessionOf(c: Context): Promise<Session | Response> {
    const file = c.req.param("file")!;
    const path = await files.find(file);
    if (path === null) return line(404, `unknown notebook: ${file}`);
    const isOwner = roleOf(c) === "owner";
    try {
      return await (isOwner ? sessions.open(file, path) : sessions.look(file, path));
    } catch (error) {
      // An engine that was asked for by name and cannot start, or a file that went away.
      return line(503, `cannot open ${file}${isOwner ? `: ${(error as Error).message}` : ""}`);
    }
  }

  async function page(c: Context): Promise<Response> {
    const session = await sessionOf(c);
    if (session instanceof Response) {
      const leads = session.status === 404 && roleOf(c) === "owner";
      if (!leads || !c.req.header("accept")?.includes("text/html")) return session;
      return c.html(missingPage(c.req.param("file")!, await assets.addresses()), 404);
    }
    const state = session.state();
    const cells = session.page();
    // A file that never could be built has no cells, only problems; the page comes alive with the first good save.
    const notebook: PageNotebook = cells?.t === "cells"
      ? cells.notebook
      : { ...state, title: state.title || state.file, cells: [], toBrowser: [], toServer: [] };
    const addresses = await assets.addresses();
    if (roleOf(c) === "viewer") return cachedPage(c, notebookPage(notebook, [], addresses, null));
    const text = notebookPage(notebook, state.diagnostics, addresses, native.state());
    return cachedPage(c, text);
  }

  async function live(c: Context): Promise<Response> {
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
      return line(426, "this address is a WebSocket");
    }
    const session = await sessionOf(c);
    if (session instanceof Response) return session;
    if (roleOf(c) === "owner") return joinSession(c.req.raw, session, { role: "owner" });
    const shares = sharesOf(c).filter((share) => covers(share, c));
    return joinSession(c.req.raw, session, { role: "viewer", shares, viewers });
  }

  async function module(c: Context): Promise<Response> {
    const session = await sessions.get(c.req.param("file")!);
    const text = session?.asset(c.req.param("name")!);
    if (text === undefined) return line(404, "not found");
    return new Response(text, {
      headers: { "Content-Type": "text/javascript; charset=UTF-8", "Cache-Control": IMMUTABLE },
    });
  }

  /** Drawn from the file as it is saved; nothing runs. */
  async function drawn(c: Context): Promise<Response> {
    const file = c.req.param("file")!;
    const path = await files.find(file);
    if (path === null) return line(404, `unknown notebook: ${file}`);
    const [{ loadNotebook }, { graphSvg }] = await Promise.all([
      import("../../lib/notebook/load.ts"),
      import("../../lib/notebook/check_svg.ts"),
    ]);
    try {
      const svg = graphSvg(await loadNotebook(pathToFileURL(path).href));
      return new Response(svg, {
        headers: {
          "Content-Type": "image/svg+xml; charset=UTF-8",
          "Content-Security-Policy": PICTURE_POLICY,
        },
      });
    } catch (error) {
      const why = roleOf(c) === "owner" ? `: ${(error as Error).message}` : "";
      return line(503, `cannot draw ${file}${why}`);
    }
  }

  return [
    { method: "GET", path: "/notebooks/:file", access: "viewer", covers, handle: page },
    { method: "GET", path: "/notebooks/:file/graph.svg", access: "viewer", covers, handle: drawn },
    { method: "GET", path: "/notebooks/:file/live", access: "viewer", covers, handle: live },
    { method: "GET", path: "/notebooks/:file/modules/:name", access: "viewer", covers, handle: module },
  ];
}
