/** The rich text input: typed with Slack's marks, kept as a rich text block. */

import { word } from "./block_words.js";
import { el } from "./dom.js";
import { glyph } from "./emoji.js";
import { enter, isSentOnEnter, named } from "./inputs.js";
import { standing } from "./values.js";

const MARKS = { "*": "bold", _: "italic", "~": "strike", "`": "code" };
const PIECE = /(?<![\p{L}\p{N}_*~`])([*_~`])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}_*~`])|(https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)"'*_~`])|:([a-z0-9_+'-]+):/u;
const LINES = [
  ["rich_text_quote", null, /^> ?/],
  ["rich_text_list", "bullet", /^\s*[-•*] /],
  ["rich_text_list", "ordered", /^\s*\d+[.)] /],
];
const TOOLS = [
  ["block.bold", "B", (text) => `*${text}*`],
  ["block.italic", "I", (text) => `_${text}_`],
  ["block.strike", "S", (text) => `~${text}~`],
  ["block.code", "</>", (text) => `\`${text}\``],
  ["block.quote", "❝", (text) => perLine(text, () => "> ")],
  ["block.bullets", "•", (text) => perLine(text, () => "- ")],
  ["block.numbers", "1.", (text) => perLine(text, (n) => `${n + 1}. `)],
];

/** Return the input with its toolbar. */
export function richTextInput(block, element, surface, names) {
  const waiting = surface.typed(block.block_id, element.action_id);
  const value = waiting === undefined ? standing(block, element, surface) : waiting;
  const input = el("textarea", {
    class: "input",
    placeholder: element.placeholder?.text,
    rows: String(element.min_lines ?? 3),
    ...named(element, surface, names),
    oninput: () => send({ typing: true }),
    onblur: () => surface.flush().catch(() => {}),
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || !isSentOnEnter(block, element)) return;
      event.preventDefault();
      send({ enter: true });
    },
  });
  input.value = value ? toMarks(value) : "";

  function send(options) {
    const next = input.value.trim() === "" ? null : toRichText(input.value);
    enter(input, block, element, surface, next, next, options);
  }

  function use(wrap) {
    const { selectionStart: from, selectionEnd: to } = input;
    const wrapped = wrap(input.value.slice(from, to));
    input.setRangeText(wrapped, from, to, "end");
    // With nothing selected, one goes on typing between the marks.
    if (from === to && /^[*_~`]/.test(wrapped)) input.setSelectionRange(from + 1, from + 1);
    input.focus();
    send({ typing: true });
  }

  const tools = TOOLS.map(([name, sign, wrap]) =>
    el("button", { type: "button", class: "icon-button", "aria-label": word(name), title: word(name), onclick: () => use(wrap) }, sign));
  const toolbar = el("div", { class: "rich-tools", role: "toolbar", "aria-label": word("block.format") }, tools);
  return el("div", { class: "input-holder rich-input" }, toolbar, input);
}

function perLine(text, mark) {
  return text.split("\n").map((line, n) => mark(n) + line).join("\n");
}

/** Turn typed marks into a rich text block. */
function toRichText(text) {
  const parts = [];
  text.split("```").forEach((piece, n) => {
    if (n % 2) parts.push({ type: "rich_text_preformatted", elements: [plain(piece.replace(/^\n|\n$/g, ""))] });
    else if (piece.replace(/^\n|\n$/g, "")) addLines(parts, piece.replace(/^\n|\n$/g, "").split("\n"));
  });
  return { type: "rich_text", elements: parts };
}

function addLines(parts, lines) {
  for (const line of lines) {
    const [type, style, mark] = LINES.find(([, , pattern]) => pattern.test(line)) ?? ["rich_text_section", null, /^/];
    const pieces = inline(line.replace(mark, ""), {});
    const last = parts.at(-1);
    const goesOn = last?.type === type && (last.style ?? null) === style;
    if (type === "rich_text_list") {
      const item = { type: "rich_text_section", elements: pieces };
      if (goesOn) last.elements.push(item);
      else parts.push({ type, style, indent: 0, elements: [item] });
    } else if (goesOn) last.elements.push(plain("\n"), ...pieces);
    else parts.push({ type, elements: pieces });
  }
}

function inline(text, style) {
  const match = PIECE.exec(text);
  if (!match) return text ? [plain(text, style)] : [];
  const [whole, mark, inner, url, emoji] = match;
  const before = text.slice(0, match.index);
  const after = inline(text.slice(match.index + whole.length), style);
  const kept = before ? [plain(before, style)] : [];
  if (url) return [...kept, { type: "link", url, ...styled(style) }, ...after];
  if (emoji) return [...kept, glyph(emoji) ? { type: "emoji", name: emoji } : plain(whole, style), ...after];
  const deeper = { ...style, [MARKS[mark]]: true };
  return [...kept, ...(mark === "`" ? [plain(inner, deeper)] : inline(inner, deeper)), ...after];
}

function plain(text, style = {}) {
  return { type: "text", text, ...styled(style) };
}

function styled(style) {
  return Object.keys(style).length ? { style } : {};
}

/** Turn a rich text block into the marks one would type for it. */
function toMarks(block) {
  return block.elements.map((part) => {
    if (part.type === "rich_text_list") {
      return part.elements.map((item, n) => (part.style === "ordered" ? `${n + 1}. ` : "- ") + line(item)).join("\n");
    }
    if (part.type === "rich_text_preformatted") return `\`\`\`\n${line(part)}\n\`\`\``;
    return part.type === "rich_text_quote" ? perLine(line(part), () => "> ") : line(part);
  }).join("\n");
}

function line(part) {
  return part.elements.map((piece) => {
    const text = piece.text ?? piece.url ?? (piece.name ? `:${piece.name}:` : "");
    return Object.entries(MARKS).reduce((marked, [mark, style]) => (piece.style?.[style] ? mark + marked + mark : marked), text);
  }).join("");
}
