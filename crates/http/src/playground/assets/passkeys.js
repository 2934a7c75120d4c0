// The browser's side of the ceremonies: WebAuthn, in and out as JSON.

import { Problem } from "./api.js";

/** What keeps this page from using passkeys, or null. */
export function obstacle() {
  if (isAddress(location.hostname)) {
    const here = `http://localhost:${location.port}/`;
    return { text: "A passkey belongs to a domain, and this page was opened at an address. Open it here: ", link: here };
  }
  if (!window.isSecureContext) {
    return { text: "The browser allows passkeys on localhost and over HTTPS only." };
  }
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
    return { text: "This browser has no passkeys, or an early form of them. Use a newer Chrome, Edge, Firefox or Safari." };
  }
  return null;
}

/** Creates a passkey for `options_json` and gives the `credential_json` for FinishRegistration. */
export async function create(optionsJson) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(optionsJson));
  const credential = await navigator.credentials.create({ publicKey }).catch(notCreated);
  return JSON.stringify(credential.toJSON());
}

/** Asks for a passkey for `options_json` and gives the `credential_json` for FinishAuthentication. */
export async function get(optionsJson) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(optionsJson));
  const credential = await navigator.credentials.get({ publicKey }).catch(notGiven);
  return JSON.stringify(credential.toJSON());
}

/** Tells the browser what the server knows about its passkeys, where it listens. Never fails a step. */
export async function signal({ unknownCredentialJson, currentUserDetailsJson } = {}) {
  const tell = (method, json) => json && PublicKeyCredential[method]?.(JSON.parse(json));
  await Promise.allSettled([
    tell("signalUnknownCredential", unknownCredentialJson),
    tell("signalCurrentUserDetails", currentUserDetailsJson),
  ]);
}

function notCreated(error) {
  if (error.name === "InvalidStateError") {
    throw objection(error, "This authenticator already holds a passkey of this name.", "Sign in with it, or use another authenticator.");
  }
  throw notGiven(error);
}

function notGiven(error) {
  switch (error.name) {
    // Browsers do not say which of these it was: a page could otherwise find out who has a passkey here.
    case "NotAllowedError":
      throw objection(
        error,
        "The browser gave no passkey: the dialog was closed or timed out, none here fits, or the user was not verified.",
        "Try again. Where the name is new here, create a passkey first.",
      );
    case "SecurityError":
      throw objection(error, "This page's address does not belong to the relying party.", "Open the page at the address that the server names at start.");
    default:
      throw objection(error, "The browser could not do it.", error.message);
  }
}

function objection(error, sentence, remedy) {
  return new Problem("declined", { reason: error.name, sentence, remedy });
}

function isAddress(host) {
  return host.startsWith("[") || /^[\d.]+$/.test(host);
}
