import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { wordAges } from "../../../server/client/ages.ts";
import { timeAgo } from "../../../server/pages/time_ago.ts";

const MINUTE = 60_000;

Deno.test("moments of a page are worded by the reader's clock, and again when it goes on", () => {
  const at = Date.UTC(2026, 10, 22, 8, 30),
    { document } = parseHTML(
      `<p>${timeAgo(at).text}</p><p>${
        timeAgo(at, "short").text
      }</p><p><time datetime="2026-01-01">New Year</time></p>`,
    );
  const words = () => [...document.querySelectorAll("time")].map((time) => time.textContent);
  assert.deepEqual(words(), ["22 Nov 2026, 08:30 UTC", "22 Nov 2026, 08:30 UTC", "New Year"]);
  wordAges(document as unknown as Document, at);
  assert.deepEqual(words(), ["just now", "now", "New Year"]);
  wordAges(document as unknown as Document, at + 4 * MINUTE);
  assert.deepEqual(words(), ["4 min ago", "4 min", "New Year"]);
});
