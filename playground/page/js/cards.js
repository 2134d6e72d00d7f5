/** Blocks that frame other things: alerts, cards, carousels, containers, videos, plans and their tasks. */

import { word } from "./block_words.js";
import { el } from "./dom.js";
import { renderElement, renderImage } from "./elements.js";
import { link } from "./mrkdwn.js";
import { renderRichText } from "./rich_text.js";
import { renderTextObject, wordsOfText } from "./texts.js";

const ALERT_SIGNS = { default: "💬", info: "ℹ️", warning: "⚠️", error: "⛔", success: "✅" };
const TASK_SIGNS = { pending: "○", in_progress: "◐", complete: "✓", error: "✕" };

/** Return a notice; its colour goes with a sign. */
export function renderAlert({ text, level = "default" }, surface) {
  const role = level === "error" || level === "warning" ? "alert" : "note";
  return el(
    "div",
    { class: `alert alert-${level}`, role },
    el("span", { class: "alert-sign", "aria-hidden": "true" }, ALERT_SIGNS[level] ?? ALERT_SIGNS.default),
    el("div", {}, renderTextObject(text, surface)),
  );
}

/** Return a card with picture, texts and buttons. */
export function renderCard({ hero_image: hero, icon, title, subtitle, body, subtext, actions = [], ...block }, surface) {
  const words = (className, text) => text && el("div", { class: className }, renderTextObject(text, surface));
  return el(
    "div",
    { class: "card", role: "group", "aria-label": title ? wordsOfText(title, surface) : null },
    hero && renderImage(hero, "card-hero"),
    el(
      "div",
      { class: "card-head" },
      icon && renderImage(icon, "card-icon"),
      el("div", {}, words("card-title", title), words("card-subtitle", subtitle)),
    ),
    words("card-body", body),
    words("card-subtext", subtext),
    actions.length
      ? el("div", { class: "action-row" }, actions.map((element) => renderElement({ ...block, type: "card" }, element, surface)))
      : null,
  );
}

/** Return cards side by side, to be moved by hand, by keyboard or by two buttons. */
export function renderCarousel({ elements }, surface, renderBlocks) {
  const row = el("div", { class: "carousel-row", tabindex: "0", role: "group", "aria-label": word("block.cards") });
  row.append(renderBlocks(elements, surface));
  const move = (direction) => row.scrollBy({ left: direction * row.clientWidth * 0.8, behavior: "smooth" });
  const button = (name, sign, direction) =>
    el("button", { type: "button", class: "icon-button", "aria-label": word(name), onclick: () => move(direction) }, sign);
  const moves = el("div", { class: "carousel-moves" }, button("block.back", "‹", -1), button("block.forth", "›", 1));
  new ResizeObserver(() => {
    moves.hidden = row.scrollWidth <= row.clientWidth;
  }).observe(row);
  return el("div", { class: "carousel" }, row, moves);
}

/** Return a framed group of blocks, which may be folded. */
export function renderContainer(block, surface, renderBlocks) {
  const { title, rich_text_title: richTitle, subtitle, icon, width = "standard", child_blocks: children } = block;
  const head = [
    icon && renderImage(icon, "card-icon"),
    el(
      "div",
      {},
      el("div", { class: "card-title" }, title ? renderTextObject(title, surface) : renderRichText(richTitle, surface)),
      subtitle && el("div", { class: "card-subtitle" }, renderTextObject(subtitle, surface)),
    ),
  ];
  const body = el("div", { class: "container-body" }, renderBlocks(children, surface));
  const frame = `container width-${width}`;
  if (block.is_collapsible) {
    const summary = el("summary", { class: "card-head" }, head);
    return el("details", { class: frame, open: !block.default_collapsed }, summary, body);
  }
  const divided = block.has_header_divider ? " divided" : "";
  return el("div", { class: frame, role: "group" }, el("div", { class: `card-head${divided}` }, head), body);
}

/** Return a video as its words, its picture and a link. */
export function renderVideo(block, surface) {
  const title = renderTextObject(block.title, surface);
  const from = [block.author_name, block.provider_name].filter(Boolean).join(" · ");
  return el(
    "div",
    { class: "video" },
    from ? el("div", { class: "hint-text" }, from) : null,
    el("div", { class: "card-title" }, block.title_url ? link(block.title_url, title) : title),
    block.description && el("div", {}, renderTextObject(block.description, surface)),
    renderImage({ image_url: block.thumbnail_url, alt_text: block.alt_text }),
    el("div", {}, link(block.video_url, `▶ ${word("block.video")}`)),
  );
}

/** Return a plan: its title and tasks. */
export function renderPlan({ title, tasks = [] }, surface) {
  const rows = tasks.map((task) => el("li", {}, renderTask(task, surface)));
  return el("div", { class: "plan" }, el("div", { class: "card-title" }, title), el("ul", {}, rows));
}

/** Return one task with how far it is. */
export function renderTask({ title, status, details, output, sources = [] }, surface) {
  return el(
    "div",
    { class: "task" },
    el(
      "div",
      { class: "task-line" },
      el("span", { class: `task-sign task-${status}`, role: "img", "aria-label": word(`block.${status}`) }, TASK_SIGNS[status]),
      el("span", {}, title),
    ),
    details && renderRichText(details, surface),
    output && renderRichText(output, surface),
    sources.length
      ? el(
          "div",
          { class: "hint-text" },
          `${word("block.sources")}: `,
          sources.map((source, n) => [n ? ", " : null, link(String(source.url ?? ""), String(source.text ?? source.url ?? ""))]),
        )
      : null,
  );
}
