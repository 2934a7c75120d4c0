// The playground as a person meets it: what is labelled so, and what it says.

import { Authenticator } from "./chromium.mjs";

export class Playground {
  /** Opens the page in a browser session of its own, with an authenticator; `options` are those of both. */
  static async open(browser, origin, { context = {}, authenticator = {} } = {}) {
    const session = await browser.newContext(context);
    const page = await session.newPage();
    const playground = new Playground(page);
    playground.authenticator = await Authenticator.of(page, authenticator);
    await page.goto(origin);
    await playground.idle();
    return playground;
  }

  page;
  authenticator;
  /** What the page did wrong: uncaught errors, and what its own policy stopped. */
  faults = [];

  constructor(page) {
    this.page = page;
    page.on("pageerror", (error) => this.faults.push(error.stack));
    page.on("console", (message) => {
      // What the console calls a failure to load is an answer here: a broken rule (400) or a refusal (403).
      const isAnswer = /^Failed to load resource: .* a status of (400|403) /.test(message.text());
      if (message.type() === "error" && !isAnswer) this.faults.push(message.text());
    });
  }

  close() {
    return this.page.context().close();
  }

  get result() {
    return this.page.getByRole("region", { name: "Result" });
  }

  get passkeys() {
    return this.page.getByRole("region", { name: /^Passkeys/ });
  }

  /** Who is signed in; empty: nobody. */
  signedIn() {
    return this.page.locator("#person").getAttribute("data-signed-in");
  }

  async register(name) {
    await this.page.getByLabel("Name", { exact: true }).fill(name);
    return this.#press("Create a passkey");
  }

  async signIn(name) {
    await this.page.getByLabel("Name", { exact: true }).fill(name);
    return this.#press("Sign in");
  }

  signInWithoutName() {
    return this.#press("Sign in without a name");
  }

  /** Loads the page anew, which signs out; where the authenticator is touched at once, autofill signs in. */
  async reload() {
    await this.page.reload();
    return this.idle();
  }

  async signOut() {
    await this.page.locator("#sign-out").click();
    await this.page.locator("#person[data-signed-in='']").waitFor({ state: "attached" });
  }

  /** Adds another passkey of the person signed in. */
  async add() {
    await this.page.locator("#add").click();
    return this.idle();
  }

  async addWithoutDialog() {
    await this.page.locator("#add-without-dialog").click();
    return this.idle();
  }

  async tellBrowser() {
    await this.page.locator("#tell-browser").click();
    return this.idle();
  }

  /** Does what a button of a passkey does: `suspend`, `resume`, `report-lost` or `revoke`. */
  async act(credentialId, action) {
    await this.#passkey(credentialId).locator(`[data-action=${action}]`).click();
    return this.idle();
  }

  async rename(credentialId, name) {
    const passkey = this.#passkey(credentialId);
    await passkey.locator("[data-action=rename]").click();
    await passkey.getByRole("textbox", { name: "New name" }).fill(name);
    await passkey.getByRole("button", { name: "Save" }).click();
    return this.idle();
  }

  /** Takes what the page offers where a user would lock himself out. */
  async haveAPassword() {
    await this.page.locator("[data-remedy=password]").click();
    return this.idle();
  }

  /** Waits until the step is over and everything is shown, and reads the result. */
  async idle() {
    await this.page.locator("#result[aria-busy=false]").waitFor();
    const status = this.page.getByRole("status");
    return { text: await status.innerText(), ...(await facts(status)) };
  }

  /** What the browser was told last: the names of the signals, each with whether it took it. */
  async told() {
    const lines = await this.page.locator("#told li[data-signal]").all();
    const of = async (line) => [await line.getAttribute("data-signal"), await line.getAttribute("data-told")];
    return Object.fromEntries(await Promise.all(lines.map(of)));
  }

  /** The passkeys shown, each with its id, state and facts. */
  async shownPasskeys() {
    const articles = await this.passkeys.getByRole("article").all();
    return Promise.all(
      articles.map(async (article) => {
        await article.locator("details").evaluate((details) => (details.open = true));
        return {
          id: await article.getAttribute("data-credential-id"),
          state: await article.getAttribute("data-state"),
          usable: (await article.getAttribute("data-usable")) === "true",
          lost: (await article.getAttribute("data-lost")) === "true",
          name: await article.locator("h3 .name").innerText(),
          ...(await facts(article)),
        };
      }),
    );
  }

  #passkey(credentialId) {
    return this.page.locator(`article[data-credential-id="${credentialId}"]`);
  }

  /** The events shown, oldest first, each as type and outcome: `authentication.finished success`. */
  async shownEvents() {
    const events = await this.page.locator("#events ol li[data-type]").all();
    const of = async (event) =>
      `${await event.getAttribute("data-type")} ${await event.getAttribute("data-outcome")}`;
    return Promise.all(events.map(of));
  }

  /** The calls shown for the last step, opened: name and text. */
  async shownCalls() {
    const list = this.page.getByRole("list", { name: "How your application does this" });
    const calls = [];
    for (const call of await list.getByRole("listitem").all()) {
      const summary = call.locator("summary");
      await summary.click();
      calls.push({ name: (await summary.innerText()).trim(), text: await call.locator("pre").innerText() });
    }
    return calls;
  }

  async #press(name) {
    await this.page.getByRole("button", { name, exact: true }).click();
    return this.idle();
  }
}

/** A description list as an object. */
async function facts(locator) {
  const terms = await locator.locator("dt").allInnerTexts();
  const values = await locator.locator("dd").allInnerTexts();
  return Object.fromEntries(terms.map((term, index) => [term, values[index]]));
}
