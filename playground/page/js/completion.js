/** Suggestions while one types: the app's commands after "/", people after "@", channels after "#". */

import { avatar } from "./avatars.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { listbox, popUp } from "./listbox.js";
import { kindOf } from "./people.js";
import { matches, plain } from "./picker.js";
import { state } from "./state.js";
import { word } from "./words.js";

const MOST = 12;
const TOKEN = /(?:^|[\s(])([@#])([\p{L}\p{N}._-]*(?: [\p{L}\p{N}._-]*)?)$/u;

/** Suggest at a text box; the list stands above `anchor`. */
export function completion(box, anchor) {
  const list = listbox({ label: word("suggestions"), onpick: pick });
  list.node.setAttribute("popover", "manual");
  list.node.classList.add("suggestions");
  list.drivenBy(box);
  let span = null;

  box.addEventListener("input", look);
  box.addEventListener("click", look);
  box.addEventListener("blur", shut);

  return { look, shut, takes };

  function isOpen() {
    return list.node.matches(":popover-open");
  }

  function look() {
    const found = suggestions(box.value, box.selectionStart);
    if (!found?.options.length) return shut();
    span = found.span;
    list.show(found.options);
    popUp(list.node, anchor, { wide: true, above: true });
  }

  function shut() {
    if (isOpen()) list.node.hidePopover();
    list.node.remove();
    box.removeAttribute("aria-activedescendant");
  }

  /** Take a key if a list is open; Enter on what stands there already is left to send it. */
  function takes(key) {
    if (!isOpen()) return false;
    if (key === "Escape") {
      shut();
      return true;
    }
    const typed = box.value.slice(...span);
    if (key === "Enter" && list.active && typed === list.active.value) {
      shut();
      return false;
    }
    return list.takes(key === "Tab" ? "Enter" : key);
  }

  function pick({ value }) {
    box.setRangeText(`${value} `, ...span, "end");
    shut();
    box.focus();
    box.dispatchEvent(new Event("input"));
  }
}

/** Return the command that a text begins with, once its name is complete. */
function commandOf(text) {
  return state.directory.commands.find(({ name }) => text.startsWith(`${name} `));
}

function suggestions(text, caret) {
  const typed = text.slice(0, caret);
  if (/^\/\S*$/.test(typed)) return { span: [0, caret], options: commands(typed) };
  const token = TOKEN.exec(typed);
  if (!token) return null;
  const words = plain(token[2]).split(/\s+/).filter(Boolean);
  // "@Lea Brunner " is done, and so is a sentence after a name
  if (/\s$/.test(token[2])) return null;
  const options = (token[1] === "@" ? people(words) : channels(words)).slice(0, MOST);
  return { span: [caret - token[2].length - 1, caret], options };
}

function commands(typed) {
  return state.directory.commands
    .filter(({ name }) => name.startsWith(typed.toLowerCase()))
    .map(({ name, usage_hint: hint, description }) => ({
      value: name,
      text: name,
      hint,
      description,
      icon: avatar(state.directory.app.user_id, 28),
      badge: state.directory.app.name,
    }));
}

function people(words) {
  const found = state.directory.people.filter((person) => !person.deleted && !person.is_bot);
  const names = new Map();
  for (const { real_name: name } of found) names.set(name, (names.get(name) ?? 0) + 1);
  const options = found.map((person) => ({
    // two of one name are told apart by their handle
    value: `@${names.get(person.real_name) > 1 ? person.name : person.real_name}`,
    text: person.real_name,
    description: [person.title, kindOf(person)].filter(Boolean).join(" · "),
    also: person.name,
    icon: avatar(person.id, 28),
  }));
  const { app, bot } = state.directory;
  options.push({ value: `@${bot.name}`, text: app.name, icon: avatar(app.user_id, 28), badge: word("app") });
  return options.filter((option) => matches(option, words));
}

function channels(words) {
  return state.sidebar.channels
    .map(({ name, is_private: isPrivate }) => ({ value: `#${name}`, text: name, icon: icon(isPrivate ? "lock" : "hash") }))
    .filter((option) => matches(option, words));
}

/** Draw what a command takes, while it is being typed. */
export function commandHint(text) {
  const command = commandOf(text);
  if (!command) return null;
  return el(
    "div",
    { class: "command-hint" },
    el("b", {}, command.name),
    command.usage_hint ? ` ${command.usage_hint}` : "",
    el("span", {}, command.description),
  );
}
