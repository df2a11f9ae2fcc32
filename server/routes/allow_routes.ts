/** Letting a notebook read what lies outside its project: the question, and the owner's answer. */
import type { Context } from "hono";
import { grantFault } from "../../lib/notebook/grant_fault.ts";
import { cameOf } from "../caller.ts";
import { type Grants, isPlainToSee } from "../grants.ts";
import { allowPage, ANSWER_POLICY, backPage, QUESTION_POLICY, spentPage } from "../pages/allow_page.ts";
import type { Sessions } from "../sessions.ts";
import { line, type Route } from "./route.ts";

const page = (c: Context, text: string, policy: string, status: 200 | 403 = 200) =>
  c.html(text, status, { "Content-Security-Policy": policy });

export function allowRoutes(sessions: Sessions, grants: Grants): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/notebooks/:file/allow",
      access: "owner",
      async handle(c) {
        // a ticket is shown to a person only: what scripts fetch or frame is told apart by headers that they cannot set
        const navigates = c.req.header("sec-fetch-mode") === "navigate" &&
          c.req.header("sec-fetch-dest") === "document";
        if (!navigates) return line(403, "refused: open this address in a browser");
        const notebook = c.req.param("file")!, asked = c.req.query("read") ?? "";
        const session = await sessions.get(notebook);
        if (!session?.askedToRead().includes(asked)) {
          return line(404, `nothing to allow: ${notebook} has not tried to read it`);
        }
        const path = session.fromProject(asked), fault = grantFault(path);
        if (fault !== null) return line(400, `cannot be allowed: ${path.slice(0, 200)} (${fault})`);
        if (!isPlainToSee(path)) {
          return line(
            400,
            "cannot be allowed here: its path has characters that do not show (start with --allow-read=<path>)",
          );
        }
        const { base } = cameOf(c).place;
        return page(c, allowPage(notebook, path, grants.ask({ notebook, path }), base), QUESTION_POLICY);
      },
    },
    {
      method: "POST",
      path: "/allow",
      access: "ticket",
      async handle(c) {
        const { base } = cameOf(c).place;
        const form = await c.req.parseBody().catch(() => ({}) as Record<string, unknown>);
        const grant = typeof form.ticket === "string" ? grants.redeem(form.ticket) : null;
        const session = grant === null ? undefined : await sessions.get(grant.notebook);
        if (grant === null || session === undefined) return page(c, spentPage(base), ANSWER_POLICY, 403);
        if (form.answer === "allow") await session.allowReading(grant.path);
        // a page with an origin again: from there the browser goes on with its cookie
        return page(c, backPage(grant.notebook, base), ANSWER_POLICY);
      },
    },
  ];
}
