/** The studies and who trains them: their pages, how they stand, what the doctor says, and what is done to them. */
import type { Context } from "hono";
import { z } from "zod";
import type { Store } from "../../lib/store/store.ts";
import type { AssetStore } from "../assets.ts";
import { cachedPage } from "../cached_page.ts";
import type { ChangeFeed } from "../change_feed.ts";
import { fleetPage, studiesPage, studyPage } from "../pages/studies_page.ts";
import { studyNamed } from "../study_address.ts";
import { studyMessage } from "../study_feed.ts";
import type { StudyFeeds } from "../study_feeds.ts";
import type { StudyReader } from "../study_reader.ts";
import { asked } from "./asked.ts";
import { onStore } from "./on_store.ts";
import { line, type Route } from "./route.ts";

export interface StudiesOptions {
  /** rejects with one line when the store cannot be opened */
  readonly store: () => Promise<Store>;
  readonly studies: () => Promise<StudyReader>;
  readonly feeds: StudyFeeds;
  readonly assets: Pick<AssetStore, "addresses">;
}

const PauseAsked = z.strictObject({ paused: z.boolean() });
const RetryAsked = z.strictObject({});

const nameOf = (c: Context): string => studyNamed(c.req.param("name")!);
const unknown = (c: Context): Response => line(404, `unknown study: ${nameOf(c)}`);

async function joined(c: Context, feed: () => ChangeFeed<void>): Promise<Response> {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket") return line(426, "this address is a WebSocket");
  return await feed().join(c.req.raw);
}

export function studiesRoutes({ store, studies, feeds, assets }: StudiesOptions): readonly Route[] {
  const fixed =
    (page: (assets: Awaited<ReturnType<AssetStore["addresses"]>>) => string) => async (c: Context) =>
      cachedPage(c, page(await assets.addresses()));

  const hasStudy = async (c: Context) => await (await store()).studies.get(nameOf(c)) !== null;

  async function page(c: Context): Promise<Response> {
    return await hasStudy(c) ? cachedPage(c, studyPage(nameOf(c), await assets.addresses())) : unknown(c);
  }

  async function trials(c: Context): Promise<Response> {
    const now = await (await studies()).study(nameOf(c));
    return now === null ? unknown(c) : c.json(studyMessage(null, now));
  }

  /** `?curves=1`: also of the curves of the best trials, which takes a moment. */
  async function findings(c: Context): Promise<Response> {
    const reader = await studies(), now = await reader.study(nameOf(c));
    if (now === null) return unknown(c);
    const { findingsOfCurves, findingsOfRows } = await import("../study_findings.ts"); // late: it loads the charts
    return c.json(
      c.req.query("curves") === "1"
        ? await findingsOfCurves(now, (run) => reader.trajectory(run))
        : findingsOfRows(now),
    );
  }

  async function live(c: Context): Promise<Response> {
    return await hasStudy(c) ? await joined(c, () => feeds.of(nameOf(c))) : unknown(c);
  }

  async function pause(c: Context): Promise<Response> {
    const body = await asked(c, PauseAsked);
    if (body instanceof Response) return body;
    await (await store()).studies.pause(nameOf(c), body.paused);
    return c.json(body);
  }

  async function retry(c: Context): Promise<Response> {
    const body = await asked(c, RetryAsked);
    if (body instanceof Response) return body;
    return c.json({ trials: await (await store()).studies.retry(nameOf(c)) });
  }

  const handled = onStore(studies);
  const owners = (
    method: Route["method"],
    path: string,
    handle: (c: Context) => Promise<Response>,
  ): Route => ({
    method,
    path,
    access: "owner",
    handle,
  });
  return [
    owners("GET", "/studies", fixed(studiesPage)),
    owners("GET", "/fleet", fixed(fleetPage)),
    owners("GET", "/fleet/state", handled(async (c) => c.json(await feeds.state()))),
    owners("GET", "/fleet/live", handled((c) => joined(c, () => feeds.fleet))),
    owners("GET", "/studies/:name", handled(page)),
    owners("GET", "/studies/:name/trials", handled(trials)),
    owners("GET", "/studies/:name/findings", handled(findings)),
    owners("GET", "/studies/:name/live", handled(live)),
    owners("POST", "/studies/:name/pause", handled(pause)),
    owners("POST", "/studies/:name/retry", handled(retry)),
  ];
}
