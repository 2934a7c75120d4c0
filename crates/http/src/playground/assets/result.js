// What came of a step: the result card.

import { badge, byId, code, element, facts, hint, time } from "./dom.js";

const outcomeNode = byId("outcome");
const told = byId("told");
const remedies = byId("remedies");

/** A step begins. */
export function busy(text) {
  byId("result").setAttribute("aria-busy", "true");
  show("waiting", "", element("p", { className: "waiting" }, text));
  for (const node of [told, remedies]) {
    node.hidden = true;
    node.replaceChildren();
  }
  byId("calls").hidden = true;
  byId("calls").querySelector("ol").replaceChildren();
}

/** A step is over, and everything is shown. */
export function idle() {
  byId("result").setAttribute("aria-busy", "false");
}

/** Nothing is asked any more. */
export function signedOut(name) {
  done("Signed out", `${name} is signed out`);
}

export function registered(name, credential) {
  done("Created", `${name} has a new passkey`, [
    ["Passkey", code(credential.credentialId)],
    ["Time", time(credential.createTime)],
  ]);
}

export function signedIn({ user, credential, methods, amr, authenticateTime }) {
  done("Signed in", `${user.externalId} is signed in`, [
    ["Who", code(user.userId)],
    ["Method", code(methods.join(" "))],
    ["amr", code(amr.join(" "))],
    ["Passkey", code(credential.credentialId)],
    ["Time", time(authenticateTime)],
  ]);
}

/** A change of a passkey: what it is now, in a word and a sentence. */
export function changed(label, sentence, credential) {
  done(label, sentence, [["Passkey", code(credential.credentialId)]]);
}

export function done(label, title, entries = []) {
  outcome("done", "", badge("good", label), title, entries);
}

const PROBLEMS = { refused: ["bad", "Refused"], failed: ["fair", "Failed"], declined: ["fair", "Not done"] };
const METADATA = { correct_rp_id: "Relying party it belongs to", unused_credentials: "Unused for long" };

export function problem({ kind, reason, sentence, remedy, detail, metadata = {} }) {
  const more = Object.entries(METADATA).map(([key, term]) => [term, metadata[key] && code(metadata[key])]);
  const what = [["Reason", reason && code(reason)], ["Detail", detail], ...more, ["What to do", remedy]];
  outcome(kind, reason ?? "", badge(...PROBLEMS[kind]), sentence, what);
}

/** Offers a way on after a refusal. */
export function remedy(key, label, text, onChosen) {
  const button = element("button", { type: "button", className: "small", "data-remedy": key }, label);
  button.addEventListener("click", onChosen);
  remedies.append(button, element("p", { className: "hint" }, text));
  remedies.hidden = false;
}

const TOLD = {
  yes: ["good", "told", ""],
  absent: ["fair", "not told", "This browser cannot be told. "],
  failed: ["fair", "not told", "The browser did not take it. "],
};

/** Says what the browser was told about its passkeys. */
export function toldBrowser(signals) {
  if (signals.length === 0) return;
  const lines = signals.map(({ method, meaning, told }) => {
    const [kind, label, beginning] = TOLD[told];
    const text = element("span", {}, `${beginning}${meaning} `, code(method));
    return element("li", { "data-signal": method, "data-told": told }, badge(kind, label), text);
  });
  told.replaceChildren(hint("What the browser was told about its passkeys"), element("ul", { role: "list" }, ...lines));
  told.hidden = false;
}

function outcome(kind, reason, label, title, entries) {
  const heading = element("p", { className: "verdict" }, label, " ", element("strong", {}, title));
  show(kind, reason, heading, ...(entries.length > 0 ? [facts(entries)] : []));
}

function show(kind, reason, ...nodes) {
  Object.assign(outcomeNode.dataset, { outcome: kind, reason });
  outcomeNode.replaceChildren(...nodes);
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
