/** Popup menus by keyboard; and, for all who use it, the input with a list to pick from. */

import { el } from "./dom.js";
import { popUp } from "./listbox.js";

export { combobox } from "./combobox.js";

let open = null;

/**
 * Open a menu at a control; a second call for the same control closes it.
 * @param items `[{label, hint?, danger?, checked?, icon?, onpick}]`; `null` is a dividing line
 */
export function openMenu(anchor, items, { label }) {
  const again = open?.anchor === anchor;
  open?.close();
  if (again) return;
  const menu = el("div", { class: "menu", role: "menu", "aria-label": label, popover: "manual" });
  for (const item of items) menu.append(item === null ? el("div", { class: "menu-line", role: "separator" }) : row(item));

  function row({ label: text, hint, danger, checked, icon, onpick }) {
    const isChoice = checked !== undefined;
    return el(
      "button",
      {
        type: "button",
        role: isChoice ? "menuitemradio" : "menuitem",
        "aria-checked": isChoice ? String(checked) : null,
        class: danger ? "menu-item danger" : "menu-item",
        tabindex: "-1",
        onclick: () => {
          close();
          onpick();
        },
      },
      icon,
      el("span", { class: "menu-label" }, text),
      hint ? el("span", { class: "menu-hint" }, hint) : null,
    );
  }

  function onKey(event) {
    const rows = [...menu.querySelectorAll(".menu-item")];
    const at = rows.indexOf(document.activeElement);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
    if (event.key in moves) {
      rows.at(moves[event.key] % rows.length)?.focus();
    } else if (event.key === "Escape") {
      close();
    } else if (event.key === "Tab") {
      close();
      return;
    } else if (event.key.length === 1 && /\S/.test(event.key)) {
      const letter = event.key.toLowerCase();
      const turned = [...rows.slice(at + 1), ...rows.slice(0, at + 1)];
      turned.find((one) => one.textContent.trim().toLowerCase().startsWith(letter))?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  function onOutside(event) {
    if (!menu.contains(event.target) && !anchor.contains(event.target)) close(false);
  }

  /** Stay at the control when what it stands in scrolls, as it does by itself when a message arrives. */
  function follow(event) {
    if (menu.contains(event.target)) return;
    if (isInSight(anchor)) popUp(menu, anchor);
    else close(false);
  }

  function close(returns = true) {
    if (open?.close !== close) return;
    open = null;
    document.removeEventListener("pointerdown", onOutside, true);
    document.removeEventListener("scroll", follow, true);
    window.removeEventListener("resize", close);
    anchor.setAttribute("aria-expanded", "false");
    menu.remove();
    if (returns && anchor.isConnected) anchor.focus();
  }

  open = { anchor, close };
  menu.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", onOutside, true);
  document.addEventListener("scroll", follow, true);
  window.addEventListener("resize", close);
  anchor.setAttribute("aria-haspopup", "menu");
  anchor.setAttribute("aria-expanded", "true");
  popUp(menu, anchor);
  menu.querySelector(".menu-item")?.focus();
}

function isInSight(control) {
  const { top, bottom } = control.getBoundingClientRect();
  return control.isConnected && bottom > 0 && top < window.innerHeight;
}
