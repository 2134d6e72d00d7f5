/** A dialog to search a list by name and pick from it. */

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { listbox } from "./listbox.js";
import { word } from "./words.js";

/**
 * Open it; typing narrows it down to the options whose words begin with what was typed.
 * @param items  options `{value, text, description?, icon?, badge?, selected?, also?}` or groups `{label, options}`
 * @param onpick  called with the option, after the dialog has gone
 */
export function openPicker({ label, placeholder, items, onpick }) {
  const opener = document.activeElement;
  const list = listbox({ label, onpick: pick });
  const input = el("input", {
    type: "text",
    role: "combobox",
    "aria-label": label,
    "aria-expanded": "true",
    placeholder,
    class: "picker-input",
    autocomplete: "off",
    spellcheck: "false",
    oninput: draw,
    onkeydown: (event) => {
      if (list.takes(event.key)) event.preventDefault();
    },
  });
  const dialog = el(
    "dialog",
    { class: "picker", "aria-label": label },
    el("h2", { class: "picker-title" }, label),
    el(
      "div",
      { class: "picker-head" },
      icon("search"),
      input,
      el("button", { type: "button", class: "icon-button", "aria-label": word("close"), onclick: close }, icon("close")),
    ),
    list.node,
  );
  list.drivenBy(input);
  // a click on the dialog itself, not on what is in it, is one beside it
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener?.focus?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  draw();
  input.focus();

  function draw() {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    const fits = (one) => matches(one, words);
    list.show(items.flatMap((item) => (item.options ? [{ ...item, options: item.options.filter(fits) }] : fits(item) ? [item] : [])));
  }

  function pick(option) {
    close();
    onpick(option);
  }

  function close() {
    dialog.close();
  }
}

/** Say whether each typed word begins a word of the option. */
export function matches({ text, description = "", also = "" }, words) {
  const parts = plain(`${text} ${description} ${also}`).split(/[\s.,·/#_-]+/);
  const whole = plain(text);
  return words.every((typed) => parts.some((part) => part.startsWith(typed)) || whole.startsWith(typed));
}

/** Return a text as it is compared: small letters without accents. */
export function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/^[#@]/, "");
}
