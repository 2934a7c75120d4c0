// The Signal API: tells the browser what the server knows about its passkeys, so that it stops offering those that are gone.

const SIGNALS = [
  {
    member: "unknownCredentialJson",
    method: "signalUnknownCredential",
    meaning: () => "This passkey is unknown here.",
  },
  {
    member: "allAcceptedCredentialsJson",
    method: "signalAllAcceptedCredentials",
    meaning: ({ allAcceptedCredentialIds: ids }) =>
      ids.length === 1 ? "1 passkey is kept here, and no other." : `${ids.length} passkeys are kept here, and no others.`,
  },
  {
    member: "currentUserDetailsJson",
    method: "signalCurrentUserDetails",
    meaning: ({ name }) => `The name is ${name}.`,
  },
];

/** Whether an answer of the server has anything to tell. */
export const hasSignals = (signals) => SIGNALS.some(({ member }) => signals?.[member]);

/**
 * Tells the browser, where it listens. Never fails a step.
 * @returns what was told: the method, its meaning, and how it went ("yes", "absent" or "failed").
 */
export async function tell(signals) {
  const given = SIGNALS.filter(({ member }) => signals?.[member]);
  return Promise.all(
    given.map(async ({ member, method, meaning }) => {
      const options = JSON.parse(signals[member]);
      return { method, meaning: meaning(options), told: await call(method, options) };
    }),
  );
}

async function call(method, options) {
  if (!PublicKeyCredential[method]) return "absent";
  try {
    await PublicKeyCredential[method](options);
    return "yes";
  } catch (error) {
    console.warn(method, error);
    return "failed";
  }
}
