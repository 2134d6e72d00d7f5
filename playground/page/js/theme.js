/** Light and dark: as the system has it, or as chosen with the switch. */

import { openMenu } from "./menus.js";
import { word } from "./words.js";

const KEY = "playground-theme";

/** Take the choice of last time. */
export function takeTheme() {
  apply(chosen());
}

/** Offer the choice at a button. */
export function openThemes(anchor) {
  const items = ["system", "light", "dark"].map((theme) => ({
    label: word(`theme.${theme}`),
    checked: chosen() === theme,
    onpick: () => {
      localStorage.setItem(KEY, theme);
      apply(theme);
    },
  }));
  openMenu(anchor, items, { label: word("theme") });
}

function chosen() {
  return localStorage.getItem(KEY) ?? "system";
}

function apply(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
