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

  async register(name) {
    await this.page.getByLabel("Name").fill(name);
    return this.#press("Create a passkey");
  }

  async signIn(name) {
    await this.page.getByLabel("Name").fill(name);
    return this.#press("Sign in");
  }

  signInWithoutName() {
    return this.#press("Sign in without a name");
  }

  async revoke(credentialId) {
    return this.#press(`Revoke ${credentialId}`);
  }

  /** Waits until the step is over and everything is shown, and reads the result. */
  async idle() {
    await this.page.locator("#result[aria-busy=false]").waitFor();
    const status = this.page.getByRole("status");
    return { text: await status.innerText(), ...(await facts(status)) };
  }

  /** The passkeys shown, each with its state and facts. */
  async shownPasskeys() {
    const articles = await this.passkeys.getByRole("article").all();
    return Promise.all(
      articles.map(async (article) => {
        const [id, state] = (await article.getByRole("heading").innerText()).split(/\s+/);
        return { id, state, ...(await facts(article)) };
      }),
    );
  }

  /** The events shown, newest first, each as its words before the ids: `authentication.finished success`. */
  async shownEvents() {
    const events = await this.page.getByRole("region", { name: "Events" }).getByRole("listitem").all();
    const words = await Promise.all(events.map((event) => event.locator("p").first().innerText()));
    return words.map((text) => text.replace(/\s+/g, " "));
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
