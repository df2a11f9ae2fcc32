/** Composes the server: guard, limits and headers before every route, and nothing beside the routes. */
import { Hono } from "hono";
import { guard, type GuardOptions } from "./guard.ts";
import { secureHeaders } from "./headers.ts";
import { limitBody } from "./limits.ts";
import { line, type Route } from "./routes/route.ts";

export interface AppOptions extends Omit<GuardOptions, "ticketed"> {
  readonly routes: readonly Route[];
  /** told of an error that no route expected */
  report(error: Error): void;
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
export function createApp({ keys, hosts, routes, report }: AppOptions): Hono {
  const app = new Hono();
  app.use(secureHeaders);
  const ticketed = new Set(routes.filter(({ access }) => access === "ticket").map(({ path }) => path));
  app.use(guard({ keys, hosts, ticketed }));
  app.use(limitBody);
  for (const route of routes) app.on(route.method, route.path, (c) => route.handle(c));
  // What a route has a path for, but not a method, is 405; what no route has a path for is 404.
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map((route) => route.method);
    const allow = (methods.includes("GET") ? ["GET", "HEAD"] : []).concat(
      methods.filter((each) => each !== "GET"),
    );
    app.all(path, () => {
      const response = line(405, `method not allowed: ${allow.join(", ")}`);
      response.headers.set("Allow", allow.join(", "));
      return response;
    });
  }
  app.notFound(() => line(404, "not found"));
  app.onError((error) => {
    report(error);
    return line(500, "the server failed; its terminal says why");
  });
  return app;
}
