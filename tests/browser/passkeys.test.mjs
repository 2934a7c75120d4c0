// A passkey's whole life in Chromium, on every engine: found by autofill, added, renamed, put aside, lost, ended; and after
// each the browser's own list of passkeys put right by the Signal API.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Authenticator } from "./chromium.mjs";
import { engines } from "./engines.mjs";
import { stageOn } from "./stage.mjs";

const SECURITY_KEY = { transport: "usb", hasResidentKey: false, hasUserVerification: false, isUserVerified: false };
const ALL_TOLD = { signalAllAcceptedCredentials: "yes", signalCurrentUserDetails: "yes" };

for (const engine of engines()) {
  describe(`on ${engine.name}`, () => {
    const stage = stageOn(engine);
    const { open } = stage;

    test("autofill signs in without a name, again and again", async () => {
      const playground = await open();
      await playground.register("audrey");
      for (let visit = 0; visit < 2; visit += 1) {
        await playground.reload();
        await playground.page.locator("#person[data-signed-in=audrey]").waitFor({ state: "attached" });
        assert.deepEqual(await playground.shownEvents(), ["authentication.finished success"]);
        assert.deepEqual(await playground.told(), ALL_TOLD);
      }
    });

    test("autofill waits while nobody picks a passkey, and gives way to a button", async () => {
      const playground = await open();
      await playground.register("bea");
      await playground.authenticator.isTouched(false);
      await playground.reload();
      await playground.page.locator("#name[data-autofill=armed]").waitFor();
      assert.equal(await playground.signedIn(), "");
      await playground.authenticator.isTouched(true);
      assert.match((await playground.signInWithoutName()).text, /^Signed in bea/);
    });

    test("a second passkey is added, and each signs in", async () => {
      const playground = await open();
      await playground.register("cleo");
      const [phone] = await playground.shownPasskeys();
      const key = await Authenticator.of(playground.page, { transport: "usb" });
      const added = await playground.add();
      assert.match(added.text, /^Created/);
      const passkeys = await playground.shownPasskeys();
      assert.deepEqual(passkeys.map(({ state, usable }) => [state, usable]), [["active", true], ["active", true]]);
      const [first] = passkeys.filter(({ id }) => id !== phone.id);
      assert.equal(first.Transports, "usb");
      assert.equal((await key.credentials()).length, 1);
      // The complete list names both: neither device loses its passkey.
      assert.deepEqual(await playground.told(), ALL_TOLD);
      assert.equal((await playground.authenticator.credentials()).length, 1);
    });

    test("renamed, put aside, resumed, lost, found and revoked, and the browser is told each time", async () => {
      const playground = await open();
      await playground.register("dora");
      const spare = await Authenticator.of(playground.page, { transport: "usb" });
      await playground.add();
      const [shown] = (await playground.shownPasskeys()).filter(({ Transports }) => Transports === "internal");
      const state = async () => (await playground.shownPasskeys()).find(({ id }) => id === shown.id);

      await playground.rename(shown.id, "Dora's laptop");
      assert.equal((await state()).name, "Dora's laptop");
      assert.deepEqual(await playground.told(), ALL_TOLD);
      for (const [action, expected, lost] of [
        ["suspend", "suspended", false],
        ["resume", "active", false],
        ["report-lost", "suspended", true],
        ["resume", "active", false],
      ]) {
        await playground.act(shown.id, action);
        const now = await state();
        assert.deepEqual([now.state, now.lost], [expected, lost], action);
        assert.deepEqual(await playground.told(), ALL_TOLD, action);
        // What is put aside may come back: the browser keeps it.
        assert.equal((await playground.authenticator.credentials()).length, 1, action);
      }
      await playground.act(shown.id, "revoke");
      assert.equal((await state()).state, "revoked");
      assert.deepEqual(await playground.told(), ALL_TOLD);
      // The browser has removed the revoked passkey, and that one only.
      assert.deepEqual(await playground.authenticator.credentials(), []);
      assert.equal((await spare.credentials()).length, 1);
      assert.match((await playground.signInWithoutName()).text, /^Signed in dora/);
    });

    test("a suspended passkey does not sign in until it is resumed", async () => {
      const playground = await open();
      await playground.register("ella");
      await Authenticator.of(playground.page, { transport: "usb" });
      await playground.add();
      const [shown] = (await playground.shownPasskeys()).filter(({ Transports }) => Transports === "internal");
      await playground.act(shown.id, "suspend");
      const other = await playground.shownPasskeys();
      assert.deepEqual(other.map(({ usable }) => usable).sort(), [false, true]);
      await playground.act(shown.id, "resume");
      assert.match((await playground.signIn("ella")).text, /^Signed in ella/);
    });

    test("the last way in is not revoked by mistake, and is by who has a password", async () => {
      const playground = await open();
      const { Passkey: id } = await playground.register("fay");
      const refused = await playground.act(id, "revoke");
      assert.equal(refused.Reason, "WOULD_LOCK_OUT");
      assert.equal((await playground.shownPasskeys())[0].state, "active");
      assert.equal((await playground.authenticator.credentials()).length, 1);
      await playground.haveAPassword();
      assert.equal((await playground.shownPasskeys())[0].state, "revoked");
      assert.deepEqual(await playground.authenticator.credentials(), []);
    });

    test("a new name of the user reaches the browser's list", async () => {
      const playground = await open();
      await playground.register("gina");
      await stage.server.call("UserService/UpsertUser", { externalId: "gina", displayName: "Gina Berg" });
      await playground.tellBrowser();
      assert.deepEqual(await playground.told(), ALL_TOLD);
      const [kept] = await playground.authenticator.credentials();
      assert.equal(kept.userDisplayName, "Gina Berg");
    });

    test("a security key without PIN is a second factor and signs nobody in", async () => {
      const playground = await open();
      await playground.register("hanna");
      const key = await Authenticator.of(playground.page, SECURITY_KEY);
      await playground.page.getByLabel("Registration profile").selectOption("security-keys");
      assert.match((await playground.add()).text, /^Created/);
      const [second] = (await playground.shownPasskeys()).filter(({ Transports }) => Transports === "usb");
      assert.deepEqual([second.state, second.usable], ["active", false]);
      assert.match(second["Counts as"], /second factor/i);

      // Without the phone at hand, the key alone is not enough.
      for (const { credentialId } of await playground.authenticator.credentials()) {
        await playground.authenticator.forget(credentialId);
      }
      const refused = await playground.signIn("hanna");
      assert.equal(refused.Reason, "MORE_FACTORS_REQUIRED");
      assert.equal((await key.credentials()).length, 1);
    });

    test("a passkey deleted on its device is not found, and another takes its place", async () => {
      const playground = await open();
      await playground.register("ida");
      const [{ credentialId }] = await playground.authenticator.credentials();
      await playground.authenticator.forget(credentialId);
      const declined = await playground.signIn("ida");
      assert.match(declined.text, /^Not done/);
      assert.equal(declined.Reason, "NotAllowedError");
      assert.match((await playground.register("ida")).text, /^Created/);
      const states = (await playground.shownPasskeys()).map(({ state }) => state);
      assert.deepEqual(states, ["active", "active"], "the old one is kept: the device may not be the only one");
      assert.match((await playground.signIn("ida")).text, /^Signed in ida/);
    });

    test("a clone whose counter lags behind signs in and leaves a mark", async () => {
      const playground = await open();
      await playground.register("jana");
      const [copy] = await playground.authenticator.credentials();
      for (let login = 0; login < 3; login += 1) await playground.signIn("jana");
      await playground.authenticator.forget(copy.credentialId);
      await playground.authenticator.add(copy);
      assert.match((await playground.signIn("jana")).text, /^Signed in jana/);
      assert.deepEqual((await playground.shownEvents()).sort(), [
        "authentication.finished success",
        "credential.counter_regressed noted",
      ]);
    });

    test("a passkey that stops being synced is shown so", async () => {
      const synced = { defaultBackupEligibility: true, defaultBackupState: true };
      const playground = await open({ authenticator: synced });
      await playground.register("kate");
      const sync = async () => (await playground.shownPasskeys())[0].Sync;
      assert.match(await sync(), /^synced/);
      const [{ credentialId }] = await playground.authenticator.credentials();
      await playground.authenticator.syncs(credentialId, false);
      await playground.signIn("kate");
      assert.doesNotMatch(await sync(), /^synced/);
      assert.deepEqual((await playground.shownEvents()).sort(), [
        "authentication.finished success",
        "credential.backup_state_lost noted",
      ]);
    });

    for (const transport of ["usb", "nfc", "ble", "internal"]) {
      test(`an authenticator over ${transport} registers and signs in`, async () => {
        const playground = await open({ authenticator: { transport } });
        await playground.register(`lena-${transport}`);
        const [shown] = await playground.shownPasskeys();
        assert.equal(shown.Transports, transport);
        assert.match((await playground.signInWithoutName()).text, /^Signed in lena-/);
      });
    }

    test("a name nobody has is asked for keys, always the same, that no authenticator holds", async () => {
      const playground = await open();
      await playground.register("mia");
      const [own] = await playground.authenticator.credentials();
      // What a browser then shows depends on the transports of the keys: the page's own request is enough.
      const asked = () =>
        playground.page.evaluate(async () => {
          const headers = { "content-type": "application/json" };
          const body = JSON.stringify({ name: "a stranger" });
          const answer = await fetch("/playground/api/authentication/start", { method: "POST", headers, body });
          return JSON.parse((await answer.json()).optionsJson).allowCredentials.map(({ id }) => id);
        });
      const decoys = await asked();
      assert.ok(decoys.length >= 1 && !decoys.includes(own.credentialId));
      assert.deepEqual(await asked(), decoys);
    });

    test("where the browser makes no passkey without a dialog, the page says so and nothing is lost", async () => {
      const playground = await open();
      await playground.register("nele");
      const declined = await playground.addWithoutDialog();
      assert.match(declined.text, /^Not done/);
      assert.equal((await playground.shownPasskeys()).length, 1);
      assert.equal(await playground.signedIn(), "nele");
    });

    for (const [algorithm, name] of [[-257, "RS256"], [-48, "ML-DSA-44"], [-49, "ML-DSA-65"], [-50, "ML-DSA-87"]]) {
      test(`a key of ${name} registers and signs in where a profile asks for it`, async () => {
        const profile = `only${algorithm}`;
        const made = { profile: { name: profile, algorithms: [algorithm] } };
        await stage.server.call("AdminService/CreateRegistrationProfile", made);
        const playground = await open();
        await playground.page.getByLabel("Registration profile").selectOption(profile);
        await playground.register(`olga${algorithm}`);
        const [shown] = await playground.shownPasskeys();
        assert.equal(shown.Profile, profile);
        assert.match(shown.Algorithm, new RegExp(`\\(${algorithm}\\)$`));
        assert.match((await playground.signInWithoutName()).text, /^Signed in olga/);
      });
    }
  });
}
