/** Short notices at the lower edge: what the app did not answer, what was refused, what was copied. */

import { post } from "./api.js";
import { el, keyed } from "./dom.js";
import { icon } from "./icons.js";
import { hear, state } from "./state.js";
import { word } from "./words.js";

const SHOWN_MS = 10_000;
const OWN_MS = 4_000;
const MOST = 4;
const own = [];
const timers = new Map();
let serial = 0;
let list = null;

/** Make the place where notices appear. */
export function toastPlace() {
  list = el("div", { class: "toasts", role: "status", popover: "manual" });
  hear("person", draw);
  document.addEventListener("toggle", ({ target }) => target.matches("dialog[open]") && comeToTheTop(), true);
  return list;
}

/** Show a notice of the page itself. */
export function toast(text, kind = "note") {
  own.push({ id: `own-${++serial}`, text, kind, user: state.user });
  draw();
}

function draw() {
  const mine = own.filter((notice) => notice.user === state.user);
  const shown = [...state.person.toasts, ...mine].slice(-MOST);
  const before = list.childElementCount;
  list.setAttribute("aria-label", word("toasts"));
  keyed(list, shown, ({ id }) => String(id), ({ text }) => text, one);
  if (!list.matches(":popover-open")) list.showPopover();
  else if (shown.length > before) comeToTheTop();
  for (const notice of shown) {
    if (timers.has(notice.id)) continue;
    const pause = String(notice.id).startsWith("own-") ? OWN_MS : SHOWN_MS;
    timers.set(notice.id, setTimeout(() => leave(notice), pause));
  }
}

/** A dialog that was opened later would hide the notices. */
function comeToTheTop() {
  if (!document.querySelector("dialog[open]") || !list.childElementCount) return;
  list.hidePopover();
  list.showPopover();
}

function one(notice) {
  return el(
    "div",
    { class: `toast ${notice.kind ?? ""}`, onpointerenter: () => stay(notice), onfocusin: () => stay(notice) },
    el("span", { class: "toast-text" }, notice.text),
    el(
      "button",
      { type: "button", class: "icon-button", "aria-label": word("dismiss"), onclick: () => leave(notice) },
      icon("close"),
    ),
  );
}

/** Who points at a notice wants to read it. */
function stay(notice) {
  clearTimeout(timers.get(notice.id));
}

function leave(notice) {
  stay(notice);
  timers.delete(notice.id);
  const at = own.indexOf(notice);
  if (at >= 0) {
    own.splice(at, 1);
  } else {
    state.person.toasts = state.person.toasts.filter(({ id }) => id !== notice.id);
    post("toast", { user: state.user, id: notice.id }).catch(() => {});
  }
  draw();
}
