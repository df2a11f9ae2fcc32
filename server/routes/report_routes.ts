/** The report of a notebook: asked for, watched while it is made, and taken away as a file. */
import type { Context } from "hono";
import { z } from "zod";
import type { Exports } from "../exports.ts";
import type { NotebookFiles } from "../notebook_files.ts";
import { line, type Route } from "./route.ts";

export interface ReportOptions {
  readonly files: NotebookFiles;
  readonly exports: Exports;
}

/** What a page may ask for; `values`: its inputs as they stand, by name. */
const Asked = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("export"), values: z.record(z.string().max(200), z.unknown()).default({}) }),
  z.strictObject({ do: z.literal("stop") }),
]);

export function reportRoutes({ files, exports }: ReportOptions): readonly Route[] {
  /** The notebook's name and real path, or the answer that there is none. */
  async function found(c: Context): Promise<{ file: string; path: string } | Response> {
    const file = c.req.param("file")!, path = await files.find(file);
    return path === null ? line(404, `unknown notebook: ${file}`) : { file, path };
  }

  async function ask(c: Context): Promise<Response> {
    const notebook = await found(c);
    if (notebook instanceof Response) return notebook;
    const { file, path } = notebook;
    const body = Asked.safeParse(await c.req.json().catch(() => null));
    if (!body.success) return line(400, "invalid request: do is export or stop, values are by name");
    if (body.data.do === "stop") {
      return exports.stop(file)
        ? c.json(exports.state(file))
        : line(409, `no report of ${file} is being made`);
    }
    if (!exports.begin(file, path, body.data.values)) return line(409, `a report of ${file} is being made`);
    return c.json(exports.state(file), 202);
  }

  async function state(c: Context): Promise<Response> {
    const notebook = await found(c);
    return notebook instanceof Response ? notebook : c.json(exports.state(notebook.file));
  }

  async function download(c: Context): Promise<Response> {
    const notebook = await found(c);
    if (notebook instanceof Response) return notebook;
    const html = exports.html(notebook.file);
    if (html === undefined) return line(404, `no report of ${notebook.file} was made`);
    return new Response(html, {
      headers: {
        "Content-Type": "text/html; charset=UTF-8",
        "Content-Disposition": attachment(`${notebook.file.replace(/\.ts$/, "")}.html`),
      },
    });
  }

  return [
    { method: "POST", path: "/notebooks/:file/report", access: "owner", handle: ask },
    { method: "GET", path: "/notebooks/:file/report", access: "owner", handle: state },
    { method: "GET", path: "/notebooks/:file/report/file", access: "owner", handle: download },
  ];
}

/** A file's name in a header, where letters beyond ASCII have a form of their own. */
function attachment(name: string): string {
  const plain = name.replace(/[^\w.-]/g, "_");
  const whole = encodeURIComponent(name).replace(/['()*]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
