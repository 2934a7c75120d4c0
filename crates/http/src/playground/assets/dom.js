// Pieces of the page. Text goes in as text: nothing here makes markup from data.

export const byId = (id) => document.getElementById(id);

/** An element with properties, `data-…` and `aria-…` attributes included, and children; absent children are left out. */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

export const code = (text) => element("code", {}, text);
export const hint = (text) => element("p", { className: "hint" }, text);
export const badge = (kind, text) => element("span", { className: `badge ${kind}` }, text);

/** A list of terms and their values, each a node, a text or several; what has no value is left out. */
export function facts(entries) {
  const given = entries.filter(([, value]) => value != null && value !== "");
  const rows = given.map(([term, value]) =>
    element("div", {}, element("dt", {}, term), element("dd", {}, ...[value].flat())),
  );
  return element("dl", {}, ...rows);
}

/** A moment in the reader's time; the day is left out where it is today. */
export function time(millis) {
  if (millis == null) return null;
  const moment = new Date(millis);
  const isToday = moment.toDateString() === new Date().toDateString();
  const text = moment.toLocaleString(undefined, { dateStyle: isToday ? undefined : "medium", timeStyle: "medium" });
  return element("time", { dateTime: moment.toISOString() }, text);
}
