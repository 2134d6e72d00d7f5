/** Slack's mrkdwn as nodes; what a person typed stays text. */

import { formatDate } from "./dates.js";
import { el } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { channelName, nameOf } from "./state.js";

const CODE = /```\n?([\s\S]*?)```|`([^`\n]+)`/g;
const ENTITY = /<([^<>]+)>/g;
const BARE_LINK = /https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)"'*_~`]/g;
const WORD = "\\p{L}\\p{N}_";
const MARKS = [["*", "b"], ["_", "i"], ["~", "s"]].map(([mark, tag]) => {
  const sign = mark === "*" ? "\\*" : mark;
  const near = `[${WORD}${sign}]`;
  return { tag, pattern: new RegExp(`(?<!${near})${sign}(?=[^\\s${sign}])([^\\n]*?\\S)${sign}(?!${near})`, "u") };
});
const HELD = /\0(\d+)\0/;
const SAFE = /^(?:https?|mailto|slack):/i;

/** Return a string of mrkdwn as one node; `verbatim` leaves bare addresses as text. */
export function renderMrkdwn(string, surface, { verbatim = false } = {}) {
  const held = [];
  const hold = (node) => `\0${held.push(node) - 1}\0`;
  let text = String(string).replaceAll("\0", "\ufffd");
  text = text.replace(CODE, (_, block, inline) =>
    hold(block === undefined ? el("code", {}, unescaped(inline)) : el("pre", {}, el("code", {}, unescaped(block)))));
  text = text.replace(ENTITY, (_, inner) => hold(entity(inner, surface)));
  if (!verbatim) text = text.replace(BARE_LINK, (url) => hold(link(unescaped(url), unescaped(url))));
  return el("span", { class: "mrkdwn" }, lines(text, held));
}

/** Return a link to an address people may follow, else its label as text. */
export function link(url, label) {
  if (!SAFE.test(url)) return el("span", {}, label);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

/** Whether a link to this address may be followed. */
export function isSafe(url) {
  return SAFE.test(url);
}

/** Return a mention of a person; it stands out if it is the reader. */
export function personMention(id, surface, label = id) {
  const name = nameOf(id);
  const mine = id === surface.user ? " mention-me" : "";
  return el("span", { class: `mention${mine}`, dataset: { user: id } }, `@${name && name !== id ? name : label}`);
}

/** Return a mention of a channel. */
export function channelMention(id, label = id) {
  const name = channelName(id);
  return el("span", { class: "mention", dataset: { channel: id } }, `#${name && name !== id ? name : label}`);
}

/** Return a mention of everybody in a place, or of a group. */
export function groupMention(label) {
  return el("span", { class: "mention mention-me" }, label.startsWith("@") ? label : `@${label}`);
}

/** Return a moment written by the pattern, in the reader's zone; the fallback if that cannot be done. */
export function dateNode(seconds, pattern, url, fallback, surface) {
  const shown = formatDate(seconds, pattern, surface);
  if (shown === null) return el("span", {}, fallback);
  const iso = new Date(seconds * 1000).toISOString();
  const node = el("time", { datetime: iso }, shown);
  return url ? link(url, node) : node;
}

/** Undo Slack's three escapes, once. */
function unescaped(text) {
  return text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">" })[name]);
}

function entity(inner, surface) {
  const bar = inner.indexOf("|");
  const body = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? "" : unescaped(inner.slice(bar + 1));
  if (body.startsWith("@")) return personMention(body.slice(1), surface, label || body.slice(1));
  if (body.startsWith("#")) return channelMention(body.slice(1), label || body.slice(1));
  if (body.startsWith("!date^")) {
    const [, stamp, pattern = "", url = ""] = body.split("^");
    return dateNode(/^-?\d+$/.test(stamp) ? Number(stamp) : NaN, pattern, unescaped(url), label, surface);
  }
  if (body.startsWith("!subteam^")) return groupMention(label || "group");
  if (body.startsWith("!")) return groupMention(label || body.slice(1));
  return link(unescaped(body), label ? el("span", {}, withEmoji(label)) : unescaped(body));
}

/** Group lines into quotes and the rest; `>>>` quotes all that follows. */
function lines(text, held) {
  const parts = [];
  let quotesAll = false;
  for (const line of text.split("\n")) {
    const all = !quotesAll && /^(?:>|&gt;){3} ?/.exec(line);
    const one = !quotesAll && !all && /^(?:>|&gt;) ?/.exec(line);
    quotesAll ||= Boolean(all);
    const quoted = quotesAll || Boolean(one);
    const content = line.slice((all || one || [""])[0].length);
    const last = parts.at(-1);
    if (last && last.quoted === quoted) last.lines.push(content);
    else parts.push({ quoted, lines: [content] });
  }
  return parts.map(({ quoted, lines: some }) => {
    const nodes = inline(trimAroundBlocks(some.join("\n"), held), held);
    return quoted ? el("blockquote", {}, nodes) : nodes;
  });
}

/** A code block stands on lines of its own; the line breaks next to it would show as empty lines. */
function trimAroundBlocks(text, held) {
  return text.replace(/\n?\0(\d+)\0\n?/g, (whole, n) => (held[n].tagName === "PRE" ? `\0${n}\0` : whole));
}

function inline(text, held) {
  const nodes = [];
  let rest = text;
  for (let found; (found = firstMark(rest)); ) {
    const { match, tag } = found;
    nodes.push(...plain(rest.slice(0, match.index), held), el(tag, {}, inline(match[1], held)));
    rest = rest.slice(match.index + match[0].length);
  }
  return [...nodes, ...plain(rest, held)];
}

function firstMark(text) {
  let first = null;
  for (const { tag, pattern } of MARKS) {
    const match = pattern.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { match, tag };
  }
  return first;
}

function plain(text, held) {
  return text.split(HELD).flatMap((piece, n) => (n % 2 ? [held[Number(piece)]] : withEmoji(unescaped(piece))));
}
