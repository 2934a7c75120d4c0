// The playground's ceremonies in Chromium, on every engine: page, server and database are the real ones; only the
// authenticators are virtual.

import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { describe, test } from "node:test";

import { engines } from "./engines.mjs";
import { stageOn } from "./stage.mjs";

for (const engine of engines()) {
  describe(`on ${engine.name}`, () => {
    const { open } = stageOn(engine);

    test("a passkey is registered, and logs in with a name and without one", async () => {
      const playground = await open();

      const created = await playground.register("anna");
      assert.match(created.text, /^Created anna has a new passkey/);
      const [fresh] = await playground.shownPasskeys();
      assert.match(fresh.id, /^cred_[0-9a-z]{26}$/);
      assert.equal(created.Passkey, fresh.id);
      assert.equal(fresh.state, "active");
      assert.equal(fresh["Relying party"], "localhost");
      assert.equal(fresh.Algorithm, "ES256 (-7)");
      assert.equal(fresh.Sync, "bound to this device");
      assert.equal(fresh.Transports, "internal");
      assert.equal(fresh["Last used"], "never");

      const named = await playground.signIn("anna");
      assert.match(named.text, /^Signed in anna is signed in/);
      assert.match(named.Who, /^usr_[0-9a-z]{26}$/);
      assert.equal(named.Method, "passkey_uv");
      assert.equal(named.amr, "hwk user mfa");
      assert.equal(named.Passkey, fresh.id);

      await playground.page.getByLabel("Name", { exact: true }).fill("");
      const discovered = await playground.signInWithoutName();
      assert.match(discovered.text, /^Signed in anna is signed in/);
      assert.equal(discovered.Who, named.Who);
      assert.equal(await playground.page.getByLabel("Name", { exact: true }).inputValue(), "anna");

      const [used] = await playground.shownPasskeys();
      assert.ok(Number(used["Sign count"]) > Number(fresh["Sign count"]), "the sign count rises");
      assert.notEqual(used["Last used"], "never");
      assert.deepEqual(await playground.shownEvents(), ["authentication.finished success"]);
    });

    test("a synced passkey is shown as one and is a software key", async () => {
      const synced = { defaultBackupEligibility: true, defaultBackupState: true };
      const playground = await open({ authenticator: synced });
      await playground.register("synced");
      const [passkey] = await playground.shownPasskeys();
      assert.equal(passkey.Sync, "synced");
      assert.equal((await playground.signIn("synced")).amr, "swk user mfa");
    });

    test("a revoked passkey no longer logs in, with a name or without", async () => {
      const playground = await open();
      const { Passkey: id } = await playground.register("rita");
      const [kept] = await playground.authenticator.credentials();

      await playground.act(id, "revoke");
      assert.match((await playground.haveAPassword()).text, /^Revoked/);
      const [passkey] = await playground.shownPasskeys();
      assert.deepEqual([passkey.id, passkey.state], [id, "revoked"]);
      assert.equal(await playground.passkeys.locator("[data-action]").count(), 0);

      // The browser has forgotten it; a device that was not told still presents it.
      await playground.authenticator.add(kept);
      const refused = await playground.signInWithoutName();
      assert.match(refused.text, /^Refused This passkey was revoked/);
      assert.equal(refused.Reason, "CREDENTIAL_REVOKED");
      assert.match(refused["What to do"], /create a new one/);
      assert.deepEqual(await playground.shownEvents(), ["authentication.finished refused"]);
      assert.deepEqual(await playground.told(), {}, "what is known and revoked is not called unknown");
    });

    test("whoever is not verified is not signed in", async () => {
      const playground = await open();
      await playground.register("vera");

      await playground.authenticator.recognises(false);
      const declined = await playground.signInWithoutName();
      assert.match(declined.text, /^Not done The browser gave no passkey/);
      assert.equal(declined.Reason, "NotAllowedError");

      await playground.authenticator.recognises(true);
      await playground.authenticator.falsifies({ isBadUV: true });
      const named = await playground.signIn("vera");
      assert.match(named.text, /^Refused The key was touched/);
      assert.equal(named.Reason, "MORE_FACTORS_REQUIRED");
      const discovered = await playground.signInWithoutName();
      assert.equal(discovered.Reason, "UV_REQUIRED");
    });

    test("a bogus signature is refused", async () => {
      const playground = await open();
      await playground.register("siegfried");
      await playground.authenticator.falsifies({ isBogusSignature: true });
      const refused = await playground.signIn("siegfried");
      assert.match(refused.text, /^Refused The signature does not verify/);
      assert.equal(refused.Reason, "SIGNATURE_INVALID");
      assert.deepEqual(await playground.shownEvents(), ["authentication.finished refused"]);
    });

    test("an authenticator that holds a passkey of the name makes no second one", async () => {
      const playground = await open();
      await playground.register("egon");
      const declined = await playground.register("egon");
      assert.match(declined.text, /^Not done This authenticator already holds a passkey of this name/);
      assert.equal(declined.Reason, "InvalidStateError");
      assert.equal((await playground.shownPasskeys()).length, 1);
    });

    test("an authenticator whose passkey was revoked may make another", async () => {
      const playground = await open();
      const { Passkey: id } = await playground.register("rosa");
      await playground.act(id, "revoke");
      await playground.haveAPassword();
      assert.match((await playground.register("rosa")).text, /^Created/);
      assert.deepEqual((await playground.shownPasskeys()).map(({ state }) => state), ["active", "revoked"]);
    });

    test("where there is no passkey at all the page says so", async () => {
      const playground = await open();
      const declined = await playground.signInWithoutName();
      assert.match(declined.text, /^Not done The browser gave no passkey/);
      assert.equal(declined.Reason, "NotAllowedError");
    });

    test("a passkey that was never registered here is refused, and the browser forgets it", async () => {
      const playground = await open();
      const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      await playground.authenticator.add({
        credentialId: randomBytes(32).toString("base64"),
        isResidentCredential: true,
        rpId: "localhost",
        privateKey: privateKey.export({ format: "der", type: "pkcs8" }).toString("base64"),
        userHandle: randomBytes(64).toString("base64"),
        signCount: 1,
      });
      const refused = await playground.signInWithoutName();
      assert.match(refused.text, /^Refused This passkey was never registered here/);
      assert.equal(refused.Reason, "CREDENTIAL_UNKNOWN");
      assert.deepEqual(await playground.authenticator.credentials(), []);
    });

    test("a name longer than an id may be is pointed out", async () => {
      const playground = await open();
      const failed = await playground.register("ä".repeat(200));
      assert.match(failed.text, /^Failed A field breaks a rule/);
      assert.equal(failed.Detail, "user.external_id must have 1 to 255 bytes");
    });

    test("a ceremony is finished once, and by the browser session that started it", async () => {
      const playground = await open();
      await playground.register("otto");
      const cookies = [];
      const finishes = [];
      await playground.page.route("**/authentication/finish", async (route) => {
        cookies.push(...(await playground.page.context().cookies(route.request().url())));
        finishes.push(route.request().postData());
        await route.continue();
      });
      await playground.signIn("otto");

      const ceremony = cookies.find(({ name }) => name === "keystead_ceremony");
      assert.ok(ceremony.httpOnly && ceremony.sameSite === "Strict", "no script and no other site gets the token");
      const repeat = async (cookie) => {
        await playground.page.context().addCookies([cookie]);
        return playground.page.evaluate(async ([body]) => {
          const headers = { "content-type": "application/json" };
          const answer = await fetch("/playground/api/authentication/finish", { method: "POST", headers, body });
          return (await answer.json()).reason;
        }, finishes);
      };
      assert.equal(await repeat(ceremony), "CEREMONY_CONSUMED");
      await playground.page.context().clearCookies({ name: "keystead_session" });
      assert.equal(await repeat(ceremony), "CEREMONY_FOREIGN");
      await playground.page.context().clearCookies();
      assert.equal(await repeat({ ...ceremony, value: "forged" }), "CEREMONY_TOKEN_INVALID");
    });
  });
}
