/** Fields of the panel that search a short list. */

import { el } from "./dom.js";
import { combobox } from "./menus.js";

/** Return a field to search and pick one of `options` (`{value, text, description?}`); `onpick(value or null)`. */
export function picker(label, chosen, options, onpick, placeholder = "") {
  const isMeant = (query) => (option) => `${option.text} ${option.description ?? ""}`.toLowerCase().includes(query.toLowerCase());
  const search = async (query) => options.filter(isMeant(query));
  return combobox({ label, placeholder, chosen, search, onpick: (option) => onpick(option?.value ?? null) });
}

/** Return a labelled place for a field that names itself to screen readers. */
export function group(label, node) {
  return el("div", { class: "panel-field" }, el("span", { class: "panel-label", "aria-hidden": "true" }, label), node);
}
