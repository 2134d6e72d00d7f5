/** The thread beside the conversation, with its own composer. */

import { addressee, composer } from "./composer.js";
import { el, replace } from "./dom.js";
import { icon } from "./icons.js";
import { messagePane } from "./messages.js";
import { openThread } from "./place.js";
import { hear, state } from "./state.js";
import { word } from "./words.js";

/** Make the place of the thread; `refresh(channels)` looks again at what changed there. */
export function threads() {
  const node = el("aside", { class: "thread", hidden: true });
  let pane = null;
  let writing = null;
  let shown = "";
  let parent = null;

  for (const topic of ["place", "thread", "user"]) hear(topic, draw);
  return { node, refresh };

  function draw() {
    const sign = state.thread ? `${state.user} ${state.channel} ${state.thread}` : "";
    if (sign === shown) return;
    shown = sign;
    pane?.leave();
    writing?.leave();
    pane = writing = null;
    node.hidden = !sign;
    document.body.classList.toggle("thread-open", Boolean(sign));
    if (!sign) {
      replace(node);
      document.querySelector(`.conversation .row[data-key="${CSS.escape(parent)}"]`)?.focus({ preventScroll: true });
      return;
    }
    parent = state.thread;
    const name = addressee(state.channel);
    node.setAttribute("aria-label", word("thread"));
    pane = messagePane({ channel: state.channel, thread: state.thread, label: word("thread.of", { name }) });
    const known = state.sidebar.channels.find(({ id }) => id === state.channel);
    if (!known?.is_archived) {
      writing = composer({ channel: state.channel, thread: state.thread, label: word("composer.thread"), onSent: pane.toNewest });
    }
    replace(node, head(name), pane.node, writing?.node);
    writing?.focus();
  }

  function head(name) {
    const close = () => openThread(null);
    return el(
      "header",
      { class: "head" },
      el(
        "div",
        { class: "head-line" },
        el("h2", {}, word("thread")),
        el("span", { class: "head-note" }, name),
        el("span", { class: "head-space" }),
        el("button", { type: "button", class: "icon-button", "aria-label": word("thread.close"), onclick: close }, icon("close")),
      ),
    );
  }

  function refresh(channels) {
    if (pane && (!channels || channels.includes(state.channel))) pane.refresh();
  }
}
