/** Rich text blocks as nodes, and typed marks as a rich text block. */

import { el } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { channelMention, dateNode, groupMention, link, personMention } from "./mrkdwn.js";

const STYLES = {
  bold: "b", italic: "i", strike: "s", underline: "u", code: "code", highlight: "mark", client_highlight: "mark",
};
const COLOR = /^#(?:[0-9a-f]{3,4}){1,2}$/i;

/** Return a rich text block as one node. */
export function renderRichText(block, surface) {
  const parts = [];
  for (const part of block.elements) {
    if (part.type === "rich_text_list") addList(parts, part, surface);
    else parts.push(renderPart(part, surface));
  }
  return el("div", { class: "rich-text" }, parts.map((part) => part.node ?? part));
}

/** The plain words of a rich text block, for sorting and for what is typed on. */
function wordsOf(block) {
  const words = (piece) =>
    piece.text ?? piece.url ?? piece.name ?? piece.fallback ?? piece.user_id ?? piece.channel_id
    ?? (piece.elements ?? []).map(words).join(piece.type === "rich_text_list" ? "\n" : "");
  return block.elements.map(words).join("\n");
}

function renderPart(part, surface) {
  const pieces = () => part.elements.map((piece) => renderPiece(piece, surface));
  const border = part.border ? " bordered" : "";
  if (part.type === "rich_text_quote") return el("blockquote", {}, pieces());
  if (part.type === "rich_text_preformatted") return el("pre", { class: border.trim() || null }, el("code", {}, pieces()));
  return el("div", { class: `rich-text-section${border}` }, pieces());
}

/** Add a list to the parts: deeper ones go into the last item above, equal ones go on counting. */
function addList(parts, list, surface) {
  const indent = list.indent ?? 0;
  const items = list.elements.map((item) => el("li", {}, item.elements.map((piece) => renderPiece(piece, surface))));
  let place = parts.at(-1)?.lists;
  while (place?.length && place.at(-1).indent > indent) place.pop();
  const above = place?.at(-1);
  if (above && above.indent === indent && above.style === list.style) {
    above.node.append(...items);
    if (list.offset) items[0]?.setAttribute("value", list.offset + 1);
    return;
  }
  if (above?.indent === indent) place.pop();
  const tag = list.style === "ordered" ? "ol" : "ul";
  const attributes = { class: `level-${indent % 3}${list.border ? " bordered" : ""}` };
  if (list.offset) attributes.start = list.offset + 1;
  const node = el(tag, attributes, items);
  const holder = place?.at(-1)?.node.lastElementChild;
  if (holder) holder.append(node);
  else {
    // A list that starts deeper than its neighbours has nothing to stand in, so it is moved in by hand.
    node.style.marginInlineStart = `${indent * 24}px`;
    place = [];
    parts.push({ node, lists: place });
  }
  place.push({ indent, style: list.style, node });
}

function renderPiece(piece, surface) {
  const draw = PIECES[piece.type];
  let node = draw ? draw(piece, surface) : el("span", {}, wordsOf({ elements: [piece] }));
  for (const [style, tag] of Object.entries(STYLES)) if (piece.style?.[style]) node = el(tag, {}, node);
  return node;
}

const PIECES = {
  text: (piece) => document.createTextNode(piece.text),
  link: (piece) => link(piece.url, piece.text ?? piece.url),
  user: (piece, surface) => personMention(piece.user_id, surface),
  channel: (piece) => channelMention(piece.channel_id),
  usergroup: (piece) => groupMention(piece.usergroup_id),
  broadcast: (piece) => groupMention(piece.range),
  emoji: (piece) => emojiNode(piece.name, fromUnicode(piece.unicode)),
  date: (piece, surface) => dateNode(piece.timestamp, piece.format, piece.url, piece.fallback ?? "", surface),
  color: (piece) => el("span", { class: "color" }, swatch(piece.value), piece.value),
};

function fromUnicode(codes) {
  const points = (codes ?? "").split("-").map((code) => Number.parseInt(code, 16));
  return points.every((point) => point > 0 && point <= 0x10ffff) ? String.fromCodePoint(...points) : undefined;
}

function swatch(value) {
  const dot = el("span", { class: "swatch", "aria-hidden": "true" });
  if (COLOR.test(value)) dot.style.backgroundColor = value;
  return dot;
}
