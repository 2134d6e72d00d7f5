/** Tables: plain ones, and data tables with sorting and pages. */

import { word } from "./block_words.js";
import { el, replace } from "./dom.js";
import { renderRichText } from "./rich_text.js";

const DEFAULT_PAGE = 5;

/** Return a table; its first row heads the columns. */
export function renderTable({ rows, column_settings: settings = [] }, surface) {
  const draw = (tag, row, attributes) =>
    el("tr", {}, row.map((cell, n) => el(tag, { ...attributes, class: look(settings[n], cell) }, cellContent(cell, surface))));
  const [head, ...body] = rows;
  return framed(
    word("block.table"),
    el(
      "table",
      { class: "table" },
      el("thead", {}, draw("th", head, { scope: "col" })),
      el("tbody", {}, body.map((row) => draw("td", row, {}))),
    ),
  );
}

/** Return a table that people can sort, shown page by page. */
export function renderDataTable(block, surface) {
  const { caption, page_size: size = DEFAULT_PAGE, row_header_column_index: main = 0 } = block;
  const [head, ...rows] = block.rows;
  let sorted = { column: null, falls: false };
  let page = 0;

  const buttons = head.map((cell, n) =>
    el("button", { type: "button", class: "sort-button", onclick: () => sort(n) }, cellContent(cell, surface), el("span", { class: "sort-sign", "aria-hidden": "true" })));
  const heads = head.map((cell, n) => el("th", { scope: "col", class: look(null, rows[0]?.[n] ?? cell) }, buttons[n]));
  const body = el("tbody");
  const place = el("span", { role: "status", class: "hint-text" });
  const step = (name, sign, by) =>
    el("button", {
      type: "button",
      class: "icon-button",
      "aria-label": word(name),
      onclick: () => {
        page += by;
        draw();
      },
    }, sign);
  const [previous, next] = [step("block.previous", "‹", -1), step("block.next", "›", 1)];
  const pages = el("div", { class: "table-pages" }, place, previous, next);
  draw();
  const table = el("table", { class: "table data" }, el("caption", {}, caption), el("thead", {}, el("tr", {}, heads)), body);
  return [framed(caption, table), rows.length > size ? pages : null];

  /** Up, down, and back to how the app wrote it. */
  function sort(column) {
    if (sorted.column !== column) sorted = { column, falls: false };
    else sorted = sorted.falls ? { column: null, falls: false } : { column, falls: true };
    page = 0;
    draw();
  }

  function draw() {
    const shown = sorted.column === null ? rows : [...rows].sort(compare);
    const first = page * size;
    replace(body, shown.slice(first, first + size).map((row) =>
      el("tr", {}, row.map((cell, n) =>
        el(n === main ? "th" : "td", { scope: n === main ? "row" : null, class: look(null, cell) }, cellContent(cell, surface))))));
    heads.forEach((cell, n) => {
      const isSorted = n === sorted.column;
      if (isSorted) cell.setAttribute("aria-sort", sorted.falls ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
      cell.querySelector(".sort-sign").textContent = isSorted ? (sorted.falls ? "↓" : "↑") : "";
    });
    place.textContent = word("block.rows", { first: first + 1, last: Math.min(first + size, rows.length), count: rows.length });
    previous.disabled = page === 0;
    next.disabled = first + size >= rows.length;
  }

  function compare(one, other) {
    const [a, b] = [one, other].map((row) => row[sorted.column]);
    const order = a.type === "raw_number" && b.type === "raw_number"
      ? a.value - b.value
      : readable(a).localeCompare(readable(b), surface.locale, { numeric: true });
    return sorted.falls ? -order : order;
  }

  function readable(cell) {
    return cellContent(cell, surface).textContent;
  }
}

function cellContent(cell, surface) {
  if (cell.type === "rich_text") return renderRichText(cell, surface);
  const number = cell.type === "raw_number" && new Intl.NumberFormat(surface.locale).format(cell.value);
  return el("span", {}, cell.text ?? number);
}

function look(setting, cell) {
  const align = setting?.align ?? (cell.type === "raw_number" ? "right" : "left");
  return `align-${align}${setting?.is_wrapped === false ? " unwrapped" : ""}`;
}

/** A wide table scrolls in its frame, by keyboard as well. */
function framed(label, table) {
  return el("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": label }, table);
}
