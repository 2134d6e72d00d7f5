/** Inputs people type, tick or set: text, numbers, addresses, dates, choices. */

import { complain } from "./acting.js";
import { word } from "./block_words.js";
import { askConfirm } from "./confirm.js";
import { localMinute, secondsAt } from "./dates.js";
import { el, replace } from "./dom.js";
import { richTextInput } from "./rich_text_input.js";
import { renderTextObject, wordsOfText } from "./texts.js";
import { remember, standing } from "./values.js";

const MOST_TEXT = 3000;
const EARLIEST_YEAR = 1900;
let serial = 0;

/** Return the attributes by which an input is found and described. */
export function named(element, surface, { label, id, describedBy, invalid, required }, fallback = "") {
  return {
    id: id ?? `input-${++serial}`,
    "aria-label": label || (element.placeholder ? wordsOfText(element.placeholder, surface) : fallback),
    "aria-describedby": describedBy,
    "aria-invalid": invalid ? "true" : null,
    "aria-required": required ? "true" : null,
    "data-autofocus": element.focus_on_load,
    disabled: surface.readOnly,
  };
}

/** Whether Enter in a text input sends it. */
export function isSentOnEnter(block, element) {
  const occasions = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  return Boolean(block.dispatch_action) && occasions.includes("on_enter_pressed");
}

/** Send what was entered; `shown` is what the page remembers meanwhile. Resolves to whether it was taken. */
export async function enter(control, block, element, surface, value, shown, options) {
  complain(control, null);
  mend(control, block, surface);
  remember(block, element, surface, shown);
  try {
    const answer = await surface.fill(block.block_id, element.action_id, value, options);
    if (answer?.ack?.failure) complain(control, word("block.no-answer"));
    return true;
  } catch (problem) {
    complain(control, problem.message);
    return false;
  }
}

/** What was wrong with a field is no longer said once it is entered anew. */
function mend(control, { block_id: blockId }, surface) {
  if (!surface.errors[blockId]) return;
  surface.mended.add(blockId);
  delete surface.errors[blockId];
  const row = control.closest(".block");
  row.querySelector(".error-text[role=alert]")?.remove();
  row.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
  // it no longer shows what it was drawn for: the same error may have to be said again
  row.sign = null;
}

function textInput(block, element, surface, names, { type = "text", inputmode, most, many = false, read = (text) => text } = {}) {
  const text = surface.typed(block.block_id, element.action_id) ?? standing(block, element, surface) ?? "";
  const attributes = {
    class: "input",
    placeholder: element.placeholder?.text,
    autocomplete: "off",
    inputmode,
    ...named(element, surface, names),
    oninput: () => send({ typing: true }),
    onblur: () => surface.flush().catch(() => {}),
  };
  const input = many ? el("textarea", { ...attributes, rows: "3" }) : el("input", { ...attributes, type });
  input.value = text;
  const counter = el("span", { class: "input-counter", role: "status" });
  if (isSentOnEnter(block, element)) {
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || (many && event.shiftKey)) return;
      event.preventDefault();
      send({ enter: true });
    });
  }
  count();

  function send(options) {
    count();
    const value = read(input.value);
    enter(input, block, element, surface, value, value === "" ? null : value, options);
  }

  function count() {
    if (!most) return;
    const left = most - input.value.length;
    const isNear = left <= Math.max(20, most / 10);
    counter.classList.toggle("over", left < 0);
    replace(counter, isNear ? word(left < 0 ? "block.over" : "block.left", { count: Math.abs(left) }) : null);
  }

  return el("div", { class: "input-holder" }, input, most ? counter : null);
}

/** A decimal comma is understood where people write one. */
function decimal(text) {
  return /^-?\d+,\d+$/.test(text.trim()) ? text.trim().replace(",", ".") : text.trim();
}

