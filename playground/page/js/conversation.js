/** The conversation in the middle: its header, the app's tabs, messages or Home, and the composer. */

import { post } from "./api.js";
import { avatar } from "./avatars.js";
import { addressee, closedComposer, composer } from "./composer.js";
import { el, replace } from "./dom.js";
import { renderHome } from "./home.js";
import { icon } from "./icons.js";
import { messagePane } from "./messages.js";
import { kindOf } from "./people.js";
import { openPicker } from "./picker.js";
import { goTo, isApp } from "./place.js";
import { hear, nameOf, state } from "./state.js";
import { openDm } from "./sidebar.js";
import { word } from "./words.js";

/** Make the middle of the page; `refresh(channels)` looks again at what changed there. */
export function conversation() {
  const head = el("header", { class: "head" });
  const body = el("div", { class: "conversation-body" });
  const node = el("section", { class: "conversation" }, head, body);
  let pane = null;
  let writing = null;
  let home = null;
  let shown = "";
  let isFirst = true;

  hear("place", draw);
  hear("sidebar", draw);
  hear("directory", drawHead);
  hear("person", () => home && renderHome(home));
  return { node, refresh };

  /** Draw the place; what stands already is left as it is. */
  function draw() {
    drawHead();
    const known = find(state.channel);
    const { user, channel, tab, directory } = state;
    const sign = JSON.stringify([user, channel, tab, Boolean(known), known?.is_archived, directory.app.messages_tab]);
    if (sign === shown) return aim();
    isFirst = !shown;
    shown = sign;
    pane?.leave();
    writing?.leave();
    pane = writing = home = null;
    if (!known) return replace(body, el("p", { class: "nothing" }, word(state.channel ? "gone" : "pick")));
    if (isApp()) opened();
    if (state.tab === "home") return drawHome();
    drawMessages(known);
    return aim();
  }

  /** Follow a link to a message once. */
  function aim() {
    if (pane && state.aim) pane.aim(state.aim);
    state.aim = null;
  }

  function drawHome() {
    home = el("div", { class: "home-place", role: "tabpanel", "aria-label": word("home") });
    replace(body, home);
    renderHome(home);
  }

  function drawMessages(known) {
    const name = addressee(state.channel);
    pane = messagePane({
      channel: state.channel,
      label: word("messages.of", { name }),
      intro: intro(known, name),
      unread: known.unread,
    });
    replace(body, pane.node, foot(known, name));
    if (mayTakeFocus()) writing?.focus();
  }

  /** Say whether one may write at once: not where a keyboard would cover the screen, nor if the focus is wanted elsewhere. */
  function mayTakeFocus() {
    // while the page was loading somebody may have gone to a button of the top bar already
    const isTaken = isFirst && document.activeElement !== document.body;
    return !isTaken && !matchMedia("(hover: none)").matches && !document.querySelector("dialog[open]");
  }

  function foot(known, name) {
    if (known.is_archived) return closedComposer(word("archived.note", { name }));
    if (isApp() && !state.directory.app.messages_tab) return closedComposer(word("read-only", { name }));
    writing = composer({ channel: state.channel, label: word("composer", { name }), onSent: pane.toNewest });
    return writing.node;
  }

  function refresh(channels) {
    if (pane && (!channels || channels.includes(state.channel))) pane.refresh();
  }

  function drawHead() {
    const known = find(state.channel);
    const sign = JSON.stringify([state.user, known, state.tab, membersOf(state.channel), state.people.size]);
    if (head.dataset.sign === sign) return;
    head.dataset.sign = sign;
    node.setAttribute("aria-label", known ? addressee(state.channel) : word("messages"));
    replace(head, known ? title(known) : null, known && isApp() ? tabs() : null);
  }
}

function find(channel) {
  const { channels, dms, app } = state.sidebar;
  if (channel && channel === app.channel) return app;
  return [...channels, ...dms].find(({ id }) => id === channel);
}

/** Tell the app that its Home or Messages tab was opened. */
function opened() {
  post("home", { user: state.user, tab: state.tab }).catch(() => {});
}

function title(known) {
  if (known.name === undefined) {
    const person = isApp() ? state.directory.app.user_id : known.with;
    const about = state.people.get(person);
    return el(
      "div",
      { class: "head-line" },
      avatar(person, 24),
      el("h1", {}, nameOf(person)),
      isApp() ? el("span", { class: "badge" }, word("app")) : null,
      about ? el("span", { class: "head-note" }, [about.title, kindOf(about)].filter(Boolean).join(" · ")) : null,
    );
  }
  const members = membersOf(known.id);
  return el(
    "div",
    { class: "head-line" },
    icon(known.is_private || known.kind === "group" ? "lock" : "hash"),
    el("h1", {}, known.name),
    known.is_ext_shared ? el("span", { class: "badge" }, word("stranger")) : null,
    known.is_archived ? el("span", { class: "badge" }, word("archived")) : null,
    el("span", { class: "head-space" }),
    el(
      "button",
      {
        type: "button",
        class: "head-members",
        "aria-haspopup": "dialog",
        "aria-label": word("members", { count: members.length }),
        onclick: () => openMembers(members),
      },
      icon("people"),
      members.length,
    ),
  );
}

function membersOf(channel) {
  return (state.channels.get(channel)?.members ?? []).filter((id) => id !== state.directory.app.user_id);
}

function openMembers(members) {
  const { app } = state.directory;
  const bot = state.channels.get(state.channel)?.members.includes(app.user_id);
  const people = members.map((id) => state.people.get(id)).filter(Boolean);
  openPicker({
    label: word("members", { count: members.length }),
    placeholder: word("act-as.placeholder"),
    items: [
      ...(bot ? [{ value: null, text: app.name, icon: avatar(app.user_id, 28), badge: word("app") }] : []),
      ...people.map((person) => ({
        value: person.id,
        text: person.real_name,
        description: person.title,
        icon: avatar(person.id, 28),
        badge: person.id === state.user ? word("you") : kindOf(person),
      })),
    ],
    onpick: ({ value }) => {
      if (value === null) goTo(state.sidebar.app.channel);
      else if (value !== state.user) openDm(value);
    },
  });
}

function tabs() {
  const names = state.directory.app.home_tab ? ["home", "messages"] : ["messages"];
  const step = { ArrowRight: 1, ArrowLeft: -1 };
  const onKey = (event) => {
    if (!(event.key in step)) return;
    const next = names[(names.indexOf(state.tab) + step[event.key] + names.length) % names.length];
    goTo(state.channel, { tab: next });
    document.querySelector('.tab[aria-selected="true"]')?.focus();
  };
  return el(
    "div",
    { class: "tabs", role: "tablist", "aria-label": state.directory.app.name, onkeydown: onKey },
    names.map((name) =>
      el(
        "button",
        {
          type: "button",
          class: "tab",
          role: "tab",
          "aria-selected": String(state.tab === name),
          tabindex: state.tab === name ? "0" : "-1",
          onclick: () => goTo(state.channel, { tab: name }),
        },
        word(name),
      ),
    ),
  );
}

function intro(known, name) {
  if (isApp()) {
    const { user_id: id } = state.directory.app;
    return introOf(avatar(id, 72), name, word("start.app", { name }));
  }
  if (known.with) return introOf(avatar(known.with, 72), name, word("start.dm", { name }));
  return introOf(null, name, word("start.channel", { name }));
}

function introOf(picture, name, text) {
  return el("div", { class: "intro" }, picture, el("h2", {}, name), el("p", {}, text));
}
