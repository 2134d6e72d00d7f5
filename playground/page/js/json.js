/** JSON as a tree that unfolds: text nodes only, and no branch is built before somebody opens it. */

import { el } from "./dom.js";
import { addWords, word } from "./words.js";

const OPEN_DEPTH = 2;
const LONG_TEXT = 400;

addWords({ "json-in-text": { en: "(JSON as text)", de: "(JSON als Text)" } });

/** Draw a value; forms bring JSON as text, which is read as such. */
export function jsonTree(value, depth = 0) {
  return el("div", { class: "json" }, branch(null, value, depth));
}

/** Write a value as people read JSON. */
export function pretty(value) {
  return JSON.stringify(value, null, 2);
}

function branch(key, raw, depth) {
  const value = unpacked(raw);
  if (value === null || typeof value !== "object") return el("div", { class: "json-line" }, named(key), leaf(value));
  const entries = Object.entries(value);
  const [start, end] = Array.isArray(value) ? "[]" : "{}";
  if (!entries.length) return el("div", { class: "json-line" }, named(key), `${start}${end}`);
  const inside = el("div", { class: "json-inside" });
  const isText = typeof raw === "string";
  const node = el(
    "details",
    { class: "json-branch", open: depth < OPEN_DEPTH },
    el("summary", {}, named(key), start, muted(` ${entries.length} `), end, isText && muted(` ${word("json-in-text")}`)),
    inside,
  );
  const fill = () => {
    if (node.open && !inside.hasChildNodes()) inside.append(...entries.map(([name, item]) => branch(name, item, depth + 1)));
  };
  node.addEventListener("toggle", fill);
  fill();
  return node;
}

function muted(text) {
  return el("span", { class: "json-size" }, text);
}

function named(key) {
  return key === null ? null : [el("span", { class: "json-key" }, key), ": "];
}

function leaf(value) {
  const kind = value === null ? "null" : typeof value;
  const text = JSON.stringify(value);
  if (text.length <= LONG_TEXT) return el("span", { class: `json-${kind}` }, text);
  const start = el("summary", {}, `${text.slice(0, LONG_TEXT)} …`);
  return el("details", { class: "json-long" }, start, el("span", { class: `json-${kind}` }, text));
}

function unpacked(value) {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
