/** A notebook reads outside its project only once a person has said so, in a page that no script can reach. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { startServer } from "../server/fixture.ts";
import { chromiumTest, openChromium } from "./chromium.ts";

async function inPage(act: (page: Page, file: string, origin: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/seven.txt`;
  await Deno.writeTextFile(file, "seven..");
  const running = await startServer(["reader.ts"]);
  let browser: Browser | undefined;
  try {
    browser = await openChromium();
    const page = await browser.newPage();
    await page.goto(running.server.address);
    await page.goto(`${running.origin}/notebooks/reader.ts`);
    await page.getByText(/\d+ characters/).waitFor();
    await act(page, file, running.origin);
  } finally {
    await browser?.close();
    await running.end();
    await Deno.remove(folder, { recursive: true });
  }
}

const ask = async (page: Page, file: string) => {
  await page.getByRole("textbox", { name: "File" }).fill(file);
  await page.getByRole("textbox", { name: "File" }).press("Enter");
  await page.getByText(`reading ${file} is not allowed`).waitFor();
};

chromiumTest(
  "a path outside the project is read once its owner has allowed it by name",
  () =>
    inPage(async (page, file) => {
      await ask(page, file);
      await page.getByRole("button", { name: `Allow reading ${file}` }).click();
      await page.getByText(file, { exact: true }).waitFor();
      await page.getByRole("button", { name: "Do not allow" }).click();
      await page.getByText(`reading ${file} is not allowed`).waitFor();

      await page.getByRole("button", { name: `Allow reading ${file}` }).click();
      await page.getByRole("button", { name: "Allow reading" }).click();
      await page.getByText("7 characters").waitFor();
      await page.getByText(`May also read ${file}.`).waitFor();
      assert.match(page.url(), /\/notebooks\/reader\.ts$/);
    }),
);

chromiumTest(
  "the scripts of a notebook cannot allow anything by themselves",
  () =>
    inPage(async (page, file, origin) => {
      await ask(page, file);
      const address = `${origin}/notebooks/reader.ts/allow?read=${encodeURIComponent(file)}`;
      const tried = await page.evaluate(async (address) => {
        const fetched = (await fetch(address)).status;
        const frame = document.body.appendChild(document.createElement("iframe"));
        frame.src = address;
        const opened = globalThis.open(address)!;
        await new Promise((resolve) => setTimeout(resolve, 2000));
        const reach = (view: Window) => {
          try {
            return view.document.querySelector("button")?.textContent ?? "no button";
          } catch (error) {
            return (error as Error).name;
          }
        };
        const form = { method: "POST", body: new URLSearchParams({ ticket: "guess", answer: "allow" }) };
        return {
          fetched,
          framed: reach(frame.contentWindow!),
          opened: reach(opened),
          guessed: (await fetch("/allow", form)).status,
        };
      }, address);
      assert.equal(tried.fetched, 403);
      assert.notEqual(tried.framed, "Allow reading");
      assert.equal(tried.opened, "SecurityError");
      assert.equal(tried.guessed, 403);
      assert.equal(await page.getByText("7 characters").count(), 0);
    }),
);

chromiumTest("what no cell has tried to read is not asked about", () =>
  inPage(async (page, _, origin) => {
    const response = await page.goto(`${origin}/notebooks/reader.ts/allow?read=%2Fetc%2Fpasswd`);
    assert.equal(response?.status(), 404);
    assert.equal(await page.getByRole("button").count(), 0);
  }));
