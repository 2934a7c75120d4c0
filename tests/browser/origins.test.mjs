// Pages of several domains in Chromium: related origins found by the browser itself in `/.well-known/webauthn`, and a page
// framed by another domain.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Authenticator, launch } from "./chromium.mjs";
import { sqlite } from "./engines.mjs";
import { Internet } from "./internet.mjs";
import { Keystead } from "./keystead.mjs";

const RP_ID = "login.example";

describe("pages of several domains", () => {
  let server, internet, browser;

  before(async () => {
    server = await Keystead.start(sqlite);
    internet = await Internet.start(server.origin);
    browser = await launch(internet.args);
    await server.call("AdminService/CreateRelyingParty", {
      rpId: RP_ID,
      origins: ["https://login.example"],
      relatedOrigins: ["https://shop.example"],
      topOrigins: ["https://portal.example"],
    });
  });

  after(async () => {
    await browser?.close();
    await internet?.stop();
    await server?.stop();
  });

  /** Opens an address, with an authenticator. */
  async function open(url) {
    const page = await (await browser.newContext()).newPage();
    await Authenticator.of(page);
    await page.goto(url);
    return page;
  }

  /** Registers in this page or frame, and logs in there without a name. */
  async function registerAndLogIn(page, name) {
    const user = { externalId: name };
    await server.call("UserService/UpsertUser", user);
    const registration = await server.call("CeremonyService/StartRegistration", { user, rpId: RP_ID });
    await server.call("CeremonyService/FinishRegistration", {
      user,
      ceremonyToken: registration.ceremonyToken,
      credentialJson: await create(page, registration.optionsJson),
    });
    const login = await server.call("CeremonyService/StartAuthentication", { rpId: RP_ID });
    return server.call("CeremonyService/FinishAuthentication", {
      ceremonyToken: login.ceremonyToken,
      credentialJson: await get(page, login.optionsJson),
    });
  }

  test("the relying party's own page registers and logs in", async () => {
    const page = await open("https://login.example/");
    const finished = await registerAndLogIn(page, "own");
    assert.equal(finished.authentication.user.externalId, "own");
    assert.equal(finished.authentication.credential.lastUse.origin, "https://login.example");
  });

  test("a page of a related origin registers and logs in with the relying party's passkeys", async () => {
    const page = await open("https://shop.example/");
    const finished = await registerAndLogIn(page, "related");
    assert.equal(finished.authentication.credential.lastUse.origin, "https://shop.example");
    assert.equal(finished.authentication.credential.rpId, RP_ID);
  });

  test("a page that is not listed is turned away by the browser", async () => {
    const page = await open("https://portal.example/");
    const login = await server.call("CeremonyService/StartAuthentication", { rpId: RP_ID });
    await assert.rejects(get(page, login.optionsJson), /SecurityError|relying party ID/);
  });

  test("a page framed by a top origin of the relying party registers and logs in", async () => {
    const page = await open("https://portal.example/framing");
    const frame = page.frames().find((frame) => frame.url() === "https://login.example/");
    assert.ok(frame, "the frame is there");
    const finished = await registerAndLogIn(frame, "framed");
    assert.equal(finished.authentication.user.externalId, "framed");
  });

  test("framed by anybody else it is refused", async () => {
    const page = await open("https://shop.example/framing");
    const frame = page.frames().find((frame) => frame.url() === "https://login.example/");
    await assert.rejects(registerAndLogIn(frame, "trapped"), /TOP_ORIGIN_MISMATCH/);
  });
});

function create(page, optionsJson) {
  return page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(json));
    return JSON.stringify((await navigator.credentials.create({ publicKey })).toJSON());
  }, optionsJson);
}

function get(page, optionsJson) {
  return page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(json));
    return JSON.stringify((await navigator.credentials.get({ publicKey })).toJSON());
  }, optionsJson);
}
