// What the browser does between two calls of a backend, as code to copy.

const asked = (kind, parse, argument) => `const options = JSON.parse(optionsJson);
const publicKey = PublicKeyCredential
  .${parse}(options);
const credential = await
  navigator.credentials.${kind}(${argument});
const credentialJson =
  JSON.stringify(credential.toJSON());`;

const create = (argument) => asked("create", "parseCreationOptionsFromJSON", argument);
const get = (argument) => asked("get", "parseRequestOptionsFromJSON", argument);

export const CREATE = { name: "navigator.credentials.create", code: create("{ publicKey }") };
export const CREATE_WITHOUT_DIALOG = {
  name: "navigator.credentials.create",
  code: create('{\n    publicKey, mediation: "conditional" }'),
};
export const GET = { name: "navigator.credentials.get", code: get("{ publicKey }") };
export const SUGGEST = {
  name: "navigator.credentials.get",
  code: `// <input autocomplete="username webauthn">\n${get('{\n    publicKey, mediation: "conditional", signal }')}`,
};

/** A step for each signal that was told. */
export function signalSteps(signals) {
  return signals.map(({ method }) => {
    const member = `${method.replace("signal", "").replace(/^./, (first) => first.toLowerCase())}Json`;
    const code = `await PublicKeyCredential\n  .${method}(\n    JSON.parse(signals.${member}));`;
    return { name: method, code };
  });
}
