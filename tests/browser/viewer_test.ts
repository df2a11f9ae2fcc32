/** A viewer's page of a notebook that is too long for one message: prose, and values that stream. */
import assert from "node:assert/strict";
import { openShares } from "../../server/shares.ts";
import { faultsOf } from "./chromium.ts";
import { pageTest } from "./opened.ts";

const PROSE = Array.from(
  { length: 600 },
  (_, i) => `// Line ${i} of a long text that says nothing but its number.\n//\n`,
);
const LARGE = `import { display, live } from "plateau";

// %% words [markdown]
${PROSE.join("")}
// %% grown [server auto]
async function* growing() {
  for (let length = 20_000; length <= 40_000; length += 5000) {
    yield Float64Array.from({ length }, (_, i) => i);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const grown = await live(growing());

// %% shown [browser]
display(\`\${grown.length} values, the last is \${grown.at(-1)}\`);
`;

pageTest("a viewer is sent what is long in pieces, and sees all of it", "small.ts", async (opened) => {
  const { page, browser, origin, project, faults } = opened;
  await Deno.writeTextFile(`${project}/notebooks/large.ts`, LARGE);
  const { key } = await openShares(`${project}/.plateau/shares.json`).add({ notebook: "large.ts" });
  await page.goto(`${origin}/notebooks/large.ts`);
  const context = await browser.newContext(), guest = await context.newPage();
  const faultsThere = faultsOf(guest, origin), sizes: number[] = [];
  guest.setDefaultTimeout(60_000);
  guest.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => sizes.push(payload.length)));
  await guest.goto(`${origin}/shared/${key}`);
  await guest.waitForURL(`${origin}/notebooks/large.ts`);
  await guest.locator("#shown", { hasText: "40000 values, the last is 39999" }).waitFor();
  assert.ok(
    sizes.reduce((sum, size) => sum + size, 0) > 200_000 && Math.max(...sizes) < 20_000,
    sizes.join(" "),
  );
  await Deno.writeTextFile(`${project}/notebooks/large.ts`, LARGE.replace("the last is", "then at the end"));
  await guest.locator("#shown", { hasText: "40000 values, then at the end 39999" }).waitFor();
  assert.deepEqual([...faults, ...faultsThere], []);
  await context.close();
});
