// Conditional UI: while nobody is signed in, the browser offers passkeys among its suggestions for the name field.

import { ask } from "./api.js";
import { suggest } from "./passkeys.js";

/** A ceremony ends some time after it was started; it is replaced before, at this part of its time. */
const RENEWED_AT = 0.8;
const SHORTEST_TIME = 60_000;

export class Autofill {
  #field;
  #onAnswer;
  #controller = null;
  /** Over as soon as the browser has let go of the request. */
  #over = Promise.resolve();
  #renewal;
  /** Whether somebody did something on the page since it was armed. */
  #touched = true;
  #wanted = false;
  #isSupported = Boolean(window.PublicKeyCredential?.isConditionalMediationAvailable);

  /** `onAnswer` gets the browser's answer, the calls that led to it and the ceremony's id. */
  constructor(field, onAnswer) {
    [this.#field, this.#onAnswer] = [field, onAnswer];
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => (this.#touched = true));
    for (const kind of ["pointerdown", "focus"]) field.addEventListener(kind, () => this.#wanted && this.arm());
    // Another tab that was looked at meanwhile has put its own ceremony into the session's cookie.
    document.addEventListener("visibilitychange", () => document.hidden || this.#renew());
  }

  /**
   * Offers passkeys from now on. What answered without anybody touching the page (a test's authenticator) would do so again at
   * once: then it waits until somebody comes to the field.
   */
  arm() {
    this.#wanted = true;
    if (this.#controller || !this.#touched || !this.#isSupported) return;
    const controller = new AbortController();
    [this.#controller, this.#touched] = [controller, false];
    this.#over = this.#offer(controller);
  }

  /** Takes the offer back: the browser shows one request at a time. */
  async disarm() {
    this.#wanted = false;
    await this.#abort();
  }

  async #offer(controller) {
    const calls = [];
    try {
      this.#show("arming");
      const asked = await ask("authentication/start", { mediation: "conditional" }, (list) => calls.push(...list));
      if (controller.signal.aborted) return;
      const answer = suggest(asked.optionsJson, controller.signal);
      const { timeout = SHORTEST_TIME } = JSON.parse(asked.optionsJson);
      this.#renewal = setTimeout(() => this.#renew(), RENEWED_AT * timeout);
      this.#show("armed");
      const credentialJson = await answer;
      this.#onAnswer({ credentialJson, calls, ceremonyId: asked.ceremonyId });
    } catch (error) {
      // Taken back, or not given: the buttons are there. Who does not know the word never will.
      this.#isSupported = !["TypeError", "NotSupportedError"].includes(error.name);
    } finally {
      clearTimeout(this.#renewal);
      this.#controller = null;
      this.#show("off");
    }
  }

  async #abort() {
    this.#controller?.abort();
    await this.#over;
  }

  async #renew() {
    if (!this.#controller) return;
    await this.#abort();
    this.#touched = true;
    if (this.#wanted) this.arm();
  }

  #show(state) {
    this.#field.dataset.autofill = state;
    document.getElementById("autofill-hint").hidden = state !== "armed";
  }
}
