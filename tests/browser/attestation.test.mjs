// What Chromium's authenticators say of themselves where a registration profile asks for it, on every engine.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { engines } from "./engines.mjs";
import { stageOn } from "./stage.mjs";

const ASKING = { attestation: "ATTESTATION_CONVEYANCE_DIRECT" };

/** A certificate that is nobody's here, in base64, as JSON has it. */
const STRANGER = new URL("../authenticator/keys/batch_certificate.der", import.meta.url);

for (const engine of engines()) {
  describe(`on ${engine.name}`, () => {
    const stage = stageOn(engine);

    /** Makes a profile the newest of its name. */
    function makeProfile(name, more) {
      const profile = { name, ...ASKING, ...more };
      return stage.server.call("AdminService/CreateRegistrationProfile", { profile });
    }

    /** The playground where this profile is chosen. */
    async function openWith(profile) {
      const playground = await stage.open();
      await playground.page.getByLabel("Registration profile").selectOption(profile);
      return playground;
    }

    test("a statement that holds proves nothing while nobody is trusted", async () => {
      await makeProfile("asking");
      const playground = await openWith("asking");
      assert.match((await playground.register("anna")).text, /^Created anna has a new passkey/);
      const [passkey] = await playground.shownPasskeys();
      assert.equal(passkey.Attestation, "packed, unverified");
      assert.match(passkey["Kept by"], /not attested$/);
      assert.match((await playground.signInWithoutName()).text, /^Signed in anna/);
    });

    test("a key of a maker who is trusted is trusted", async () => {
      await makeProfile("trusting");
      const playground = await openWith("trusting");
      // Chromium makes its certificate anew for each key: whom to trust is known once it answered, and judged after that.
      await playground.page.route("**/playground/api/registration/finish", async (route) => {
        const attestationRoots = [certificateIn(route.request().postData()).toString("base64")];
        await makeProfile("trusting", { attestationRoots });
        await route.continue();
      });
      assert.match((await playground.register("berta")).text, /^Created berta has a new passkey/);
      const [passkey] = await playground.shownPasskeys();
      assert.equal(passkey.Attestation, "packed, trusted");
      assert.doesNotMatch(passkey["Kept by"], /not attested/);
      assert.match((await playground.signInWithoutName()).text, /^Signed in berta/);
    });

    test("a key of anybody else is refused, or kept as one whose attestation failed", async () => {
      const attestationRoots = [(await readFile(STRANGER)).toString("base64")];
      await makeProfile("strict", { attestationRoots });
      await makeProfile("lenient", { attestationRoots, untrustedAttestation: "UNTRUSTED_ATTESTATION_ACCEPT" });
      const strict = await openWith("strict");
      const answered = strict.page.waitForResponse("**/playground/api/registration/finish");
      await strict.register("carla");
      // The page itself goes on to sign in: the authenticator has kept the key that was refused, and offers it.
      const refused = await (await answered).json();
      assert.equal(refused.reason, "ATTESTATION_UNTRUSTED");
      assert.match(refused.sentence, /^Nobody whom the registration profile trusts/);

      const lenient = await openWith("lenient");
      assert.match((await lenient.register("carla")).text, /^Created carla has a new passkey/);
      const [passkey] = await lenient.shownPasskeys();
      assert.equal(passkey.Attestation, "packed, failed");
      assert.match((await lenient.signInWithoutName()).text, /^Signed in carla/);
    });
  });
}

/** The certificate of the packed statement in a request: the first of `x5c`, with its length in two bytes before it. */
function certificateIn(request) {
  const object = Buffer.from(/attestationObject\\?":\\?"([\w-]+)/.exec(request)[1], "base64url");
  const start = object.indexOf("x5c") + 7;
  return object.subarray(start, start + object.readUInt16BE(start - 2));
}
