// What the page shows. Text goes in as text: nothing here makes markup from data.

const ALGORITHMS = new Map([[-7, "ES256"], [-8, "Ed25519"], [-257, "RS256"]]);

/** An element with properties, `dataset` and `aria-…` attributes included, and children. */
function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

const byId = (id) => document.getElementById(id);
const code = (text) => element("code", {}, text);
const hint = (text) => element("p", { className: "hint" }, text);
const badge = (kind, text) => element("span", { className: `badge ${kind}` }, text);

/** A list of terms and their values; what has no value is left out. */
function facts(entries) {
  const given = entries.filter(([, value]) => value != null && value !== "");
  const rows = given.map(([term, value]) => element("div", {}, element("dt", {}, term), element("dd", {}, value)));
  return element("dl", {}, ...rows);
}

/** A moment in the reader's time; the day is left out where it is today. */
function time(millis) {
  if (millis == null) return null;
  const moment = new Date(millis);
  const isToday = moment.toDateString() === new Date().toDateString();
  const text = moment.toLocaleString(undefined, { dateStyle: isToday ? undefined : "medium", timeStyle: "medium" });
  return element("time", { dateTime: moment.toISOString() }, text);
}

/** Says what keeps the page from working. */
export function obstacle({ text, link }) {
  const banner = byId("unsupported");
  banner.replaceChildren(text, link ? element("a", { href: link }, link) : "");
  banner.hidden = false;
}

/** A step begins. */
export function busy(text) {
  byId("result").setAttribute("aria-busy", "true");
  byId("outcome").replaceChildren(element("p", { className: "waiting" }, text));
  byId("calls").hidden = true;
  byId("calls").querySelector("ol").replaceChildren();
}

/** A step is over, and everything is shown. */
export function idle() {
  byId("result").setAttribute("aria-busy", "false");
}

export function registered(name, credential) {
  outcome(badge("good", "Created"), `${name} has a new passkey`, [
    ["Passkey", code(credential.credentialId)],
    ["Time", time(credential.createTime)],
  ]);
}

export function signedIn({ user, credential, methods, amr, authenticateTime }) {
  outcome(badge("good", "Signed in"), `${user.externalId} is signed in`, [
    ["Who", code(user.userId)],
    ["Method", code(methods.join(" "))],
    ["amr", code(amr.join(" "))],
    ["Passkey", code(credential.credentialId)],
    ["Time", time(authenticateTime)],
  ]);
}

export function revoked(credential) {
  outcome(badge("good", "Revoked"), "The passkey is revoked for good", [["Passkey", code(credential.credentialId)]]);
}

const PROBLEMS = { refused: ["bad", "Refused"], failed: ["fair", "Failed"], declined: ["fair", "Not done"] };

export function problem({ kind, reason, sentence, remedy, detail }) {
  outcome(badge(...PROBLEMS[kind]), sentence, [["Reason", code(reason)], ["Detail", detail], ["What to do", remedy]]);
}

function outcome(label, title, entries) {
  const heading = element("p", {}, label, " ", element("strong", {}, title));
  byId("outcome").replaceChildren(heading, facts(entries));
}

/** Adds steps of the current ceremony: calls of the API, or what the browser does in between. */
export function calls(list) {
  byId("calls").querySelector("ol").append(...list.map(({ rpc, request, browser }) => call(rpc, request, browser)));
  byId("calls").hidden = false;
}

function call(rpc, request, browser) {
  const where = browser ? "Browser" : "Backend";
  const what = browser ? browser.name : rpc.split("/").at(-1);
  const text = browser ? browser.code : `${rpc}\n${JSON.stringify(request, null, 2)}`;
  const summary = element("summary", {}, element("span", { className: "where" }, where), " ", code(what));
  return element("li", {}, element("details", {}, summary, element("pre", {}, text)));
}

/** A person's passkeys; `onRevoke` is called with the id of one. */
export function passkeys(name, credentials, onRevoke) {
  byId("passkeys-title").textContent = name ? `Passkeys of ${name}` : "Passkeys";
  if (!name) return byId("passkeys").replaceChildren(hint("Enter a name to see its passkeys."));
  if (credentials.length === 0) return byId("passkeys").replaceChildren(hint("None yet."));
  byId("passkeys").replaceChildren(...credentials.map((credential) => passkey(credential, onRevoke)));
}

/** Where the keyboard goes when the button it was on is gone. */
export function focusPasskeys() {
  byId("passkeys-title").focus();
}

function passkey(credential, onRevoke) {
  const state = credential.state.replace("CREDENTIAL_STATE_", "").toLowerCase();
  const isRevoked = state === "revoked";
  const revoke = element("button", { type: "button", className: "danger" }, "Revoke");
  revoke.setAttribute("aria-label", `Revoke ${credential.credentialId}`);
  revoke.addEventListener("click", () => onRevoke(credential.credentialId));
  const head = element("h3", {}, code(credential.credentialId), " ", badge(isRevoked ? "bad" : "good", state));
  const list = facts([
    ["Relying party", code(credential.rpId)],
    ["Algorithm", `${ALGORITHMS.get(credential.algorithm) ?? "?"} (${credential.algorithm})`],
    ["Sync", sync(credential)],
    ["Transports", credential.transports.join(", ")],
    ["Sign count", String(credential.signCount)],
    ["Created", time(credential.createTime)],
    ["Last used", time(credential.lastUseTime) ?? "never"],
  ]);
  return element("article", { className: state }, head, list, isRevoked ? null : revoke);
}

/** Flags BE and BS in words. */
function sync({ backupEligible, backedUp }) {
  if (!backupEligible) return "bound to the device";
  return backedUp ? "synced" : "may be synced, is not yet";
}

export function events(list) {
  if (list.length === 0) return byId("events").replaceChildren(hint("Nothing has happened yet."));
  // Without the role, Safari takes a list without markers for none.
  byId("events").replaceChildren(element("ol", { className: "events", role: "list" }, ...list.map(event)));
}

const OUTCOMES = { SUCCESS: "good", REFUSED: "bad", NOTED: "fair" };

function event({ type, eventTime, outcome, reasons, userId, credentialId, ceremonyId }) {
  const word = outcome.replace("EVENT_OUTCOME_", "");
  const why = reasons.flatMap((reason) => [" ", code(reason)]);
  const ids = [userId, credentialId, ceremonyId].filter(Boolean).flatMap((id) => [" · ", code(id)]);
  return element(
    "li",
    {},
    element("p", {}, code(type), " ", badge(OUTCOMES[word], word.toLowerCase()), ...why),
    element("p", { className: "hint" }, time(eventTime), ...ids),
  );
}
