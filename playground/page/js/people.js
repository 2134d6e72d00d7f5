/** Act as: shows who one is in this window, and lets one be somebody else. */

import { avatar } from "./avatars.js";
import { el, replace } from "./dom.js";
import { icon } from "./icons.js";
import { openPicker } from "./picker.js";
import { actAs, addressOf } from "./place.js";
import { hear, state } from "./state.js";
import { word } from "./words.js";

/** Make the switcher at the foot of the sidebar. */
export function actAsSwitcher() {
  const node = el("div", { class: "act-as" });
  const draw = () => {
    const { me } = state;
    if (!me) return replace(node);
    return replace(
      node,
      el(
        "button",
        {
          type: "button",
          class: "act-as-button",
          "aria-label": word("act-as.now", { name: me.real_name }),
          "aria-haspopup": "dialog",
          onclick: openPeople,
        },
        avatar(me.id, 36),
        el(
          "span",
          { class: "act-as-words" },
          el("span", { class: "act-as-caption" }, word("act-as")),
          el("span", { class: "act-as-name" }, me.real_name),
          el("span", { class: "act-as-title" }, [kindOf(me), me.title].filter(Boolean).join(" · ")),
        ),
        icon("swap"),
      ),
      el(
        "a",
        {
          class: "icon-button",
          href: addressOf(),
          target: "_blank",
          "aria-label": word("act-as.window"),
          title: word("act-as.window"),
          onpointerdown: refresh,
          onfocus: refresh,
        },
        icon("window"),
      ),
    );
  };
  hear("user", draw);
  hear("directory", draw);
  return node;
}

function refresh(event) {
  event.currentTarget.href = addressOf();
}

/** Let somebody be chosen to act as. */
function openPeople() {
  const people = state.directory.people
    .filter((person) => !person.deleted && !person.is_bot)
    .map((person) => ({
      value: person.id,
      text: person.real_name,
      description: person.title,
      also: `${person.name} ${kindOf(person)}`,
      icon: avatar(person.id, 28),
      badge: kindOf(person) || languageOf(person),
      selected: person.id === state.user,
    }));
  openPicker({
    label: word("act-as"),
    placeholder: word("act-as.placeholder"),
    items: people,
    onpick: ({ value }) => actAs(value),
  });
}

/** Return what kind of a person it is, in words; nothing for a member. */
export function kindOf(person) {
  if (person.is_stranger) return word("stranger");
  if (person.is_ultra_restricted) return word("guest.single");
  return person.is_restricted ? word("guest") : "";
}

function languageOf(person) {
  return (person.locale ?? "").slice(0, 2);
}
