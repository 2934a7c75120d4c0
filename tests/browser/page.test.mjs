// The playground's page by itself: what it shows, whom it can be used by, and what it must never do.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { faintTexts, overflow, press, smallTargets, structuralFaults } from "./accessibility.mjs";
import { Authenticator } from "./chromium.mjs";
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
      "Browser signalAllAcceptedCredentials",
      "Browser signalCurrentUserDetails",
    ]);
    await playground.signIn("carla");
    const login = await playground.shownCalls();
    assert.deepEqual(login.map(({ name }) => name), [
      "Backend StartAuthentication",
      "Browser navigator.credentials.get",
      "Backend FinishAuthentication",
      "Browser signalAllAcceptedCredentials",
      "Browser signalCurrentUserDetails",
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

  test("can be used with the keyboard alone, and keeps its place", async () => {
    const playground = await open();
    const { page } = playground;
    const says = async (text) => {
      await playground.result.getByText(text).waitFor();
      await playground.idle();
    };
    const isOn = (selector) => page.locator(`${selector}:focus`).waitFor();
    await press(page, "Tab", "#name");
    await page.keyboard.type("kim");
    await press(page, "Tab", "[value=register]");
    await page.keyboard.press("Enter");
    await says("kim has a new passkey");
    await isOn("[value=register]");
    await press(page, "Shift+Tab", "[value=signInWithoutName]");
    await page.keyboard.press("Space");
    await says("kim is signed in");

    await press(page, "Tab", "[data-action=rename]");
    await page.keyboard.press("Enter");
    await page.keyboard.type("never mind");
    await page.keyboard.press("Escape");
    await isOn("[data-action=rename]");
    await page.keyboard.press("Enter");
    await page.keyboard.type("blue key");
    await page.keyboard.press("Enter");
    await says("The passkey has another name");
    await isOn("[data-action=rename][aria-label='Rename blue key']");

    await press(page, "Tab", "[data-action=revoke]");
    await page.keyboard.press("Enter");
    await says("the last passkey that its owner can sign in with");
    await isOn("[data-action=revoke]");
    await press(page, "Shift+Tab", "[data-remedy=password]");
    await page.keyboard.press("Enter");
    await says("The passkey is revoked for good");
    await isOn("article[data-state=revoked] h3");

    await press(page, "Shift+Tab", "#sign-out");
    await page.keyboard.press("Enter");
    await says("kim is signed out");
    await isOn("#name");
  });

  test("leaves a person at the button that was pressed, or at its passkey where it is gone", async () => {
    const playground = await open();
    const { Passkey: id } = await playground.register("lena");
    const passkey = playground.page.locator(`[data-credential-id=${id}]`);
    await passkey.locator("[data-action=rename]").press("Enter");
    await passkey.getByRole("button", { name: "Save" }).press("Enter");
    await playground.idle();
    await passkey.locator("[data-action=rename]:focus").waitFor();
    for (const action of ["report-lost", "resume"]) {
      await passkey.locator(`[data-action=${action}]`).press("Enter");
      await playground.idle();
      assert.equal(await passkey.locator(`[data-action=${action}]`).count(), 0);
      await passkey.locator("h3:focus").waitFor();
    }
  });

  test("says aloud what came of a step, and what it waits for", async () => {
    const playground = await open();
    const status = playground.page.getByRole("status");
    const said = [];
    await playground.page.exposeFunction("say", (text) => said.push(text));
    await status.evaluate((node) => {
      new MutationObserver(() => say(node.innerText)).observe(node, { childList: true, subtree: true });
    });
    await playground.register("sonja");
    assert.ok(said.some((text) => text.startsWith("Waiting for your passkey")), said.join("\n---\n"));
    assert.ok(said.some((text) => text.includes("sonja has a new passkey")));
    assert.ok(said.at(-1).includes("What the browser was told"));
  });

  test("offers autofill on the name field, and only to browsers that know it", async () => {
    const playground = await open();
    assert.equal(await playground.page.getByLabel("Name", { exact: true }).getAttribute("autocomplete"), "username webauthn");

    const context = await stage.browser.newContext();
    await context.addInitScript(() => {
      for (const kind of [PublicKeyCredential, Credential]) delete kind.isConditionalMediationAvailable;
    });
    const page = await context.newPage();
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(stage.server.origin, { waitUntil: "networkidle" });
    await page.getByLabel("Name", { exact: true }).click();
    assert.ok(asked.includes("/playground/api/profiles/list"));
    assert.ok(!asked.includes("/playground/api/authentication/start"), asked.join(" "));
    await context.close();
  });

  test("says so where the browser cannot be told what counts", async () => {
    const playground = await open();
    await playground.page.evaluate(() => {
      for (const name of Object.getOwnPropertyNames(PublicKeyCredential)) {
        if (name.startsWith("signal")) delete PublicKeyCredential[name];
      }
    });
    await playground.register("deaf");
    assert.deepEqual(await playground.told(), {
      signalAllAcceptedCredentials: "absent",
      signalCurrentUserDetails: "absent",
    });
    await playground.result.getByText("This browser cannot be told.").first().waitFor();
  });

  test("adds no passkey to the account of somebody who is not signed in", async () => {
    const playground = await open();
    await playground.register("owen");
    await playground.authenticator.isTouched(false);
    await playground.signOut();
    const declined = await playground.register("owen");
    assert.match(declined.text, /^Not done owen has a passkey already/);
    assert.equal(await playground.signedIn(), "");
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
    test(`fits its window and can be read, ${look}`, async () => {
      const playground = await open({ context });
      const { page } = playground;
      const out = new URL("../out/", import.meta.url);
      await mkdir(out, { recursive: true });
      const isFine = async (name) => {
        const path = fileURLToPath(new URL(`playground-${look}-${name}.png`, out));
        await page.screenshot({ path, fullPage: true });
        assert.deepEqual(await structuralFaults(page), []);
        assert.deepEqual(await faintTexts(page), []);
        assert.deepEqual(await smallTargets(page), []);
        assert.ok((await overflow(page)) <= 0, `${await overflow(page)} px too wide`);
      };
      await isFine("empty");

      const { Passkey: id } = await playground.register(`${look}-${"n".repeat(80)}`);
      await Authenticator.of(page, { transport: "usb" });
      await page.getByLabel("Registration profile").selectOption("security-keys");
      await playground.add();
      await playground.rename(id, "w".repeat(120));
      await playground.shownPasskeys();
      await playground.signIn(`${look}-${"n".repeat(80)}`);
      await playground.shownCalls();
      await isFine("signed-in");

      await page.locator("[data-action=rename]").first().click();
      await isFine("renaming");
      await playground.act(id, "report-lost");
      await page.locator("article[data-state=active] [data-action=revoke]").click();
      assert.equal((await playground.idle()).Reason, "WOULD_LOCK_OUT");
      await isFine("refused");
      await playground.haveAPassword();
      await isFine("revoked");
    });
  }
});
