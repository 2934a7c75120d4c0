// The playground's own interface on the server. Tokens and session bindings travel in cookies that no script can read.

const API = "/playground/api/";

/** Why a step has no value: "refused" by the server's verdict, "failed" without one, or "declined" by the browser. */
export class Problem extends Error {
  constructor(kind, { reason, sentence, remedy, detail, signals }) {
    super(sentence);
    Object.assign(this, { kind, reason, sentence, remedy, detail, signals });
  }
}

/**
 * Asks the server, and hands the calls of the API that it names to `onCalls`.
 * @throws {Problem}
 */
export async function ask(path, body, onCalls = () => {}) {
  const answer = await send(path, body);
  const { calls = [], ...value } = await answer.json().catch(() => ({}));
  onCalls(calls);
  if (answer.ok) return value;
  if (!value.reason) throw new Problem("failed", unreadable(answer));
  throw new Problem(answer.status === 403 ? "refused" : "failed", value);
}

async function send(path, body) {
  const request = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  try {
    return await fetch(API + path, request);
  } catch {
    throw new Problem("failed", {
      reason: "NO_ANSWER",
      sentence: "The server does not answer.",
      remedy: "See whether keystead still runs.",
    });
  }
}

function unreadable(answer) {
  return {
    reason: `HTTP ${answer.status}`,
    sentence: "The server did not take the request.",
    remedy: "Reload the page: it may be older than the server.",
  };
}