function clockInput(type, block, element, surface, names, { toShown = (value) => value, toValue = (text) => text } = {}) {
  const value = surface.typed(block.block_id, element.action_id) ?? standing(block, element, surface);
  const input = el("input", {
    type,
    class: "input clock-input",
    ...named(element, surface, names, word(type === "time" ? "block.time" : "block.date")),
    value: value === null ? "" : toShown(value),
    oninput: say,
    onchange: async () => {
      const next = input.value === "" ? null : toValue(input.value);
      // While a year is being typed, it passes through 0002 and 0020.
      if (type !== "time" && next !== null && Number(input.value.slice(0, 4)) < EARLIEST_YEAR) return;
      if (element.confirm && !(await askConfirm(element.confirm, surface))) {
        const before = standing(block, element, surface);
        input.value = before === null ? "" : toShown(before);
        return;
      }
      enter(input, block, element, surface, next, next, { typing: !element.confirm });
    },
    onblur: () => surface.flush().catch(() => {}),
  });
  // The browser writes dates in its own language, which need not be the reader's.
  const words = el("span", { class: "clock-words hint-text" });
  say();
  return el("div", { class: "input-holder clock-holder" }, input, type === "time" ? null : words);

  function say() {
    const noon = Date.parse(`${input.value.slice(0, 10)}T12:00Z`);
    const day = { weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
    replace(words, Number.isNaN(noon) ? null : new Intl.DateTimeFormat(surface.locale, day).format(noon));
  }
}

function choices(kind, block, element, surface, names) {
  const isMany = kind === "checkbox";
  const group = `choice-${++serial}`;
  const label = names.label || word("block.choices");
  const taken = new Set([standing(block, element, surface) ?? []].flat().map((option) => option.value));
  const boxes = element.options.map((option, n) => choice(option, n));

  function choice(option, n) {
    const id = n === 0 && names.id ? names.id : `${group}-${n}`;
    const describes = option.description ? `${id}-description` : null;
    const box = el("input", {
      type: kind,
      id,
      name: group,
      value: option.value,
      "aria-describedby": describes,
      "data-autofocus": element.focus_on_load && n === 0,
      disabled: surface.readOnly,
      onchange: () => change(box),
    });
    box.checked = taken.has(option.value);
    const words = [el("label", { for: id }, renderTextObject(option.text, surface))];
    if (describes) words.push(el("div", { class: "choice-description", id: describes }, renderTextObject(option.description, surface)));
    return { option, box, row: el("div", { class: "choice" }, box, el("div", {}, words)) };
  }

  async function change(box) {
    if (element.confirm && !(await askConfirm(element.confirm, surface))) {
      for (const one of boxes) one.box.checked = taken.has(one.option.value);
      return;
    }
    const picked = boxes.filter((one) => one.box.checked).map((one) => one.option);
    taken.clear();
    for (const option of picked) taken.add(option.value);
    const values = picked.map((option) => option.value);
    if (isMany) enter(box, block, element, surface, values, picked);
    else enter(box, block, element, surface, values[0] ?? null, picked[0] ?? null);
  }

  return el(
    "div",
    {
      class: "choices",
      role: isMany ? "group" : "radiogroup",
      "aria-label": label,
      "aria-describedby": names.describedBy,
      "aria-invalid": names.invalid && !isMany ? "true" : null,
      "aria-required": names.required && !isMany ? "true" : null,
    },
    boxes.map(({ row }) => row),
  );
}

function timeInput(block, element, surface, names) {
  const holder = clockInput("time", block, element, surface, names);
  if (element.timezone) holder.append(el("span", { class: "hint-text" }, word("block.zone", { zone: element.timezone })));
  return holder;
}

function fileInput(_block, element, surface, names) {
  const input = el("input", { type: "file", ...named(element, surface, names), disabled: true });
  return el("div", { class: "input-holder" }, input, el("p", { class: "hint-text" }, word("block.no-files")));
}

/** How each kind is drawn: (block, element, surface, names) → node. */
export const INPUTS = {
  plain_text_input: (block, element, surface, names) =>
    textInput(block, element, surface, names, { many: element.multiline, most: element.max_length ?? MOST_TEXT }),
  email_text_input: (...all) => textInput(...all, { type: "email" }),
  url_text_input: (...all) => textInput(...all, { type: "url" }),
  number_input: (block, element, surface, names) =>
    textInput(block, element, surface, names, {
      inputmode: element.is_decimal_allowed ? "decimal" : "numeric",
      read: element.is_decimal_allowed ? decimal : (text) => text.trim(),
    }),
  rich_text_input: richTextInput,
  datepicker: (...all) => clockInput("date", ...all),
  timepicker: timeInput,
  datetimepicker: (block, element, surface, names) =>
    clockInput("datetime-local", block, element, surface, names, {
      toShown: (seconds) => localMinute(surface.zone, seconds),
      toValue: (text) => secondsAt(surface.zone, text),
    }),
  radio_buttons: (...all) => choices("radio", ...all),
  checkboxes: (...all) => choices("checkbox", ...all),
  file_input: fileInput,
};
