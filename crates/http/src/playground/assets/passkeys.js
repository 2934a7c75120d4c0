// The browser's side of the ceremonies: WebAuthn, in and out as JSON.

import { Problem } from "./api.js";

/** What keeps this page from using passkeys, or null. */
export function obstacle() {
  if (isAddress(location.hostname)) {
    const text = "A passkey belongs to a domain, and this page was opened at an address. Open it here: ";
    return { text, link: `http://localhost:${location.port}/` };
  }
  if (!window.isSecureContext) {
    return { text: "The browser allows passkeys on localhost and over HTTPS only." };
  }
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
    return { text: "This browser has no passkeys, or not as scripts use them now. Take a newer one." };
  }
  return null;
}

/** Creates a passkey for `options_json`, in a dialog, and gives the `credential_json` for FinishRegistration. */
export async function create(optionsJson) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(optionsJson));
  const credential = await navigator.credentials.create({ publicKey }).catch((error) => {
    throw notCreated(error);
  });
  return JSON.stringify(credential.toJSON());
}

/** A browser that wants to make a passkey by itself does so at once; some that do not never say so. */
const PATIENCE = 5_000;

/** Has the browser create a passkey by itself, without a dialog; it may decline, and often does. */
export async function createWithoutDialog(optionsJson) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(optionsJson));
  const asked = { publicKey, mediation: "conditional", signal: AbortSignal.timeout(PATIENCE) };
  const credential = await navigator.credentials.create(asked).catch((error) => {
    const isNo = ["NotAllowedError", "TimeoutError"].includes(error.name);
    throw isNo ? notCreatedByItself(error) : notCreated(error);
  });
  return JSON.stringify(credential.toJSON());
}

/** Asks for a passkey for `options_json`, in a dialog, and gives the `credential_json` for FinishAuthentication. */
export async function get(optionsJson) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(optionsJson));
  const credential = await navigator.credentials.get({ publicKey }).catch((error) => {
    throw notGiven(error);
  });
  return JSON.stringify(credential.toJSON());
}

/** Has the browser offer passkeys among its suggestions, until one is chosen or `signal` aborts. */
export async function suggest(optionsJson, signal) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(optionsJson));
  const credential = await navigator.credentials.get({ publicKey, mediation: "conditional", signal });
  return JSON.stringify(credential.toJSON());
}

function notCreated(error) {
  if (error.name === "InvalidStateError") {
    const sentence = "This authenticator already holds a passkey of this name.";
    return objection(error, sentence, "Sign in with it, or use another authenticator.");
  }
  return notGiven(error);
}

function notCreatedByItself(error) {
  return objection(
    error,
    "The browser made no passkey by itself: it does so where its password manager has just filled in a password, and not always.",
    "Add a passkey with a dialog instead.",
  );
}

function notGiven(error) {
  switch (error.name) {
    // Browsers do not say which of these it was: a page could otherwise find out who has a passkey here.
    case "NotAllowedError":
      return objection(
        error,
        "The browser gave no passkey: the dialog was closed or timed out, none here fits, or the user was not verified.",
        "Try again. Where the name is new here, create a passkey first.",
      );
    case "SecurityError":
      return objection(
        error,
        "This page's address does not belong to the relying party.",
        "Open the page at the address that the server names at start.",
      );
    default:
      return objection(error, "The browser could not do it.", error.message);
  }
}

function objection(error, sentence, remedy) {
  return new Problem("declined", { reason: error.name, sentence, remedy });
}

function isAddress(host) {
  return host.startsWith("[") || /^[\d.]+$/.test(host);
}
