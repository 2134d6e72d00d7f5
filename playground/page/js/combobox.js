/** An input with a list to pick one or several from, searched as one types. */

import { el, replace } from "./dom.js";
import { latest, listbox, popUp } from "./listbox.js";
import { word } from "./words.js";

/**
 * An input with a list to pick from.
 * @param chosen  the chosen option, or a list of them if `multiple`: `{value, text, description?}`
 * @param search  `async (query) => options or [{label, options}]`
 * @param onpick  called with the option or null; if `multiple` with the list of options
 * @param attributes  of the input, as `id`, `aria-describedby`, `aria-invalid`, `disabled`, `autofocus`
 */
export function combobox({
  label,
  placeholder = "",
  multiple = false,
  chosen = multiple ? [] : null,
  search,
  onpick,
  minLength = 0,
  maxItems = Infinity,
  attributes = {},
}) {
  let picked = multiple ? [...(chosen ?? [])] : chosen;
  // what the list shows while an answer is under way belongs to what was typed before
  let isStale = false;
  let isEntered = false;
  const input = el("input", {
    type: "text",
    role: "combobox",
    class: "combobox-input",
    "aria-label": label,
    "aria-expanded": "false",
    "aria-haspopup": "listbox",
    autocomplete: "off",
    spellcheck: "false",
    ...attributes,
  });
  const list = listbox({ label, onpick: choose, multiple });
  list.drivenBy(input);
  list.node.setAttribute("popover", "manual");
  const chips = el("span", { class: "chips" });
  const clear = el(
    "button",
    { type: "button", class: "combobox-clear", "aria-label": word("clear", { name: label }), onclick: empty },
    "×",
  );
  const node = el("div", { class: multiple ? "combobox multiple" : "combobox" }, chips, input, clear);
  const asked = latest(search, onAnswer);

  node.addEventListener("pointerdown", (event) => {
    if (event.target !== input && !event.target.closest("button")) {
      event.preventDefault();
      input.focus();
    }
  });
  input.addEventListener("click", () => (isOpen() ? null : ask(true)));
  input.addEventListener("input", () => ask());
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", () => shut());
  draw();

  function isOpen() {
    return list.node.matches(":popover-open");
  }

  function ask(now = false) {
    const typed = input.value === shownText() ? "" : input.value.trim();
    const missing = minLength - typed.length;
    if (missing > 0) {
      asked.forget();
      list.say(word("type-more", { count: missing }));
      return show();
    }
    if (!isOpen()) {
      list.say(word("loading"));
      show();
    }
    isStale = true;
    isEntered = false;
    asked.ask(typed, { now });
  }

  function onAnswer(found, problem) {
    if (document.activeElement !== input) return;
    isStale = false;
    if (problem) list.say(problem.message);
    else list.show(marked(found));
    show();
    if (isEntered) list.takes("Enter");
  }

  /** Mark what is chosen already; several are taken from the list, as they stand as chips. */
  function marked(found) {
    const taken = new Set((multiple ? picked : [picked]).filter(Boolean).map((item) => item.value));
    const one = (item) => (multiple && taken.has(item.value) ? [] : [{ ...item, selected: taken.has(item.value) }]);
    return found.flatMap((item) => (item.options ? [{ ...item, options: item.options.flatMap(one) }] : one(item)));
  }

  function show() {
    popUp(list.node, node, { wide: true });
    document.addEventListener("scroll", follow, true);
    window.addEventListener("resize", follow);
    input.setAttribute("aria-expanded", "true");
  }

  /** Stay at the input when a form scrolls or a phone's keyboard comes. */
  function follow(event) {
    if (event.target !== list.node) popUp(list.node, node, { wide: true });
  }

  function shut() {
    asked.forget();
    isStale = false;
    document.removeEventListener("scroll", follow, true);
    window.removeEventListener("resize", follow);
    if (isOpen()) list.node.hidePopover();
    list.node.remove();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    input.value = shownText();
  }

  function onKey(event) {
    if (event.key === "Escape" && isOpen()) {
      shut();
    } else if (event.key === "Backspace" && multiple && !input.value && picked.length) {
      take(picked.slice(0, -1));
    } else if (!isOpen() && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      ask(true);
    } else if (event.key === "Enter" && isOpen() && isStale) {
      isEntered = true;
    } else if (!(isOpen() && list.takes(event.key))) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  function choose(item) {
    const option = { value: item.value, text: item.text, description: item.description };
    if (multiple) {
      if (picked.length < maxItems) take([...picked, option]);
      input.value = "";
      input.focus();
      shut();
    } else {
      take(option);
      shut();
    }
  }

  function empty() {
    take(multiple ? [] : null);
    input.focus();
  }

  function take(next) {
    picked = next;
    draw();
    onpick(picked);
  }

  function shownText() {
    return multiple ? "" : picked?.text ?? "";
  }

  function draw() {
    const isEmpty = multiple ? !picked.length : !picked;
    replace(
      chips,
      (multiple ? picked : []).map((item) =>
        el(
          "span",
          { class: "chip" },
          item.text,
          el("button", {
            type: "button",
            class: "chip-remove",
            disabled: input.disabled,
            "aria-label": word("remove", { name: item.text }),
            onclick: () => {
              take(picked.filter((other) => other !== item));
              input.focus();
            },
          }, "×"),
        ),
      ),
    );
    input.placeholder = multiple && !isEmpty ? "" : placeholder;
    input.value = shownText();
    clear.hidden = multiple || isEmpty || input.disabled;
  }

  return node;
}
