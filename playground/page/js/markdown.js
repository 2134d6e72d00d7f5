/** The markdown block: common Markdown as nodes. */

import { el } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./mrkdwn.js";

const INLINE = [
  { pattern: /`([^`\n]+)`/, draw: ([, code]) => el("code", {}, code) },
  { pattern: /!\[([^\]\n]*)\]\(([^()\s]+)\)/, draw: ([, words, url]) => link(url, words || url) },
  { pattern: /\[([^\]\n]+)\]\(([^()\s]+)\)/, draw: ([, words, url]) => link(url, el("span", {}, inline(words))) },
  { pattern: /\*\*(?=\S)([^\n]*?\S)\*\*/, draw: ([, words]) => el("b", {}, inline(words)) },
  { pattern: /(?<![\p{L}\p{N}_])__(?=\S)([^\n]*?\S)__(?![\p{L}\p{N}_])/u, draw: ([, words]) => el("b", {}, inline(words)) },
  { pattern: /\*(?=\S)([^*\n]*?\S)\*/, draw: ([, words]) => el("i", {}, inline(words)) },
  { pattern: /(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*?\S)_(?![\p{L}\p{N}_])/u, draw: ([, words]) => el("i", {}, inline(words)) },
  { pattern: /~~(?=\S)([^\n]*?\S)~~/, draw: ([, words]) => el("s", {}, inline(words)) },
  { pattern: /https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)"'*_~`]/, draw: ([url]) => link(url, url) },
];
const ITEM = /^(\s*)(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const TABLE_LINE = /^\s*\|?(?:\s*:?-{3,}:?\s*\|)+\s*(?::?-{3,}:?\s*)?$/;
const TASK = /^\[([ xX])\]\s+/;

/** Return a text of Markdown as one node. */
export function renderMarkdown(text) {
  const lines = text.split("\n");
  const parts = [];
  let at = 0;
  while (at < lines.length) {
    const { used, node } = READERS.map((read) => read(lines, at)).find(Boolean);
    if (node) parts.push(node);
    at += used;
  }
  return el("div", { class: "markdown" }, parts);
}

/** Each takes the lines and where to look, and returns how many it used and the node; null if it is something else. */
const READERS = [blank, fence, heading, rule, quote, table, list, paragraph];

function blank(lines, at) {
  return lines[at].trim() ? null : { used: 1, node: null };
}

function fence(lines, at) {
  const mark = /^\s*(```+|~~~+)/.exec(lines[at])?.[1];
  if (!mark) return null;
  const end = lines.findIndex((line, n) => n > at && line.trim().startsWith(mark));
  const last = end < 0 ? lines.length : end;
  return { used: last - at + 1, node: el("pre", {}, el("code", {}, lines.slice(at + 1, last).join("\n"))) };
}

function heading(lines, at) {
  const match = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines[at]);
  // The page's own headings come first, so that these begin at the third level.
  return match && { used: 1, node: el(`h${Math.min(6, match[1].length + 2)}`, { class: `markdown-h${match[1].length}` }, inline(match[2])) };
}

function rule(lines, at) {
  return /^\s*([-*_])(?:\s*\1){2,}\s*$/.test(lines[at]) ? { used: 1, node: el("hr") } : null;
}

function quote(lines, at) {
  const quoted = run(lines, at, (line) => /^\s*>/.test(line));
  if (!quoted.length) return null;
  return { used: quoted.length, node: el("blockquote", {}, renderMarkdown(quoted.map((line) => line.replace(/^\s*> ?/, "")).join("\n"))) };
}

function table(lines, at) {
  if (!lines[at].includes("|") || !TABLE_LINE.test(lines[at + 1] ?? "")) return null;
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
  const rows = run(lines, at + 2, (line) => line.includes("|"));
  const draw = (tag, line) => el("tr", {}, cells(line).map((cell) => el(tag, { scope: tag === "th" ? "col" : null }, inline(cell))));
  const node = el(
    "table",
    { class: "table" },
    el("thead", {}, draw("th", lines[at])),
    el("tbody", {}, rows.map((line) => draw("td", line))),
  );
  return { used: rows.length + 2, node: el("div", { class: "table-frame" }, node) };
}

function list(lines, at) {
  if (!ITEM.test(lines[at])) return null;
  const isNumbered = (line) => ITEM.exec(line)?.[2] !== undefined;
  const belongs = (line) => /^\s{2,}\S/.test(line) || (ITEM.test(line) && isNumbered(line) === isNumbered(lines[at]));
  const own = run(lines, at, belongs);
  return { used: own.length, node: items(own) };
}

function items(lines) {
  const [, indent, number] = ITEM.exec(lines[0]);
  const node = el(number ? "ol" : "ul", { start: number && number !== "1" ? number : null });
  let at = 0;
  while (at < lines.length) {
    const [, , , words] = ITEM.exec(lines[at]) ?? [null, null, null, lines[at].trim()];
    const deeper = run(lines, at + 1, (line) => (ITEM.exec(line)?.[1] ?? line).search(/\S|$/) > indent.length || !ITEM.test(line));
    const task = TASK.exec(words);
    const item = el("li", {}, task ? (task[1] === " " ? "☐ " : "☑ ") : null, inline(task ? words.slice(task[0].length) : words));
    const nested = deeper.findIndex((line) => ITEM.test(line));
    const goesOn = nested < 0 ? deeper : deeper.slice(0, nested);
    if (goesOn.length) item.append(...inline(` ${goesOn.map((line) => line.trim()).join(" ")}`));
    if (nested >= 0) item.append(items(deeper.slice(nested)));
    node.append(item);
    at += deeper.length + 1;
  }
  return node;
}

function paragraph(lines, at) {
  const own = [lines[at], ...run(lines, at + 1, (line, n) => READERS.slice(0, -1).every((read) => !read(lines, n)))];
  return { used: own.length, node: el("p", {}, inline(own.join("\n"))) };
}

function run(lines, from, belongs) {
  let end = from;
  while (end < lines.length && belongs(lines[end], end)) end += 1;
  return lines.slice(from, end);
}

function inline(text) {
  let first = null;
  for (const kind of INLINE) {
    const match = kind.pattern.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { match, draw: kind.draw };
  }
  if (!first) return withEmoji(text);
  const { match, draw } = first;
  return [...withEmoji(text.slice(0, match.index)), draw(match), ...inline(text.slice(match.index + match[0].length))];
}
