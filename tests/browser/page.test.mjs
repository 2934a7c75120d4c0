// The playground's page by itself: what it shows, whom it can be used by, and what it must never do.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { sqlite } from "./engines.mjs";
import { stageOn } from "./stage.mjs";

describe("the page", () => {
  const stage = stageOn(sqlite);
  const { open } = stage;

  test("shows which calls a backend makes, without the secrets in them", async () => {
    const playground = await open();
    await playground.register("carla");
    const registration = await playground.shownCalls();
    assert.deepEqual(registration.map(({ name }) => name), [
      "Backend UpsertUser",
      "Backend StartRegistration",
      "Browser navigator.credentials.create",
      "Backend FinishRegistration",
    ]);
    await playground.signIn("carla");
    const login = await playground.shownCalls();
    assert.deepEqual(login.map(({ name }) => name), [
      "Backend StartAuthentication",
      "Browser navigator.credentials.get",
      "Backend FinishAuthentication",
    ]);
    const [rpc, ...request] = login[0].text.split("\n");
    assert.equal(rpc, "keystead.v1.CeremonyService/StartAuthentication");
    assert.deepEqual(JSON.parse(request.join("\n")).user, { externalId: "carla" });
  });

  test("never gets hold of a ceremony token or a session binding", async () => {
    const playground = await open();
    const answers = [];
    playground.page.on("response", (response) => answers.push(response.text()));
    await playground.register("clara");
    await playground.signIn("clara");
    const cookies = await playground.page.context().cookies(`${stage.server.origin}/playground/api/`);
    const session = cookies.find(({ name }) => name === "keystead_session");
    assert.equal(session.value.length, 64);
    assert.equal(await playground.page.evaluate(() => document.cookie), "");
    const seen = (await Promise.all(answers)).join("\n");
    assert.ok(seen.includes("optionsJson") && !seen.includes(session.value));
    assert.ok(!/"ceremonyToken":"(?!‹)/.test(seen), "a token is in an answer");
  });

  test("can be used with the keyboard alone", async () => {
    const playground = await open();
    const { keyboard } = playground.page;
    const says = (text) => playground.result.getByText(text).waitFor();
    await keyboard.press("Tab");
    await keyboard.type("kim");
    await keyboard.press("Enter");
    await says("kim has a new passkey");
    await playground.idle();
    await keyboard.press("Tab");
    await keyboard.press("Tab");
    await keyboard.press("Space");
    await says("kim is signed in");
    await playground.idle();
    await playground.passkeys.getByRole("button").press("Enter");
    await says("The passkey is revoked for good");
    await playground.page.locator("#passkeys-title:focus").waitFor();
  });

  test("tells a browser without passkeys what it needs", async () => {
    const context = await stage.browser.newContext();
    await context.addInitScript(() => delete window.PublicKeyCredential);
    const page = await context.newPage();
    await page.goto(stage.server.origin);
    await page.getByRole("alert").getByText("This browser has no passkeys").waitFor();
    assert.equal(await page.getByRole("button", { name: "Create a passkey" }).isDisabled(), true);
    await context.close();
  });

  test("sends whoever opened it at an address to localhost", async () => {
    const page = await stage.browser.newPage();
    await page.goto(stage.server.origin.replace("localhost", "127.0.0.1"));
    const link = page.getByRole("alert").getByRole("link");
    assert.equal(await link.getAttribute("href"), `${stage.server.origin}/`);
    await page.close();
  });

  test("runs no script that somebody wrote into its markup", async () => {
    const playground = await open();
    await playground.page.route(`${stage.server.origin}/`, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace("</body>", "<script>window.ran = true</script></body>");
      await route.fulfill({ response, body });
    });
    await playground.page.reload();
    assert.equal(await playground.page.locator("body script").count(), 1);
    assert.equal(await playground.page.evaluate(() => window.ran), undefined);
    const [stopped] = playground.faults.splice(0);
    assert.match(stopped, /Content Security Policy/);
  });

  const looks = {
    light: { viewport: { width: 1120, height: 900 }, colorScheme: "light" },
    dark: { viewport: { width: 1120, height: 900 }, colorScheme: "dark" },
    narrow: { viewport: { width: 360, height: 740 }, colorScheme: "light" },
  };
  for (const [look, context] of Object.entries(looks)) {
    test(`fits its window, ${look}`, async () => {
      const playground = await open({ context });
      const out = new URL("../out/", import.meta.url);
      await mkdir(out, { recursive: true });
      const picture = (name) => playground.page.screenshot({ path: fileURLToPath(new URL(name, out)), fullPage: true });

      const { Passkey: id } = await playground.register(look);
      await playground.signIn(look);
      await picture(`playground-${look}-signed-in.png`);
      await playground.revoke(id);
      await playground.signInWithoutName();
      await playground.shownCalls();
      await picture(`playground-${look}-refused.png`);
      const overflow = await playground.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${overflow} px too wide`);
    });
  }
});
