// The choice of a registration profile, where the tenant has several.

import { ask } from "./api.js";
import { byId, element } from "./dom.js";
import { word } from "./words.js";

const field = byId("profile");
let profiles = [];

/** Offers the profiles there are. */
export async function offerProfiles() {
  ({ profiles = [] } = await ask("profiles/list", {}).catch(() => ({})));
  field.replaceChildren(...profiles.map(({ name }) => element("option", { value: name }, name)));
  byId("profiles").hidden = profiles.length < 2;
  describe();
}

/** The chosen one's name; the tenant's `default` goes without saying. */
export function chosenProfile() {
  return field.value && field.value !== "default" ? field.value : undefined;
}

function describe() {
  const profile = profiles.find(({ name }) => name === field.value);
  byId("profile-hint").textContent = profile ? asks(profile) : "";
}

function asks({ userVerification, residentKey, attachment, attestation, locked }) {
  const place = attachment ? word(attachment, "ATTACHMENT_").replace(" ", "-") : "anywhere";
  const parts = [
    `user verification ${word(userVerification, "USER_VERIFICATION_")}`,
    `discoverable ${word(residentKey, "RESIDENT_KEY_")}`,
    `authenticators ${place}`,
    `attestation ${word(attestation, "ATTESTATION_CONVEYANCE_")}`,
  ];
  return `Asks for: ${parts.join(", ")}${locked ? "; and for no less." : "."}`;
}

field.addEventListener("change", describe);
