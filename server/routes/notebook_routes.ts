/** A notebook: its page, its socket, and the modules of its browser side. Opening the page runs the notebook. */
import type { Context } from "hono";
import type { Session } from "../../lib/notebook/session.ts";
import type { PageNotebook } from "../../lib/notebook/wire.ts";
import type { AssetStore } from "../assets.ts";
import { joinSession } from "../live.ts";
import type { NativeInstall } from "../native_install.ts";
import type { NotebookFiles } from "../notebook_files.ts";
import { missingPage } from "../pages/missing_page.ts";
import { notebookPage } from "../pages/notebook_page.ts";
import type { Sessions } from "../sessions.ts";
import { pathToFileURL } from "node:url";
import { IMMUTABLE } from "./asset_routes.ts";
import { line, type Route } from "./route.ts";

export interface NotebookOptions {
  readonly files: NotebookFiles;
  readonly sessions: Sessions;
  readonly assets: AssetStore;
  readonly native: NativeInstall;
}

/** A picture has its own style and nothing else, also when it is opened by itself. */
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

export function notebookRoutes({ files, sessions, assets, native }: NotebookOptions): readonly Route[] {
  /** The session of the notebook that the address names, or the answer that says why there is none. */
  async function sessionOf(c: Context): Promise<Session | Response> {
    const file = c.req.param("file")!;
    const path = await files.find(file);
    if (path === null) return line(404, `unknown notebook: ${file}`);
    try {
      return await sessions.open(file, path);
    } catch (error) {
      // An engine that was asked for by name and cannot start, or a file that went away.
      return line(503, `cannot open ${file}: ${(error as Error).message}`);
    }
  }

  async function page(c: Context): Promise<Response> {
    const session = await sessionOf(c);
    if (session instanceof Response) {
      if (session.status !== 404 || !c.req.header("accept")?.includes("text/html")) return session;
      return c.html(missingPage(c.req.param("file")!, await assets.addresses()), 404);
    }
    const state = session.state();
    const cells = session.page();
    // A file that never could be built has no cells, only problems; the page comes alive with the first good save.
    const notebook: PageNotebook = cells?.t === "cells"
      ? cells.notebook
      : { ...state, title: state.title || state.file, cells: [], toBrowser: [], toServer: [] };
    const addresses = await assets.addresses();
    return c.html(notebookPage(notebook, state.diagnostics, addresses, Date.now(), native.state()));
  }

  async function live(c: Context): Promise<Response> {
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
      return line(426, "this address is a WebSocket");
    }
    const session = await sessionOf(c);
    return session instanceof Response ? session : joinSession(c.req.raw, session);
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
      return line(503, `cannot draw ${file}: ${(error as Error).message}`);
    }
  }

  return [
    { method: "GET", path: "/notebooks/:file", access: "owner", handle: page },
    { method: "GET", path: "/notebooks/:file/graph.svg", access: "owner", handle: drawn },
    { method: "GET", path: "/notebooks/:file/live", access: "owner", handle: live },
    { method: "GET", path: "/notebooks/:file/modules/:name", access: "owner", handle: module },
  ];
}
