/** The composer: writes messages and commands; Enter sends, Shift+Enter begins a new line. */

import { post } from "./api.js";
import { commandHint, completion } from "./completion.js";
import { el, replace } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menus.js";
import { nameOf, state } from "./state.js";
import { toast } from "./toasts.js";
import { word } from "./words.js";

const MOST_PX = 240;
/** What is written but not sent, by person, conversation and thread. */
const drafts = new Map();
let serial = 0;

/** Make the composer of a conversation or thread; `onSent` is called once something is on its way. */
export function composer({ channel, thread = null, label, onSent = () => {} }) {
  const { user } = state;
  const key = `${user} ${channel} ${thread ?? ""}`;
  const trouble = el("div", { class: "composer-error", role: "alert", hidden: true });
  const hint = el("div", { class: "composer-hint" });
  const box = el("textarea", {
    class: "composer-text",
    id: `composer-${++serial}`,
    rows: "1",
    "aria-label": label,
    placeholder: label,
    title: null,
    value: drafts.get(key) ?? "",
    oninput: () => {
      trouble.hidden = true;
      onInput();
    },
    onkeydown: onKey,
  });
  const send = iconButton("send", "send", () => submit(), "composer-send");
  const frame = el(
    "div",
    { class: "composer-frame" },
    box,
    el(
      "div",
      { class: "composer-buttons" },
      iconButton("bolt", "shortcuts", ({ currentTarget }) => openShortcuts(currentTarget)),
      iconButton("at", "mention", mention),
      el("span", { class: "composer-space" }, word("send.hint")),
      send,
    ),
  );
  const suggestions = completion(box, frame);
  const node = el("div", { class: "composer" }, trouble, hint, frame);
  onInput();
  return { node, focus: () => box.focus(), leave: suggestions.shut };

  function iconButton(sign, name, act, more = "") {
    return el(
      "button",
      { type: "button", class: `icon-button ${more}`, "aria-label": word(name), title: word(name), onclick: act },
      icon(sign),
    );
  }

  function onInput() {
    if (box.value) drafts.set(key, box.value);
    else drafts.delete(key);
    replace(hint, commandHint(box.value));
    send.disabled = !box.value.trim();
    box.style.height = "auto";
    // a box that is not on the page yet has no height
    if (box.scrollHeight) box.style.height = `${Math.min(box.scrollHeight, MOST_PX)}px`;
  }

  function onKey(event) {
    if (event.isComposing) return;
    if (!event.shiftKey && suggestions.takes(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  }

  async function submit() {
    const text = box.value.trim();
    if (!text) return;
    suggestions.shut();
    trouble.hidden = true;
    write("");
    onSent();
    try {
      await post(text.startsWith("/") ? "command" : "message", { user, channel, text, thread_ts: thread ?? undefined });
    } catch (problem) {
      replace(trouble, problem.message);
      trouble.hidden = false;
      // what was refused is kept, unless something else is being written by now
      if (!box.value) write(text);
    }
  }

  function write(text) {
    box.value = text;
    onInput();
  }

  function mention() {
    const { selectionStart: at, value } = box;
    box.setRangeText(at && !/\s/.test(value[at - 1]) ? " @" : "@", at, box.selectionEnd, "end");
    box.focus();
    onInput();
    suggestions.look();
  }

  function openShortcuts(anchor) {
    const app = state.directory.app.name;
    const shortcuts = state.directory.shortcuts
      .filter(({ type }) => type === "global")
      .map(({ name, callback_id: callbackId }) => ({ label: name, hint: app, onpick: () => use(callbackId) }));
    const commands = state.directory.commands.map(({ name }) => ({
      label: name,
      hint: app,
      onpick: () => {
        write(`${name} ${box.value.startsWith("/") ? "" : box.value}`);
        box.focus();
      },
    }));
    const line = shortcuts.length && commands.length ? [null] : [];
    openMenu(anchor, [...shortcuts, ...line, ...commands], { label: word("shortcuts") });
  }

  async function use(callbackId) {
    try {
      await post("shortcut", { user, callback_id: callbackId, channel });
    } catch (problem) {
      toast(problem.message, "error");
    }
  }
}

/** Make the line in the place of a composer where nobody may write. */
export function closedComposer(text) {
  return el("div", { class: "composer-closed", role: "note" }, text);
}

/** Say how a conversation is called in the composer. */
export function addressee(channel) {
  const known = state.sidebar.channels.find(({ id }) => id === channel);
  if (known) return `#${known.name}`;
  const dm = state.sidebar.dms.find(({ id }) => id === channel);
  return dm ? nameOf(dm.with) : state.directory.app.name;
}
