/** The sidebar: channels, direct messages and the app, with what is unread; and the jump to any of them. */

import { post } from "./api.js";
import { avatar } from "./avatars.js";
import { el, keyed } from "./dom.js";
import { icon } from "./icons.js";
import { actAsSwitcher } from "./people.js";
import { openPicker } from "./picker.js";
import { addressOf, goTo } from "./place.js";
import { hear, nameOf, state } from "./state.js";
import { toast } from "./toasts.js";
import { word } from "./words.js";

/** Make the sidebar. */
export function sidebar() {
  const team = el("span", { class: "team" });
  const shut = el("button", { type: "button", class: "icon-button drawer-close", onclick: closeDrawer }, icon("close"));
  const sections = ["channels", "dms", "apps"].map((name) => ({
    name,
    title: el("h2", { id: `side-${name}` }),
    list: el("ul", { "aria-labelledby": `side-${name}` }),
  }));
  const nav = el(
    "nav",
    { class: "sidebar", id: "sidebar", onkeydown: moveBetween, onfocusin: ({ target }) => target.matches(".side-row") && stopAt(target) },
    el("div", { class: "sidebar-head" }, team, shut),
    el("div", { class: "sidebar-lists" }, sections.map(({ title, list }) => el("section", {}, title, list))),
    actAsSwitcher(),
  );

  function draw() {
    team.textContent = state.directory.team.name;
    nav.setAttribute("aria-label", word("sidebar"));
    shut.setAttribute("aria-label", word("sidebar.close"));
    const rows = { channels: channelRows(), dms: dmRows(), apps: appRows() };
    for (const { name, title, list } of sections) {
      title.textContent = word(name);
      title.parentElement.hidden = !rows[name].length;
      keyed(list, rows[name], ({ id }) => id, (row) => JSON.stringify([row, state.user]), drawRow);
    }
    stopAt(nav.querySelector(".side-row:focus, .side-row[aria-current]") ?? nav.querySelector(".side-row"));
  }

  for (const topic of ["sidebar", "directory", "place"]) hear(topic, draw);
  hear("user", closeDrawer);
  return nav;
}

/** Open the sidebar where it is a drawer. */
export function openDrawer() {
  document.body.classList.add("drawer-open");
  const here = document.querySelector(".sidebar [aria-current], .sidebar a");
  requestAnimationFrame(() => here?.focus());
}

/** Close the sidebar where it is a drawer. */
export function closeDrawer() {
  document.body.classList.remove("drawer-open");
}

/** Let a channel, a person or the app be found by name. */
export function openJump() {
  const { channels, app } = state.sidebar;
  const people = state.directory.people.filter((person) => !person.deleted && !person.is_bot && person.id !== state.user);
  openPicker({
    label: word("search.label"),
    placeholder: word("search.placeholder"),
    items: [
      { label: word("search.channels"), options: channels.map(channelOption) },
      {
        label: word("search.apps"),
        options: app.channel
          ? [{ value: app.channel, text: state.directory.app.name, icon: avatar(state.directory.app.user_id, 20), badge: word("app") }]
          : [],
      },
      { label: word("search.people"), options: people.map(personOption) },
    ],
    onpick: ({ value, isPerson }) => (isPerson ? openDm(value) : goTo(value)),
  });
}

/** Open the direct messages with a person. */
export async function openDm(person) {
  const { user } = state;
  try {
    const { channel } = await post("dm", { user, with: person });
    if (state.user !== user) return;
    if (!state.sidebar.dms.some((one) => one.id === channel)) state.sidebar.dms.push({ id: channel, with: person, unread: 0 });
    goTo(channel);
  } catch (problem) {
    toast(problem.message, "error");
  }
}

function channelOption({ id, name, kind, is_private, is_archived }) {
  return {
    value: id,
    text: name,
    icon: icon(is_private || kind === "group" ? "lock" : "hash"),
    badge: is_archived ? word("archived") : null,
  };
}

function personOption(person) {
  return {
    value: person.id,
    text: person.real_name,
    description: person.title,
    also: person.name,
    icon: avatar(person.id, 20),
    isPerson: true,
  };
}

function channelRows() {
  return state.sidebar.channels.map((one) => ({
    id: one.id,
    name: one.name,
    sign: one.is_private || one.kind === "group" ? "lock" : "hash",
    unread: one.unread,
    isArchived: one.is_archived,
    notes: [
      one.is_private || one.kind === "group" ? word("private") : null,
      one.is_ext_shared ? word("shared") : null,
      one.is_archived ? word("archived") : null,
    ].filter(Boolean),
    isShared: one.is_ext_shared,
    isHere: isHere(one.id),
  }));
}

function dmRows() {
  return state.sidebar.dms.map((one) => ({
    id: one.id,
    name: nameOf(one.with),
    person: one.with,
    unread: one.unread,
    notes: one.with === state.user ? [word("you")] : [],
    isHere: isHere(one.id),
  }));
}

function appRows() {
  const { app } = state.sidebar;
  if (!app.channel) return [];
  const { user_id: person, name } = state.directory.app;
  return [{ id: app.channel, name, person, unread: app.unread, notes: [word("app")], isHere: isHere(app.channel) }];
}

function isHere(channel) {
  return channel === state.channel && !state.isTraffic;
}

function drawRow(row) {
  return el(
    "li",
    {},
    el(
      "a",
      {
        class: ["side-row", row.unread ? "unread" : "", row.isArchived ? "archived" : ""].join(" ").trim(),
        href: addressOf({ channel: row.id }),
        "aria-current": row.isHere ? "page" : null,
        "aria-label": [row.name, ...row.notes, row.unread ? word("unread", { count: row.unread }) : null].filter(Boolean).join(", "),
        onclick: (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          goTo(row.id);
          closeDrawer();
        },
      },
      row.sign ? icon(row.sign) : avatar(row.person, 20),
      el("span", { class: "side-name" }, row.name),
      row.isShared ? icon("shared") : null,
      row.unread ? el("span", { class: "side-count" }, row.unread > 99 ? "99+" : row.unread) : null,
    ),
  );
}

function moveBetween(event) {
  if (event.key === "Escape") return closeDrawer();
  const rows = [...event.currentTarget.querySelectorAll(".side-row")];
  const at = rows.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  rows[Math.max(0, Math.min(to, rows.length - 1))].focus();
}

/** Tab reaches one row, the arrows the others: hundreds of stops would stand before everything else. */
function stopAt(row) {
  for (const one of row?.closest(".sidebar").querySelectorAll('.side-row:not([tabindex="-1"])') ?? []) one.tabIndex = -1;
  if (row) row.tabIndex = 0;
}
