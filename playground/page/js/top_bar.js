/** The bar at the top: search, the traffic tab, rules and faults, light and dark, and whether the connection is lost. */

import { el, replace } from "./dom.js";
import { icon } from "./icons.js";
import { showTraffic } from "./place.js";
import { openRules } from "./rules.js";
import { openDrawer, openJump } from "./sidebar.js";
import { hear, state } from "./state.js";
import { openThemes } from "./theme.js";
import { word } from "./words.js";

/** Make the bar. */
export function topBar() {
  const bar = el("header", { class: "top-bar" });
  const lost = el("div", { class: "lost", role: "status" });
  const drawButtons = () => {
    const traffic = button("traffic", "traffic", () => showTraffic(!state.isTraffic));
    const drawer = button("menu", "sidebar.open", openDrawer);
    traffic.setAttribute("aria-pressed", String(state.isTraffic));
    drawer.classList.add("drawer-open-button");
    replace(
      bar,
      drawer,
      search(),
      traffic,
      button("gear", "rules", openRules),
      button("sun", "theme", ({ currentTarget }) => openThemes(currentTarget)),
      lost,
    );
  };
  hear("user", drawButtons);
  hear("connected", () => replace(lost, state.connected ? null : word("lost")));
  hear("place", () => bar.querySelector("[aria-pressed]").setAttribute("aria-pressed", String(state.isTraffic)));
  return bar;
}

function search() {
  return el(
    "button",
    { type: "button", class: "search", "aria-haspopup": "dialog", "aria-keyshortcuts": "Control+K Meta+K", onclick: openJump },
    icon("search"),
    el("span", { class: "search-words" }, word("search", { team: state.directory.team.name })),
    el("kbd", { "aria-hidden": "true" }, /Mac/.test(navigator.platform) ? "⌘K" : "Ctrl K"),
  );
}

function button(sign, key, act) {
  const name = word(key);
  const attributes = { type: "button", class: "icon-button", "aria-label": name, title: name, onclick: act };
  return el("button", attributes, icon(sign), el("span", { class: "top-word" }, name));
}
