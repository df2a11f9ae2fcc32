import assert from "node:assert/strict";
import { markdown } from "../../lib/notebook/markdown.ts";
import { safeAddress } from "../../lib/notebook/safe_address.ts";

Deno.test("a link leads to http, https, mailto or the same site, however its address is written", () => {
  const safe = [
    "http://example.org",
    "HTTPS://example.org/?a=b:c",
    "mailto:ada@example.org",
    "#cell",
    "study.html?x=1:2",
    "/runs",
    "./a:b",
    "?next=javascript:1",
    "",
  ];
  const unsafe = [
    "javascript:xss(1)",
    "JaVaScript:xss(1)",
    " javascript:xss(1)",
    "java\tscript:xss(1)",
    "java\nscript:xss(1)",
    "\u0001javascript:xss(1)",
    "\u00a0javascript:xss(1)",
    "javascript\u0000:xss(1)",
    "vbscript:xss(1)",
    "data:text/html,x",
    "data:image/svg+xml,x",
    "blob:x",
    "file:///etc/passwd",
    "view-source:javascript:xss(1)",
    "feed:javascript:xss(1)",
    "//leak.test/x",
    "\\\\leak.test\\x",
    "/\\leak.test",
    "/\t/leak.test",
  ];
  for (const address of safe) assert.equal(safeAddress(address), true, address);
  for (const address of unsafe) assert.equal(safeAddress(address), false, address);
});

Deno.test("prose makes no link to another address: its words stay as they were written", () => {
  assert.equal(markdown("[go](feed:javascript:1)"), "<p>[go](feed:javascript:1)</p>\n");
  assert.equal(markdown("[go](//leak.test)"), "<p>[go](//leak.test)</p>\n");
  assert.equal(markdown("[go](study.html)"), '<p><a href="study.html">go</a></p>\n');
});
