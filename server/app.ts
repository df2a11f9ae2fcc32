/** Composes the server: guard, limits and headers before every route, and nothing beside the routes. */
import { type Context, Hono } from "hono";
import { getPath } from "hono/utils/url";
import { cameOf, sharesOf } from "./caller.ts";
import { guard, type GuardOptions } from "./guard.ts";
import { secureHeaders } from "./headers.ts";
import { limitBody } from "./limits.ts";
import { pathBelow } from "./place.ts";
import { line, type Route } from "./routes/route.ts";

export interface AppOptions extends Omit<GuardOptions, "judgesItself"> {
  readonly routes: readonly Route[];
  /** told of an error that no route expected */
  report(error: Error): void;
}

/** Whether a path is one that a route has, for one that judges by itself who may come in. */
function judging(routes: readonly Route[]): (method: string, path: string) => boolean {
  const open = routes.filter(({ access }) => access === "ticket" || access === "link").map((route) => ({
    methods: route.method === "GET" ? ["GET", "HEAD"] : [route.method],
    path: new RegExp(`^${route.path.replaceAll(".", "\\.").replace(/:[a-z]+/g, "[^/]+")}$`),
  }));
  return (method, path) => open.some((each) => each.methods.includes(method) && each.path.test(path));
}

/**
 * The answer to a viewer who asks for anything else than what was shared: the same for what there is and what there is
 * not. Null for all who may go on.
 */
function refused(c: Context, route: Route | null): Response | null {
  if (cameOf(c).caller?.role !== "viewer") return null;
  if (route?.access === "ticket" || route?.access === "link") return null;
  const covered = route?.access === "viewer" && sharesOf(c).some((share) => route.covers(share, c));
  return covered ? null : line(403, "refused: this was not shared with you");
}

/**
 * The app as a function from request to response.
 * @example
 * ```ts
 * import { createApp } from "./app.ts";
 * import { createKeys } from "./auth.ts";
 * import { hostsOf } from "./guard.ts";
 * const app = createApp({ keys: createKeys(8000), hosts: hostsOf(8000), routes: [], report: console.error });
 * const response = await app.request("http://127.0.0.1:8000/"); // 400: no Host header
 * ```
 */
export function createApp({ routes, report, ...guarding }: AppOptions): Hono {
  const { base = "" } = guarding;
  // what lies beside the base is refused by the guard, whatever it looks like here
  const app = new Hono({ getPath: (request) => pathBelow(base, getPath(request)) ?? "/" });
  app.use(secureHeaders);
  app.use(guard({ ...guarding, judgesItself: judging(routes) }));
  app.use(limitBody);
  for (const route of routes) app.on(route.method, route.path, (c) => refused(c, route) ?? route.handle(c));
  // What a route has a path for, but not a method, is 405; what no route has a path for is 404.
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map((route) => route.method);
    const allow = (methods.includes("GET") ? ["GET", "HEAD"] : []).concat(
      methods.filter((each) => each !== "GET"),
    );
    app.all(path, (c) => {
      const response = refused(c, null) ?? line(405, `method not allowed: ${allow.join(", ")}`);
      if (response.status === 405) response.headers.set("Allow", allow.join(", "));
      return response;
    });
  }
  app.notFound((c) => refused(c, null) ?? line(404, "not found"));
  app.onError((error) => {
    report(error);
    return line(500, "the server failed; its terminal says why");
  });
  return app;
}
