// The page: what a person does here, step by step.

import { ask, Problem } from "./api.js";
import * as passkeys from "./passkeys.js";
import * as show from "./show.js";

const form = document.getElementById("steps");
const nameField = form.elements.namedItem("name");

const CREATE = {
  name: "navigator.credentials.create",
  code: `const options = JSON.parse(optionsJson);
const publicKey = PublicKeyCredential
  .parseCreationOptionsFromJSON(options);
const credential = await
  navigator.credentials.create({ publicKey });
const credentialJson =
  JSON.stringify(credential.toJSON());`,
};
const GET = {
  name: "navigator.credentials.get",
  code: `const options = JSON.parse(optionsJson);
const publicKey = PublicKeyCredential
  .parseRequestOptionsFromJSON(options);
const credential = await
  navigator.credentials.get({ publicKey });
const credentialJson =
  JSON.stringify(credential.toJSON());`,
};

const steps = {
  async register() {
    const name = typedName();
    const { optionsJson } = await ask("registration/start", { name }, show.calls);
    show.calls([{ browser: CREATE }]);
    const credentialJson = await passkeys.create(optionsJson);
    const { credential } = await ask("registration/finish", { name, credentialJson }, show.calls);
    show.registered(name, credential);
  },

  signIn: () => signIn({ name: typedName() }),

  signInWithoutName: () => signIn({}),

  async revoke(credentialId) {
    const { credential } = await ask("credentials/revoke", { credentialId }, show.calls);
    show.revoked(credential);
  },
};

async function signIn(who) {
  const { optionsJson } = await ask("authentication/start", who, show.calls);
  show.calls([{ browser: GET }]);
  const credentialJson = await passkeys.get(optionsJson);
  const { authentication, signals } = await ask("authentication/finish", { credentialJson }, show.calls);
  nameField.value = authentication.user.externalId;
  show.signedIn(authentication);
  await passkeys.signal(signals);
}

/** One step at a time: a second ceremony would take the place of the first. */
let running = false;

async function run(step, ...values) {
  if (running) return;
  running = true;
  show.busy(step === "revoke" ? "Revoking…" : "Waiting for your passkey…");
  try {
    await steps[step](...values);
  } catch (error) {
    const problem = error instanceof Problem ? error : ownFault(error);
    show.problem(problem);
    await passkeys.signal(problem.signals);
  } finally {
    await refresh();
    show.idle();
    running = false;
  }
}

function ownFault(error) {
  console.error(error);
  return new Problem("failed", { reason: error.name, sentence: "This page has a fault.", remedy: error.message });
}

/** Shows what the server knows now. */
async function refresh() {
  await Promise.all([refreshPasskeys(), refreshEvents()]);
}

/** Counts refreshes, so that an answer overtaken by a later one is not shown. */
let refreshes = 0;

async function refreshPasskeys() {
  const turn = ++refreshes;
  const name = typedName();
  const { credentials } = name ? await ask("credentials/list", { name }).catch(() => ({ credentials: [] })) : {};
  if (turn !== refreshes) return;
  show.passkeys(name, credentials, async (id) => {
    await run("revoke", id);
    show.focusPasskeys();
  });
}

async function refreshEvents() {
  const { events } = await ask("events/list", {}).catch(() => ({ events: [] }));
  show.events(events);
}

function typedName() {
  return nameField.value.trim();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run(event.submitter?.value ?? "register");
});
nameField.addEventListener("change", refreshPasskeys);

const obstacle = passkeys.obstacle();
if (obstacle) {
  show.obstacle(obstacle);
  for (const button of form.querySelectorAll("button")) button.disabled = true;
}
await refresh();
