/** The runs: their page, their list, their curves, what changes of them, and what is done to them. */
import type { Context } from "hono";
import { z } from "zod";
import type { RunRow, Store } from "../../lib/store/store.ts";
import type { AssetStore } from "../assets.ts";
import { cachedPage } from "../cached_page.ts";
import { roleOf, sharesOf } from "../caller.ts";
import { encodeLines } from "../lines_codec.ts";
import { tagOf } from "../metric_words.ts";
import { runsPage } from "../pages/runs_page.ts";
import { type Drawing, runLines } from "../run_line.ts";
import type { Listing, RunReader } from "../run_reader.ts";
import type { RunsFeed } from "../runs_feed.ts";
import type { Share } from "../shares.ts";
import type { Viewers } from "../viewers.ts";
import { asked } from "./asked.ts";
import { onStore } from "./on_store.ts";
import { line, type Route } from "./route.ts";

export interface RunsOptions {
  /** rejects with one line when the store cannot be opened */
  readonly store: () => Promise<Store>;
  readonly reader: () => Promise<RunReader>;
  readonly feed: RunsFeed;
  readonly assets: Pick<AssetStore, "addresses">;
  readonly viewers: Viewers;
}

/** Whether a link shows a run. */
const covers = ({ scope }: Share): boolean => "run" in scope;
const runOf = ({ scope }: Share): string[] => "run" in scope ? [scope.run] : [];

/** The runs that the caller may see, by id; null: all. */
const seenBy = (c: Context): ReadonlySet<string> | null =>
  roleOf(c) === "owner" ? null : new Set(sharesOf(c).flatMap(runOf));

/** Runs that one request may name. */
const MOST_RUNS = 2000;
const Ids = z.array(z.string().min(1).max(100)).min(1).max(MOST_RUNS);
const Tags = z.array(z.string().trim().min(1).max(100)).max(100);
const Count = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);

const SeriesAsked = z.strictObject({
  ids: Ids,
  metric: z.string().min(1).max(1000),
  axis: z.enum(["step", "epoch", "examples", "seconds"]),
  smoothing: z.strictObject({
    kind: z.enum(["ema", "time", "gaussian"]),
    amount: z.number().min(0).max(0.99),
  }),
  range: z.tuple([z.number(), z.number()]).refine(([from, to]) => from < to, "from is not before to")
    .nullable(),
  logX: z.boolean(),
  pixels: z.number().int().min(1).max(16_384),
  raw: z.boolean(),
  batches: z.strictObject({ batch: Count.optional(), trainingExamples: Count.optional() }),
});
const TagAsked = z.strictObject({ ids: Ids, add: Tags, remove: Tags });
const DeleteAsked = z.strictObject({ ids: Ids });

/**
 * The rows of the ids, or the answer that names the first there is none of.
 * @param seen all others are as if they were not there; default null: all are
 */
function rowsOf(
  { byId }: Listing,
  ids: readonly string[],
  seen: ReadonlySet<string> | null = null,
): RunRow[] | Response {
  const unknown = ids.find((id) => !byId.has(id) || seen?.has(id) === false);
  if (unknown !== undefined) return line(404, `unknown run: ${unknown}`);
  return [...new Set(ids)].map((id) => byId.get(id)!);
}

export function runsRoutes({ store, reader, feed, assets, viewers }: RunsOptions): readonly Route[] {
  async function page(c: Context): Promise<Response> {
    return cachedPage(c, runsPage(await assets.addresses(), roleOf(c)));
  }

  async function list(c: Context): Promise<Response> {
    const { version, rows } = await (await reader()).listing(), seen = seenBy(c);
    if (seen !== null) return c.json({ version, rows: rows.filter(({ id }) => seen.has(id)), fault: null });
    return c.json({ version, rows, fault: (await store()).fault });
  }

  async function series(c: Context): Promise<Response> {
    const body = await asked(c, SeriesAsked);
    if (body instanceof Response) return body;
    const { ids, metric, ...drawing } = body;
    const read = await reader();
    const rows = rowsOf(await read.listing(), ids, seenBy(c));
    if (rows instanceof Response) return rows;
    const drawn = await Promise.all(rows.map(async (row) => {
      const tag = tagOf(row.metrics, metric);
      return { row, tag, series: tag === null ? null : await read.series(row, tag) };
    }));
    return new Response(encodeLines(runLines(drawn, drawing satisfies Drawing)), {
      headers: { "Content-Type": "application/octet-stream" },
    });
  }

  async function tag(c: Context): Promise<Response> {
    const body = await asked(c, TagAsked);
    if (body instanceof Response) return body;
    const rows = rowsOf(await (await reader()).listing(), body.ids);
    if (rows instanceof Response) return rows;
    const to = await store();
    for (const row of rows) {
      const kept = row.tags.filter((each) => !body.remove.includes(each));
      await to.tag(row.id, [...new Set([...kept, ...body.add])]);
    }
    return list(c);
  }

  async function remove(c: Context): Promise<Response> {
    const body = await asked(c, DeleteAsked);
    if (body instanceof Response) return body;
    const rows = rowsOf(await (await reader()).listing(), body.ids);
    if (rows instanceof Response) return rows;
    const running = rows.find(({ state }) => state === "running"); // before any is deleted
    if (running !== undefined) return line(409, `cannot delete ${running.name}: it is running`);
    const from = await store();
    for (const { id } of rows) await from.remove(id);
    return list(c);
  }

  async function live(c: Context): Promise<Response> {
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
      return line(426, "this address is a WebSocket");
    }
    const seen = seenBy(c);
    if (seen === null) return await feed.join(c.req.raw);
    const shares = sharesOf(c).filter(covers);
    return await feed.join(c.req.raw, {
      seen,
      isFull: () => viewers.isFull(shares),
      entered: (socket) => viewers.follow(socket, shares),
    });
  }

  const handled = onStore(reader);

  return [
    { method: "GET", path: "/runs", access: "viewer", covers, handle: page },
    { method: "GET", path: "/runs/list", access: "viewer", covers, handle: handled(list) },
    { method: "POST", path: "/runs/series", access: "viewer", covers, handle: handled(series) },
    { method: "GET", path: "/runs/live", access: "viewer", covers, handle: handled(live) },
    { method: "POST", path: "/runs/tag", access: "owner", handle: handled(tag) },
    { method: "POST", path: "/runs/delete", access: "owner", handle: handled(remove) },
  ];
}
