/** Lists to pick from that an input drives, and the layer in which lists and menus pop up. */

import { el, replace } from "./dom.js";
import { word } from "./words.js";

const GAP = 4;
const EDGE = 8;
const TYPING_MS = 150;
let serial = 0;

/** Show a popup above everything at an anchor, below it if there is room, else above; `wide` takes its width. */
export function popUp(popup, anchor, { wide = false, above = false } = {}) {
  // what stands outside an open dialog cannot be used, whatever layer it is on
  if (!popup.isConnected) (anchor.closest("dialog") ?? document.body).append(popup);
  popup.showPopover();
  const at = anchor.getBoundingClientRect();
  if (wide) popup.style.width = `${at.width}px`;
  const below = window.innerHeight - at.bottom - GAP - EDGE;
  const over = at.top - GAP - EDGE;
  const wanted = popup.scrollHeight;
  const goesUp = above ? over > Math.min(wanted, below) : wanted > below && over > below;
  popup.style.maxHeight = `${Math.max(120, Math.min(goesUp ? over : below, 420))}px`;
  const size = popup.getBoundingClientRect();
  popup.style.top = `${goesUp ? at.top - GAP - size.height : at.bottom + GAP}px`;
  popup.style.left = `${Math.max(EDGE, Math.min(at.left, window.innerWidth - size.width - EDGE))}px`;
}

/**
 * A listbox of options or groups with one of them active; the focus stays in the input that drives it.
 * `show(found)` takes `[{value, text, hint?, description?, icon?, badge?, selected?}]` or `[{label, options}]`.
 */
export function listbox({ label, onpick, multiple = false }) {
  const id = `listbox-${++serial}`;
  const several = multiple ? "true" : null;
  const node = el("div", { class: "listbox", role: "listbox", id, "aria-label": label, "aria-multiselectable": several });
  let rows = [];
  let active = -1;
  let input = null;

  // the input must keep the focus
  node.addEventListener("pointerdown", (event) => event.preventDefault());

  function option(item) {
    const index = rows.length;
    const row = el(
      "div",
      {
        class: "option",
        role: "option",
        id: `${id}-${index}`,
        "aria-selected": String(Boolean(item.selected)),
        onclick: () => onpick(item),
        onpointermove: () => index !== active && activate(index, false),
      },
      item.icon,
      el(
        "span",
        { class: "option-words" },
        el("span", { class: "option-text" }, item.text, item.hint ? el("span", { class: "option-hint" }, ` ${item.hint}`) : null),
        item.description ? el("span", { class: "option-description" }, item.description) : null,
      ),
      item.badge ? el("span", { class: "badge" }, item.badge) : null,
    );
    rows.push({ item, row });
    return row;
  }

  function group({ label: name, options }) {
    const heading = `${id}-group-${++serial}`;
    return el(
      "div",
      { role: "group", "aria-labelledby": heading },
      el("div", { class: "option-group", id: heading, role: "presentation" }, name),
      options.map(option),
    );
  }

  function activate(index, scrolls = true) {
    rows[active]?.row.classList.remove("active");
    active = rows.length ? (index + rows.length) % rows.length : -1;
    const row = rows[active]?.row;
    row?.classList.add("active");
    if (scrolls) row?.scrollIntoView({ block: "nearest" });
    if (row) input?.setAttribute("aria-activedescendant", row.id);
    else input?.removeAttribute("aria-activedescendant");
  }

  return {
    node,
    id,
    /** The option that Enter picks. */
    get active() {
      return rows[active]?.item ?? null;
    },
    /** Say which input drives the list. */
    drivenBy(box) {
      input = box;
      input.setAttribute("aria-controls", id);
      input.setAttribute("aria-autocomplete", "list");
    },
    show(found) {
      rows = [];
      replace(node, found.map((item) => (item.options ? (item.options.length ? group(item) : null) : option(item))));
      const chosen = rows.findIndex(({ item }) => item.selected);
      activate(Math.max(chosen, 0));
      if (!rows.length) this.say(word("nothing-found"));
    },
    /** Show a sentence in the place of options. */
    say(sentence) {
      rows = [];
      activate(-1);
      replace(node, el("div", { class: "listbox-note", role: "presentation" }, el("span", { role: "status" }, sentence)));
    },
    /** Take an arrow, Home, End or Enter; says whether the key meant something. */
    takes(key) {
      if (key === "ArrowDown") activate(active + 1);
      else if (key === "ArrowUp") activate(active < 0 ? rows.length - 1 : active - 1);
      else if (key === "PageDown") activate(Math.min(active + 8, rows.length - 1));
      else if (key === "PageUp") activate(Math.max(active - 8, 0));
      else if (key === "Enter" && rows[active]) onpick(rows[active].item);
      else return false;
      return true;
    },
  };
}

/** Ask a search after each pause in typing; only the latest answer counts. `onAnswer(found, problem)`. */
export function latest(search, onAnswer, pause = TYPING_MS) {
  let turn = 0;
  let timer = 0;
  return {
    ask(query, { now = false } = {}) {
      const mine = ++turn;
      clearTimeout(timer);
      timer = setTimeout(
        async () => {
          try {
            const found = await search(query);
            if (mine === turn) onAnswer(found, null);
          } catch (problem) {
            if (mine === turn) onAnswer([], problem);
          }
        },
        now ? 0 : pause,
      );
    },
    forget() {
      turn += 1;
      clearTimeout(timer);
    },
  };
}
