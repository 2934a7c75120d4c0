// What the API's values mean, in words.

const ALGORITHMS = new Map([
  [-7, "ES256"], [-8, "EdDSA"], [-19, "Ed25519"], [-9, "ESP256"], [-35, "ES384"], [-36, "ES512"], [-51, "ESP384"],
  [-52, "ESP512"], [-53, "Ed448"], [-37, "PS256"], [-257, "RS256"], [-48, "ML-DSA-44"], [-49, "ML-DSA-65"], [-50, "ML-DSA-87"],
]);

export function algorithm(number) {
  return `${ALGORITHMS.get(number) ?? "?"} (${number})`;
}

/** The last word of an enum's value: `CREDENTIAL_STATE_ACTIVE` is `active`. */
export function word(value, prefix) {
  return (value ?? "").replace(prefix, "").toLowerCase().replaceAll("_", " ");
}

/** Flags BE and BS. */
export function sync({ backupEligible, backedUp }) {
  if (!backupEligible) return "bound to this device";
  return backedUp ? "synced" : "can be synced, is not yet";
}

/** What to call a passkey: its owner's name for it, that of its model, or just what it is. Never a guess. */
export function title({ displayName, provider, attachment }) {
  if (displayName) return displayName;
  if (provider.name) return provider.name;
  return attachment === "ATTACHMENT_CROSS_PLATFORM" ? "Security key or phone" : "Passkey";
}

// The first that fits counts: most browsers also claim to be others.
const BROWSERS = [
  [/ Edg(?:A|iOS)?\/(\d+)/, "Edge"], [/ OPR\/(\d+)/, "Opera"], [/ SamsungBrowser\/(\d+)/, "Samsung Internet"],
  [/ (?:Firefox|FxiOS)\/(\d+)/, "Firefox"], [/ (?:Chrome|CriOS|HeadlessChrome)\/(\d+)/, "Chrome"],
  [/ Version\/(\d+).* Safari\//, "Safari"],
];
const SYSTEMS = [
  [/iPhone|iPad/, "iOS"], [/Android/, "Android"], [/Windows/, "Windows"], [/Mac OS X/, "macOS"], [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

/** A User-Agent as people say it: `Chrome 140 on Windows`. */
export function browser(userAgent) {
  if (!userAgent) return null;
  const [pattern, name] = BROWSERS.find(([pattern]) => pattern.test(userAgent)) ?? [];
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const program = name ? `${name} ${pattern.exec(userAgent)[1]}` : "another browser";
  return system ? `${program} on ${system}` : program;
}
