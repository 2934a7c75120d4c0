// The passkeys of the person who is signed in, each as people know it, with what may be done to it.

import { badge, byId, code, element, facts, hint, time } from "./dom.js";
import { algorithm, browser, sync, title, word } from "./words.js";

const list = byId("passkeys");
const heading = byId("passkeys-title");

const STATES = { active: "good", suspended: "fair", quarantined: "fair", superseded: "fair", revoked: "bad" };

/** What may be done to a passkey in each state; the server has the last word. */
const ACTIONS = {
  active: ["rename", "suspend", "report-lost", "revoke"],
  suspended: ["rename", "resume", "report-lost", "revoke"],
  quarantined: ["rename", "resume", "report-lost", "revoke"],
  superseded: ["rename", "suspend", "report-lost", "revoke"],
  revoked: [],
};
const LABELS = {
  rename: "Rename", suspend: "Suspend", resume: "Resume", "report-lost": "Report lost", revoke: "Revoke",
};

/** Shows who is signed in, `null` for nobody, and his passkeys; `onAction(action, credential, value)` is what somebody wants. */
export function person(name, credentials, onAction) {
  const focused = focusedPlace();
  const opened = new Set([...list.querySelectorAll("details[open]")].map(idOf));
  byId("person").dataset.signedIn = name ?? "";
  for (const id of ["sign-out", "own-steps"]) byId(id).hidden = !name;
  heading.textContent = name ? `Passkeys of ${name}` : "Passkeys";
  if (!name) list.replaceChildren(hint("Sign in to see your passkeys."));
  else if (credentials.length === 0) list.replaceChildren(hint("None yet."));
  else list.replaceChildren(...credentials.map((credential) => passkey(credential, opened, onAction)));
  if (focused) focusAgain(focused);
}

const idOf = (node) => node.closest("[data-credential-id]")?.dataset.credentialId;

/** Where the keyboard is in the list, which is made anew. */
function focusedPlace() {
  const node = document.activeElement;
  if (!list.contains(node)) return null;
  return { id: idOf(node), action: node.dataset.action ?? node.closest("form")?.dataset.action };
}

/** Puts the keyboard on a passkey, or as near as there is something. */
export function focusAgain({ id, action }) {
  const article = [...list.children].find(({ dataset }) => dataset.credentialId === id);
  const place = article?.querySelector(`[data-action="${action}"]`) ?? article?.querySelector("h3") ?? heading;
  place.focus();
}

function passkey(credential, opened, onAction) {
  const state = word(credential.state, "CREDENTIAL_STATE_");
  const name = title(credential);
  const head = element("h3", { id: `of-${credential.credentialId}`, tabIndex: -1 });
  head.append(element("span", { className: "name" }, name), " ", badge(STATES[state] ?? "fair", state));
  if (credential.reportedLost) head.append(" ", badge("bad", "reported lost"));
  if (!credential.userVerificationInitialized) head.append(" ", badge("fair", "presence only"));
  const article = element("article", {
    className: state,
    "aria-labelledby": head.id,
    "data-credential-id": credential.credentialId,
    "data-state": state,
    "data-usable": String(credential.usable),
    "data-lost": String(credential.reportedLost),
  });
  const buttons = possible(state, credential).map((action) => {
    const button = actionButton(action, name);
    const chosen = () => (action === "rename" ? renaming(article, credential, onAction) : onAction(action, credential));
    button.addEventListener("click", chosen);
    return button;
  });
  article.append(head, knownAs(credential), technical(credential, opened.has(credential.credentialId)));
  if (buttons.length > 0) article.append(element("div", { className: "row actions" }, ...buttons));
  return article;
}

/** What is left to do to it: what was reported lost need not be again. */
function possible(state, { reportedLost }) {
  return (ACTIONS[state] ?? []).filter((action) => action !== "report-lost" || !reportedLost);
}

function actionButton(action, name) {
  const className = action === "revoke" ? "small danger" : "small";
  const properties = { type: "button", className, "data-action": action, "aria-label": `${LABELS[action]} ${name}` };
  return element("button", properties, LABELS[action]);
}

function knownAs(credential) {
  const { creation, lastUse, useCount } = credential;
  return facts([
    ["Kept by", keeper(credential)],
    ["Sync", sync(credential)],
    ["Counts as", credential.userVerificationInitialized ? null : presence(credential)],
    ["Created", where(credential.createTime, creation, SOURCES[credential.source])],
    ["Last used", lastUse ? where(credential.lastUseTime, lastUse, times(useCount)) : "never"],
  ]);
}

const SOURCES = {
  CREDENTIAL_SOURCE_CONDITIONAL: "by a password manager, without a dialog",
  CREDENTIAL_SOURCE_IMPORT: "imported from another server",
};

function keeper({ provider }) {
  const name = provider.name || "not known";
  return provider.verified ? [name] : [name, " ", badge("plain", "not attested")];
}

/** A key that shows no more than a touch; one made without a dialog may yet show who touched it. */
function presence({ source }) {
  if (source === "CREDENTIAL_SOURCE_CONDITIONAL") return "a login from the first time that its user is verified on";
  return "a second factor: a touch, and not who touched it";
}

const times = (count) => (count === 1 ? "once" : `${count} times`);

/** When, then where and how as far as it is known. */
function where(millis, use, more) {
  const rest = [use?.origin, browser(use?.userAgent), use?.country, more].filter(Boolean);
  return [time(millis), ...rest.map((text) => ` · ${text}`)];
}

function technical(credential, open) {
  const summary = element("summary", {}, "Details");
  const entries = facts([
    ["Id", code(credential.credentialId)],
    ["Relying party", code(credential.rpId)],
    ["Profile", credential.profile],
    ["Algorithm", algorithm(credential.algorithm)],
    ["Transports", credential.transports.join(", ")],
    ["Attestation", `${credential.attestation.format}, ${word(credential.attestation.trust, "ATTESTATION_TRUST_")}`],
    ["AAGUID", code(credential.provider.aaguid)],
    ["Sign count", String(credential.signCount)],
    ["State since", time(credential.stateChangeTime)],
  ]);
  return element("details", { open }, summary, entries);
}

/** Puts a form in the place of the buttons until the new name is saved or dropped. */
function renaming(article, credential, onAction) {
  const row = article.querySelector(".actions");
  const id = `name-of-${credential.credentialId}`;
  const field = element("input", { id, value: credential.displayName, maxLength: 255, autocomplete: "off" });
  const cancel = element("button", { type: "button", className: "small" }, "Cancel");
  const save = element("button", { className: "small" }, "Save");
  const label = element("label", { htmlFor: id }, "New name");
  const buttons = element("div", { className: "row" }, save, cancel);
  const form = element("form", { className: "rename", "data-action": "rename" }, label, field, buttons);
  const close = () => {
    form.replaceWith(row);
    row.querySelector('[data-action="rename"]').focus();
  };
  cancel.addEventListener("click", close);
  form.addEventListener("keydown", (event) => event.key === "Escape" && close());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    onAction("rename", credential, field.value.trim());
  });
  row.replaceWith(form);
  field.select();
}
