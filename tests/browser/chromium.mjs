// The distribution's Chromium, with virtual authenticators in the place of phones and security keys.

import { createRequire } from "node:module";

// `require` looks where NODE_PATH says; `import` does not.
const { chromium } = createRequire(import.meta.url)("playwright-core");

/** A browser, with these further arguments. The sandbox needs privileges that containers do not give. */
export function launch(args = []) {
  const executablePath = process.env.KEYSTEAD_CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox", ...args] });
}

const PHONE = {
  protocol: "ctap2",
  ctap2Version: "ctap2_1",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};

/** A virtual authenticator of one page; unless told otherwise, a phone's or laptop's own. */
export class Authenticator {
  static async of(page, options = {}) {
    const session = await page.context().newCDPSession(page);
    await session.send("WebAuthn.enable", { enableUI: false });
    const authenticator = { options: { ...PHONE, ...options } };
    const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", authenticator);
    return new Authenticator(session, authenticatorId);
  }

  #session;
  #id;

  constructor(session, id) {
    [this.#session, this.#id] = [session, id];
  }

  /** Whether the user is recognised from now on, by fingerprint or PIN. */
  recognises(isUserVerified) {
    return this.#send("setUserVerified", { isUserVerified });
  }

  /** Faults of all responses from now on: `isBogusSignature`, `isBadUV`, `isBadUP`. */
  falsifies(bits) {
    return this.#send("setResponseOverrideBits", bits);
  }

  /** Whether it is touched at once when it asks for it; without, it waits. */
  isTouched(enabled) {
    return this.#send("setAutomaticPresenceSimulation", { enabled });
  }

  /** Forgets a credential, as its owner makes it do in the settings of his device. */
  forget(credentialId) {
    return this.#send("removeCredential", { credentialId });
  }

  /** Whether a credential is synced from now on. */
  syncs(credentialId, backupState) {
    return this.#send("setCredentialProperties", { credentialId, backupEligibility: true, backupState });
  }

  /** The credentials it holds. */
  async credentials() {
    return (await this.#send("getCredentials", {})).credentials;
  }

  /** Gives it another's credential. */
  add(credential) {
    return this.#send("addCredential", { credential });
  }

  #send(command, parameters) {
    return this.#session.send(`WebAuthn.${command}`, { authenticatorId: this.#id, ...parameters });
  }
}
