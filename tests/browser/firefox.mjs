// The distribution's Firefox, over WebDriver (W3C), with virtual authenticators of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** Long enough for a busy machine to start a browser. */
const PATIENCE = 60_000;

/** How an element is called in WebDriver's answers. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Firefox makes virtual authenticators only where its own software token may stand in, and attests without a question then. */
const PREFERENCES = {
  "security.webauth.webauthn_enable_softtoken": true,
  "security.webauth.webauthn_enable_usbtoken": false,
  "security.webauthn.always_allow_direct_attestation": true,
};

const PHONE = {
  protocol: "ctap2",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserConsenting: true,
  isUserVerified: true,
};

/** One browser with one page. */
export class Firefox {
  static async launch() {
    const port = await unusedPort();
    const driver = spawn(process.env.KEYSTEAD_GECKODRIVER ?? "geckodriver", ["--port", String(port)], {
      stdio: "ignore",
    });
    await once(driver, "spawn");
    const firefox = new Firefox(driver, `http://127.0.0.1:${port}`);
    try {
      await firefox.#begin();
      return firefox;
    } catch (error) {
      driver.kill();
      throw error;
    }
  }

  #driver;
  #address;
  #session;

  constructor(driver, address) {
    [this.#driver, this.#address] = [driver, address];
  }

  /** Opens an address. */
  open(url) {
    return this.#send("POST", "/url", { url });
  }

  /** A virtual authenticator; unless told otherwise, a phone's or laptop's own. Answers with its id. */
  addAuthenticator(options = {}) {
    return this.#send("POST", "/webauthn/authenticator", { ...PHONE, ...options });
  }

  removeAuthenticator(id) {
    return this.#send("DELETE", `/webauthn/authenticator/${id}`);
  }

  /** Whether the user is recognised from now on, by fingerprint or PIN. */
  recognises(id, isUserVerified) {
    return this.#send("POST", `/webauthn/authenticator/${id}/uv`, { isUserVerified });
  }

  /** What an expression is in the page; a promise is waited for. */
  evaluate(expression) {
    return this.#send("POST", "/execute/sync", { script: `return (${expression});`, args: [] });
  }

  /** Types into the element, as a person does. */
  async type(selector, text) {
    const element = await this.#find(selector);
    await this.#send("POST", `/element/${element}/clear`, {});
    if (text) await this.#send("POST", `/element/${element}/value`, { text });
  }

  async click(selector) {
    await this.#send("POST", `/element/${await this.#find(selector)}/click`, {});
  }

  /** What a person reads there. */
  async text(selector) {
    return this.#send("GET", `/element/${await this.#find(selector)}/text`);
  }

  /** Waits until there is such an element. */
  async waitFor(selector) {
    const late = Date.now() + PATIENCE;
    while (Date.now() < late) {
      if (await this.evaluate(`document.querySelector(${JSON.stringify(selector)}) !== null`)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${selector} did not appear:\n${await this.evaluate("document.body.innerText")}`);
  }

  /** A picture of the page, PNG. */
  async screenshot() {
    return Buffer.from(await this.#send("GET", "/screenshot"), "base64");
  }

  async close() {
    await this.#send("DELETE", "").catch(() => {});
    const ended = once(this.#driver, "exit");
    this.#driver.kill();
    await ended;
  }

  async #begin() {
    const options = { args: ["-headless"], binary: process.env.KEYSTEAD_FIREFOX ?? "/usr/bin/firefox-esr", prefs: PREFERENCES };
    const capabilities = { alwaysMatch: { browserName: "firefox", "moz:firefoxOptions": options } };
    const late = Date.now() + PATIENCE;
    for (;;) {
      try {
        const begun = await this.#request("POST", "/session", { capabilities });
        this.#session = begun.sessionId;
        return;
      } catch (error) {
        // The driver is not listening yet.
        if (error.cause?.code !== "ECONNREFUSED" || Date.now() > late) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async #find(selector) {
    const found = await this.#send("POST", "/element", { using: "css selector", value: selector });
    return found[ELEMENT];
  }

  #send(method, path, body) {
    return this.#request(method, `/session/${this.#session}${path}`, body);
  }

  async #request(method, path, body) {
    const headers = { "content-type": "application/json" };
    const response = await fetch(this.#address + path, { method, headers, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }
}

async function unusedPort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
