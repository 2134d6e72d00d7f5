/** Text objects of Block Kit as nodes, and as the words that name a control. */

import { el } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { renderMrkdwn } from "./mrkdwn.js";

/** Return a plain_text or mrkdwn object as one node. */
export function renderTextObject(text, surface) {
  if (text.type === "mrkdwn") return renderMrkdwn(text.text, surface, { verbatim: text.verbatim });
  return el("span", { class: "plain-text" }, text.emoji === false ? text.text : withEmoji(text.text));
}

/** Return the words of a text object as a person reads them. */
export function wordsOfText(text, surface) {
  return renderTextObject(text, surface).textContent.trim();
}
