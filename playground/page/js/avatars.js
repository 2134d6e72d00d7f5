/** Avatars: initials on a colour that follows from the person's id. */

import { el } from "./dom.js";
import { nameOf } from "./state.js";

const HUES = [8, 28, 45, 90, 150, 175, 200, 222, 250, 280, 310, 338];

/** Draw the avatar of a person, of the app or of Slackbot, `size` pixels wide. */
export function avatar(id, size = 36) {
  const node = el("span", { class: "avatar", "aria-hidden": "true" }, initials(nameOf(id)));
  node.style.width = node.style.height = `${size}px`;
  node.style.fontSize = `${Math.round(size * (node.textContent.length > 1 ? 0.4 : 0.5))}px`;
  node.style.borderRadius = `${size < 30 ? 4 : 8}px`;
  node.style.background = `oklch(0.5 0.1 ${HUES[spread(id) % HUES.length]})`;
  return node;
}

function initials(name) {
  const parts = name.split(/[\s.]+/).filter(Boolean);
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : null].map((part) => (part ? [...part][0] : ""));
  return letters.join("").toUpperCase();
}

function spread(id) {
  let sum = 7;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) % 1_000_003;
  return sum;
}
