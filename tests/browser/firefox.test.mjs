// The playground in Firefox, which knows neither the Signal API nor, under WebDriver, autofill: what it can do works, and what
// it cannot do is said.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { after, afterEach, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { engines } from "./engines.mjs";
import { Firefox } from "./firefox.mjs";
import { Keystead } from "./keystead.mjs";

const OUT = fileURLToPath(new URL("../out/", import.meta.url));
const BUTTON = (value) => `button[value=${value}]`;

for (const engine of engines()) {
  describe(`Firefox on ${engine.name}`, () => {
    let server, firefox, phone;

    before(async () => {
      server = await Keystead.start(engine);
      firefox = await Firefox.launch();
    });

    afterEach(() => phone && firefox.removeAuthenticator(phone));

    after(async () => {
      await firefox?.close();
      await server?.stop();
    });

    async function open(options) {
      phone = await firefox.addAuthenticator(options);
      await firefox.open(server.origin);
      await firefox.waitFor("#result[aria-busy=false]");
    }

    async function press(button, name) {
      if (name !== undefined) await firefox.type("#name", name);
      await firefox.click(BUTTON(button));
      await firefox.waitFor("#result[aria-busy=false] #outcome[data-outcome]:not([data-outcome=waiting])");
      return firefox.text("#status");
    }

    const signedIn = () => firefox.evaluate("document.querySelector('#person').dataset.signedIn");
    const told = () =>
      firefox.evaluate("[...document.querySelectorAll('#told li')].map((li) => li.dataset.told)");

    test("a passkey is created, and signs in with a name and without", async () => {
      await open();
      assert.match(await press("register", "paula"), /^Created/);
      assert.equal(await signedIn(), "paula");
      assert.match(await press("signIn", "paula"), /^Signed in/);
      assert.match(await press("signInWithoutName"), /^Signed in/);
      await mkdir(OUT, { recursive: true });
      await writeFile(`${OUT}firefox.png`, await firefox.screenshot());
    });

    test("the page says that this browser cannot be told about its passkeys", async () => {
      await open();
      await press("register", "ruth");
      assert.deepEqual([...new Set(await told())], ["absent"]);
    });

    test("whoever is not verified is not signed in", async () => {
      await open();
      await press("register", "sina");
      await firefox.recognises(phone, false);
      const answer = await press("signIn", "sina");
      assert.match(answer, /MORE_FACTORS_REQUIRED|UV_REQUIRED|NotAllowedError/);
    });

    test("another passkey of the same name on the same device is not made", async () => {
      await open();
      await press("register", "tara");
      assert.match(await press("register", "tara"), /InvalidStateError/);
    });
  });
}
