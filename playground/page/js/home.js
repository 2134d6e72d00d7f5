/** The app's Home tab: the view that the app published for a person. */

import { el, replace } from "./dom.js";
import { state } from "./state.js";
import { viewSurface } from "./surface.js";
import { drawBlocks, takeIn } from "./views.js";
import { addWords, word } from "./words.js";

const shown = new WeakMap(); // container → {key, surface, told, blocks}

addWords({
  "home-empty": { en: "Nothing here yet", de: "Noch nichts hier" },
  "home-empty-text": {
    en: "This is the Home of {app}. The app has not put anything here for you.",
    de: "Das ist die Startseite von {app}. Die App zeigt hier noch nichts für dich.",
  },
  "home-off": {
    en: "{app} has no Home. It writes to you under Messages.",
    de: "{app} hat keine Startseite. Die App schreibt dir unter Nachrichten.",
  },
});

/** Draw the Home of the person acted as, or bring it in step; what did not change is left as it is. */
export function renderHome(container) {
  const view = state.person.home;
  const key = view ? `${state.user} ${view.id}` : null;
  if (!view) {
    shown.delete(container);
    replace(container, nothingHere());
    return;
  }
  let home = shown.get(container);
  if (home?.key !== key || !home.blocks.isConnected) {
    const surface = viewSurface(state.user, structuredClone(view));
    home = { key, surface, told: view.state.values, blocks: el("div", { class: "home-view" }) };
    shown.set(container, home);
    replace(container, home.blocks);
  }
  takeIn(home.surface, view, home.told);
  home.told = view.state.values;
  drawBlocks(home.blocks, view.blocks, home.surface);
}

function nothingHere() {
  const app = state.directory.app;
  return el(
    "div",
    { class: "home-empty" },
    el("h2", {}, word("home-empty")),
    el("p", {}, word(app.home_tab ? "home-empty-text" : "home-off", { app: app.name })),
  );
}
