// The page: what a person does here, step by step.

import { ask, Problem } from "./api.js";
import { Autofill } from "./autofill.js";
import * as browser from "./browser-steps.js";
import { focusAgain, person } from "./credentials.js";
import { byId, element } from "./dom.js";
import { events } from "./events.js";
import * as passkeys from "./passkeys.js";
import { chosenProfile, offerProfiles } from "./profiles.js";
import * as result from "./result.js";
import { hasSignals, tell } from "./signals.js";

const form = byId("steps");
const nameField = byId("name");

/** Who is signed in, by name; a backend keeps it in its session. Here a reload signs out. */
let signedIn = null;
/** What the events that are shown are about. */
let shown = null;

const CHANGES = {
  rename: ["Renamed", "The passkey has another name"],
  suspend: ["Suspended", "The passkey is put aside until it is resumed"],
  resume: ["Resumed", "The passkey counts again"],
  "report-lost": ["Reported lost", "The passkey is put aside until it is found"],
  revoke: ["Revoked", "The passkey is revoked for good"],
};

const steps = {
  async register() {
    const name = typedName();
    await denyStrangers(name);
    await register(name, { profile: chosenProfile() }, browser.CREATE, passkeys.create);
  },

  add: () => register(signedIn, { profile: chosenProfile() }, browser.CREATE, passkeys.create),

  addWithoutDialog() {
    const asked = { profile: chosenProfile(), mediation: "conditional" };
    return register(signedIn, asked, browser.CREATE_WITHOUT_DIALOG, passkeys.createWithoutDialog);
  },

  signIn: () => signIn({ name: typedName() }),

  signInWithoutName: () => signIn({}),

  /** The browser has answered already: somebody chose one of its suggestions. */
  async signInFromAutofill({ credentialJson, calls, ceremonyId }) {
    shown = { ceremonyId };
    result.calls([...calls, { browser: browser.SUGGEST }]);
    await finishSignIn(credentialJson);
  },

  async change(action, { credentialId }, more) {
    shown = { name: signedIn };
    const [label, sentence] = CHANGES[action];
    const asked = { credentialId, name: signedIn, ...more };
    const { credential, signals } = await ask(`credentials/${action}`, asked, result.calls);
    result.changed(label, sentence, credential);
    await tellBrowser(signals);
  },

  async tellBrowser() {
    const { signals } = await ask("signals", { name: signedIn }, result.calls);
    result.done("Asked", hasSignals(signals) ? "The server said what is kept" : "The server has nothing to say");
    await tellBrowser(signals);
  },

  async signOut() {
    const name = signedIn;
    [signedIn, shown, nameField.value] = [null, null, ""];
    await navigator.credentials.preventSilentAccess().catch(() => {});
    result.signedOut(name);
  },
};

/** Otherwise anybody could add a passkey of his own to somebody's account; a backend asks its session. */
async function denyStrangers(name) {
  if (name === signedIn) return;
  const { credentials } = await ask("credentials/list", { name });
  if (!credentials.some(({ usable }) => usable)) return;
  throw new Problem("declined", {
    sentence: `${name} has a passkey already.`,
    remedy: `Sign in as ${name} first, then add one: otherwise anybody could add his own.`,
  });
}

async function register(name, asked, step, create) {
  const { optionsJson, ceremonyId } = await ask("registration/start", { name, ...asked }, result.calls);
  shown = { ceremonyId };
  result.calls([{ browser: step }]);
  const credentialJson = await create(optionsJson);
  const finished = await ask("registration/finish", { name, credentialJson }, result.calls);
  signedIn = name;
  result.registered(name, finished.credential);
  await tellBrowser(finished.signals);
}

async function signIn(who) {
  const { optionsJson, ceremonyId } = await ask("authentication/start", who, result.calls);
  shown = { ceremonyId };
  result.calls([{ browser: browser.GET }]);
  await finishSignIn(await passkeys.get(optionsJson));
}

async function finishSignIn(credentialJson) {
  const { authentication, signals } = await ask("authentication/finish", { credentialJson }, result.calls);
  signedIn = nameField.value = authentication.user.externalId;
  result.signedIn(authentication);
  await tellBrowser(signals);
}

async function tellBrowser(signals) {
  const told = await tell(signals);
  result.toldBrowser(told);
  if (told.length > 0) result.calls(browser.signalSteps(told).map((step) => ({ browser: step })));
}

const autofill = new Autofill(nameField, (answer) => run("signInFromAutofill", answer));

/** One step at a time: a second ceremony would take the place of the first. */
let running = false;

async function run(step, ...values) {
  if (running) return;
  running = true;
  result.busy(["change", "tellBrowser", "signOut"].includes(step) ? "One moment…" : "Waiting for your passkey…");
  try {
    await autofill.disarm();
    await steps[step](...values);
  } catch (error) {
    await explain(error instanceof Problem ? error : ownFault(error), step, values);
  } finally {
    await refresh();
    result.idle();
    running = false;
    if (!signedIn) autofill.arm();
  }
}

async function explain(problem, step, values) {
  result.problem(problem);
  if (problem.reason === "WOULD_LOCK_OUT" && !values[2]) {
    const text = "Your backend knows what else its users log in with, and says so: remaining_methods.";
    const remainingMethods = ["external:password"];
    result.remedy("password", "I also have a password", text, async () => {
      await run(step, ...values, { remainingMethods });
      focusAgain({ id: values[1].credentialId, action: values[0] });
    });
  }
  await tellBrowser(problem.signals);
}

function ownFault(error) {
  console.error(error);
  return new Problem("failed", { reason: error.name, sentence: "This page has a fault.", remedy: error.message });
}

/** Shows what the server knows now. */
async function refresh() {
  await Promise.all([refreshPerson(), refreshEvents()]);
}

async function refreshPerson() {
  const asked = signedIn ? await ask("credentials/list", { name: signedIn }).catch(() => ({})) : {};
  person(signedIn, asked.credentials ?? [], (action, credential, displayName) => {
    return run("change", action, credential, ...(displayName === undefined ? [] : [{ displayName }]));
  });
}

async function refreshEvents() {
  const { events: list = [] } = shown ? await ask("events/list", shown).catch(() => ({})) : {};
  const isCeremony = Boolean(shown?.ceremonyId);
  const title = isCeremony ? "Of the last ceremony, oldest first." : `The last ones about ${shown?.name}, oldest first.`;
  events(isCeremony ? "ceremony" : "person", title, list);
}

function typedName() {
  return nameField.value.trim();
}

function showObstacle({ text, link }) {
  byId("unsupported").replaceChildren(text, link ? element("a", { href: link }, link) : "");
  byId("unsupported").hidden = false;
  for (const button of form.querySelectorAll("button")) button.disabled = true;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run(event.submitter?.value ?? "signIn");
});
byId("add").addEventListener("click", () => run("add"));
byId("add-without-dialog").addEventListener("click", () => run("addWithoutDialog"));
byId("tell-browser").addEventListener("click", () => run("tellBrowser"));
byId("sign-out").addEventListener("click", async () => {
  await run("signOut");
  nameField.focus();
});

const obstacle = passkeys.obstacle();
if (obstacle) {
  showObstacle(obstacle);
} else {
  await offerProfiles();
  autofill.arm();
}
