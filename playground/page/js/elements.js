/** Buttons, menus and pictures of Block Kit; everything that holds a value is drawn by inputs and selects. */

import { act } from "./acting.js";
import { word } from "./block_words.js";
import { askConfirm } from "./confirm.js";
import { el } from "./dom.js";
import { INPUTS } from "./inputs.js";
import { openMenu } from "./menus.js";
import { isSafe } from "./mrkdwn.js";
import { SELECTS } from "./selects.js";
import { renderTextObject, wordsOfText } from "./texts.js";

const ICONS = { trash: "🗑️" };

/**
 * Return an element as a node.
 * @param {{label?: string, id?: string, describedBy?: string, invalid?: boolean, required?: boolean}} names
 *   what names and describes it; `label` is empty where nothing but its placeholder does
 */
export function renderElement(block, element, surface, names = {}) {
  const draw = DRAW[element.type];
  if (!draw) return el("span", { class: "block-unknown" }, word("block.unknown", { type: element.type }));
  return draw(block, element, surface, names);
}

/** Return a picture; one that lies in Slack has only its words. */
export function renderImage({ image_url: url, slack_file: file, alt_text: words }, className = "block-picture") {
  const source = url ?? file?.url;
  if (!source || !/^https?:/i.test(source)) return el("span", { class: "picture-words", role: "img", "aria-label": words }, words);
  return el("img", { class: className, src: source, alt: words, loading: "lazy" });
}

/** Press an element, after its question if it has one. */
async function press(control, block, element, surface, value) {
  if (control.getAttribute("aria-disabled") === "true") return;
  if (element.confirm && !(await askConfirm(element.confirm, surface))) return;
  await act(control, () => surface.click(block.block_id, element.action_id, value));
}

function renderButton(block, element, surface) {
  const attributes = {
    class: `button block-button ${element.style ?? ""}`.trim(),
    "aria-label": element.accessibility_label,
    onclick: (event) => press(event.currentTarget, block, element, surface),
  };
  const label = renderTextObject(element.text, surface);
  if (element.url && isSafe(element.url)) {
    return el("a", { ...attributes, href: element.url, target: "_blank", rel: "noopener noreferrer" }, label);
  }
  return el("button", { ...attributes, type: "button", disabled: surface.readOnly }, label);
}

function renderOverflow(block, element, surface) {
  const open = ({ currentTarget: button }) => {
    const items = element.options.map((option) => ({
      label: renderTextObject(option.text, surface),
      hint: option.description && wordsOfText(option.description, surface),
      onpick: () => {
        if (option.url && isSafe(option.url)) window.open(option.url, "_blank", "noopener");
        press(button, block, element, surface, option.value);
      },
    }));
    openMenu(button, items, { label: word("block.menu") });
  };
  return el(
    "button",
    {
      type: "button",
      class: "button block-button overflow",
      "aria-label": word("block.menu"),
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      disabled: surface.readOnly,
      onclick: open,
    },
    el("span", { class: "overflow-dots", "aria-hidden": "true" }, "⋯"),
  );
}

function renderIconButton(block, element, surface) {
  if (element.visible_to_user_ids?.length && !element.visible_to_user_ids.includes(surface.user)) return null;
  const name = element.accessibility_label ?? wordsOfText(element.text, surface);
  return el(
    "button",
    {
      type: "button",
      class: "icon-button block-icon",
      "aria-label": name,
      title: wordsOfText(element.text, surface),
      onclick: (event) => press(event.currentTarget, block, element, surface),
    },
    ICONS[element.icon] ?? renderTextObject(element.text, surface),
  );
}

function renderFeedback(block, element, surface) {
  const one = (choice, sign) =>
    el(
      "button",
      {
        type: "button",
        class: "icon-button block-icon",
        "aria-label": choice.accessibility_label ?? wordsOfText(choice.text, surface),
        title: wordsOfText(choice.text, surface),
        onclick: (event) => press(event.currentTarget, block, element, surface, choice.value),
      },
      sign,
    );
  return el("span", { class: "feedback" }, one(element.positive_button, "👍"), one(element.negative_button, "👎"));
}

const DRAW = {
  button: renderButton,
  workflow_button: renderButton,
  overflow: renderOverflow,
  icon_button: renderIconButton,
  feedback_buttons: renderFeedback,
  image: (_block, element) => renderImage(element, "accessory-picture"),
  ...INPUTS,
  ...SELECTS,
};
