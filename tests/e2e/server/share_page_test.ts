/** Sharing as people meet it: the owner's dialog, and the page of who was given a link. */
import assert from "node:assert/strict";
import { faultsOf } from "../../browser/chromium.ts";
import { lines, readerTest } from "../../server/small_page.ts";

readerTest(
  "the owner makes a link, who has it looks and moves what the page computes, until it is revoked",
  async (opened) => {
    const { page, origin } = opened, dialog = page.locator("#share-with");
    await page.click("#share");
    await dialog.getByRole("heading", { name: "Share small.ts" }).waitFor();
    await dialog.getByLabel("The link expires after").selectOption("1 day");
    await dialog.getByRole("button", { name: "Make a link" }).click();
    const link = await dialog.getByLabel("Link", { exact: true }).inputValue();
    assert.match(link, new RegExp(`^${origin}/shared/[a-z0-9]{8}\\.[\\w-]{43}$`));
    const row = dialog.locator("tbody tr");
    await row.first().waitFor();
    assert.equal(await row.count(), 1);
    assert.match(await row.innerText(), /^small\.ts\s.*23 h/s);

    const context = await page.context().browser()!.newContext();
    const guest = await context.newPage(), faults = faultsOf(guest, origin);
    guest.setDefaultTimeout(60_000);
    await guest.goto(link);
    await guest.waitForURL(`${origin}/notebooks/small.ts`);
    await guest.locator(".finding", { hasText: "The count stands at 20 of 20" }).waitFor();
    for (const id of ["run", "stop", "restart", "share"]) {
      assert.equal(await guest.locator(`#${id}`).isVisible(), false, id);
    }
    assert.equal(await guest.locator("a[href='/'], a[href='/runs']").count(), 0);
    const field = (label: string) =>
      guest.locator(".inputs form", { hasText: label }).locator("input[type=range]");
    assert.equal(await field("Count to").isDisabled(), true);
    await guest.locator("#chart .plot").first().waitFor();
    const before = await lines(guest);
    await field("Shift").press("ArrowRight");
    await guest.locator(".finding", { hasText: "the shift is 3" }).waitFor();
    await guest.waitForFunction(() => document.querySelector("#chart .plot") !== null);
    assert.equal(before.length, (await lines(guest)).length);
    assert.ok(
      (await page.locator(".finding").innerText()).includes("the shift is 2"),
      "the owner's page stays",
    );
    assert.deepEqual(faults, []);

    await row.getByRole("button", { name: /^Revoke/ }).click();
    await guest.locator("#connection", { hasText: "This link is no longer open" }).waitFor();
    assert.equal(await row.count(), 0);
    await guest.reload();
    await guest.getByRole("heading", { name: "Not signed in" }).waitFor();
    await guest.goto(link);
    await guest.getByRole("heading", { name: "This link is not open" }).waitFor();
    await context.close();
    await dialog.getByRole("button", { name: "Close" }).click();
  },
);
