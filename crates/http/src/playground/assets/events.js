// What happened, oldest first.

import { badge, byId, code, element, hint, time } from "./dom.js";
import { word } from "./words.js";

const OUTCOMES = { success: "good", refused: "bad", noted: "fair" };

/** Shows events; `of` says whose they are: "ceremony" or "person". */
export function events(of, title, list) {
  const node = byId("events");
  node.dataset.of = of;
  if (list.length === 0) return node.replaceChildren(hint("Nothing has happened yet."));
  // Without the role, Safari takes a list without markers for none.
  node.replaceChildren(hint(title), element("ol", { className: "events", role: "list" }, ...list.map(event)));
}

function event({ type, eventTime, outcome, reasons, userId, credentialId, ceremonyId }) {
  const how = word(outcome, "EVENT_OUTCOME_");
  const why = reasons.flatMap((reason) => [" ", code(reason)]);
  const ids = [userId, credentialId, ceremonyId].filter(Boolean).flatMap((id) => [" · ", code(id)]);
  return element(
    "li",
    { "data-type": type, "data-outcome": how },
    element("p", {}, code(type), " ", badge(OUTCOMES[how], how), ...why),
    element("p", { className: "hint" }, time(eventTime), ...ids),
  );
}
