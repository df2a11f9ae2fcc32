import assert from "node:assert/strict";
import { MAX_VIEWERS } from "../../server/limits.ts";
import type { Share } from "../../server/shares.ts";
import { createViewers, placesOf, type Viewers } from "../../server/viewers.ts";

const link = (id: string): Share => ({ id, scope: { notebook: "a.ts" }, created: 0, until: Infinity });
const socket = () => Object.assign(new EventTarget(), { close() {} }) as unknown as WebSocket;

/** Lets in by these links until nobody more may come. */
function fill(viewers: Viewers, by: readonly Share[]): readonly WebSocket[] {
  const came: WebSocket[] = [];
  while (!viewers.isFull(by)) viewers.follow(came[came.push(socket()) - 1], by);
  return came;
}

Deno.test("no link takes the places of all: each has half of what the others leave, and at least fifty", () => {
  const viewers = createViewers({ isOpen: () => true });
  try {
    const taken = [..."abcdefghijk"].map((id) => fill(viewers, [link(id)]).length);
    assert.deepEqual(taken, [1000, 500, 250, 125, 62, 50, 13, 0, 0, 0, 0]);
    assert.equal(taken.reduce((a, b) => a + b), MAX_VIEWERS);
  } finally {
    viewers.close();
  }
});

Deno.test("who leaves makes room for others by the same link, and a second link lets in where the first is full", () => {
  const viewers = createViewers({ isOpen: () => true }), by = [link("a")];
  try {
    const came = fill(viewers, by);
    assert.equal(came.length, placesOf(0));
    assert.equal(viewers.isFull([...by, link("b")]), false);
    came[0].dispatchEvent(new Event("close"));
    came[0].dispatchEvent(new Event("close"));
    assert.equal(fill(viewers, by).length, 1);
  } finally {
    viewers.close();
  }
});
