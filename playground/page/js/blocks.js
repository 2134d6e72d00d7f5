/** Blocks as Slack shows them. */

import { word } from "./block_words.js";
import { renderAlert, renderCard, renderCarousel, renderContainer, renderPlan, renderTask, renderVideo } from "./cards.js";
import { renderChart } from "./charts.js";
import { el } from "./dom.js";
import { renderElement, renderImage } from "./elements.js";
import { renderMarkdown } from "./markdown.js";
import { renderRichText } from "./rich_text.js";
import { renderDataTable, renderTable } from "./tables.js";
import { renderTextObject, wordsOfText } from "./texts.js";

export { renderMrkdwn } from "./mrkdwn.js";
export { renderTextObject } from "./texts.js";

const TALLEST_TEXT = 700;
const GROUPED = new Set(["radio_buttons", "checkboxes"]);
let serial = 0;

/** Return blocks, one under the other. */
export function renderBlocks(blocks, surface) {
  const fragment = document.createDocumentFragment();
  for (const block of blocks) fragment.append(renderBlock(block, surface));
  return fragment;
}

function renderBlock(block, surface) {
  const draw = DRAW[block.type];
  const content = draw
    ? draw(block, surface, renderBlocks)
    : el("p", { class: "block-unknown" }, word("block.unknown", { type: block.type }));
  const refusal = block.type === "input" ? null : surface.errors[block.block_id];
  return el(
    "div",
    { class: `block block-${draw ? block.type : "strange"}`, dataset: { blockId: block.block_id ?? "" } },
    content,
    refusal ? el("p", { class: "error-text", role: "alert" }, refusal) : null,
  );
}

function renderSection({ text, fields, accessory, expand, ...block }, surface) {
  const words = text && el("div", { class: "section-text" }, renderTextObject(text, surface));
  const columns = fields && el(
    "div",
    { class: "section-fields" },
    fields.map((field) => el("div", { class: "section-field" }, renderTextObject(field, surface))),
  );
  const body = el("div", { class: "section-body" }, words && !expand ? shortened(words) : words, columns);
  if (!accessory) return body;
  const label = text ? wordsOfText(text, surface) : "";
  const drawn = renderElement({ ...block, type: "section" }, accessory, surface, { label });
  const place = accessory.type === "image" ? "section-picture" : "section-accessory";
  return el("div", { class: "section-row" }, body, el("div", { class: place }, drawn));
}

/** Fold a text that is very tall, with a button that unfolds it. */
function shortened(words) {
  const place = el("div", {}, words);
  const button = el("button", { type: "button", class: "link-button show-more", onclick: () => unfold(!isOpen()) });
  const isOpen = () => button.getAttribute("aria-expanded") === "true";
  const unfold = (open) => {
    button.setAttribute("aria-expanded", String(open));
    button.textContent = word(open ? "block.less" : "block.more");
    words.classList.toggle("folded", !open);
  };
  new ResizeObserver(() => {
    if (button.isConnected || words.scrollHeight <= TALLEST_TEXT) return;
    place.append(button);
    unfold(false);
  }).observe(words);
  return place;
}

function renderInput({ label, element, hint, optional, dispatch_action: isSent, block_id: blockId }, surface) {
  const id = `field-${++serial}`;
  const error = surface.errors[blockId];
  const config = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const sendsOnEnter = isSent && element.type.endsWith("_input") && config.includes("on_enter_pressed");
  const notes = [
    error && el("p", { class: "error-text", id: `${id}-error`, role: "alert" }, error),
    hint && el("p", { class: "hint-text", id: `${id}-hint` }, renderTextObject(hint, surface)),
    sendsOnEnter && el("p", { class: "hint-text", id: `${id}-enter` }, word("block.enter-sends")),
  ].filter(Boolean);
  const names = {
    id,
    label: wordsOfText(label, surface),
    describedBy: notes.map((note) => note.id).join(" ") || null,
    invalid: Boolean(error),
    required: !optional,
  };
  const block = { type: "input", block_id: blockId, dispatch_action: isSent };
  return [
    el(
      "div",
      { class: "input-label" },
      el(GROUPED.has(element.type) ? "span" : "label", { for: GROUPED.has(element.type) ? null : id }, renderTextObject(label, surface)),
      optional ? el("span", { class: "input-optional" }, ` ${word("block.optional")}`) : null,
    ),
    renderElement(block, element, surface, names),
    notes,
  ];
}

function renderPicture(block, surface) {
  const picture = renderImage(block);
  if (!block.title) return picture;
  return el("figure", {}, el("figcaption", { class: "picture-title" }, renderTextObject(block.title, surface)), picture);
}

function renderContext({ elements }, surface) {
  return el(
    "div",
    { class: "context-line" },
    elements.map((element) =>
      element.type === "image" ? renderImage(element, "context-picture") : el("span", {}, renderTextObject(element, surface))),
  );
}

function renderActions({ elements, ...block }, surface) {
  return el("div", { class: "action-row" }, elements.map((element) => renderElement(block, element, surface)));
}

const DRAW = {
  section: renderSection,
  header: ({ text }, surface) => el("h3", {}, renderTextObject(text, surface)),
  divider: () => el("hr"),
  context: renderContext,
  actions: renderActions,
  context_actions: renderActions,
  image: renderPicture,
  input: renderInput,
  rich_text: renderRichText,
  markdown: ({ text }) => renderMarkdown(text),
  table: renderTable,
  data_table: renderDataTable,
  data_visualization: renderChart,
  alert: renderAlert,
  card: renderCard,
  carousel: renderCarousel,
  container: renderContainer,
  video: renderVideo,
  plan: renderPlan,
  task_card: renderTask,
};
