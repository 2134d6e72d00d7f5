/** Modals: the stack of views that the app has before a person, in one real dialog. */

import { post } from "./api.js";
import { avatar } from "./avatars.js";
import { renderTextObject } from "./blocks.js";
import { askConfirm } from "./confirm.js";
import { el, replace, svg } from "./dom.js";
import { icon } from "./icons.js";
import { state } from "./state.js";
import { viewSurface } from "./surface.js";
import { drawBlocks, focusFirst, focusFirstError, giveFocusBack, isChanged, takeIn } from "./views.js";
import { addWords, word } from "./words.js";

const SPINNER_AFTER_MS = 300;
const panels = new Map(); // view id → panel, the last is on top
let dialog = null;
let opener = null;

addWords({
  "modal-cancel": { en: "Cancel", de: "Abbrechen" },
  "modal-close": { en: "Close", de: "Schließen" },
  "modal-back": { en: "Back", de: "Zurück" },
  "modal-busy": { en: "{app} is answering …", de: "{app} antwortet …" },
  "modal-trouble": {
    en: "We had some trouble connecting. Try again?",
    de: "Es gab Probleme mit der Verbindung. Noch einmal versuchen?",
  },
  "modal-discard": { en: "Discard changes?", de: "Änderungen verwerfen?" },
  "modal-discard-text": {
    en: "What you entered in this form will be lost.",
    de: "Was du in dieses Formular eingetragen hast, geht verloren.",
  },
  "modal-discard-yes": { en: "Discard", de: "Verwerfen" },
  "modal-discard-no": { en: "Keep editing", de: "Weiter bearbeiten" },
});

/** Show a person's modals, the last on top; what did not change is left as it is. */
export function showModals(modals) {
  for (const [id, panel] of panels) {
    const isOpen = modals.some((view) => view.id === id) && panel.user === state.user;
    if (!isOpen) {
      panel.frame.remove();
      panels.delete(id);
    }
  }
  if (!modals.length) {
    leave();
    return;
  }
  enter();
  modals.forEach((view, depth) => {
    const isTop = depth === modals.length - 1;
    const panel = panels.get(view.id) ?? open(view, depth);
    if (!isTop && panel.frame.contains(document.activeElement)) panel.left = document.activeElement;
    panel.frame.hidden = !isTop;
    update(panel, view);
    if (isTop) bringUp(panel);
  });
}

function enter() {
  dialog ??= frameOfAll();
  if (dialog.open) return;
  opener = document.activeElement;
  dialog.showModal();
}

function leave() {
  if (!dialog?.open) return;
  dialog.close();
  giveFocusBack(opener);
}

function frameOfAll() {
  const node = el("dialog", { class: "modals", closedby: "none", onkeydown: onKey });
  // browsers close a dialog that is asked twice, whatever the page says
  node.addEventListener("cancel", (event) => event.preventDefault());
  node.addEventListener("close", () => panels.size && node.showModal());
  document.body.append(node);
  return node;
}

function onKey(event) {
  const panel = [...panels.values()].at(-1);
  if (event.defaultPrevented || !panel) return;
  const isCommand = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (event.key === "Escape") closeTop(panel);
  else if (isCommand) submit(panel);
  else if (!panel.busy || event.key === "Tab") return;
  event.preventDefault();
  event.stopPropagation();
}

/** Make the frame of one view; a pushed one has an arrow that leads back. */
function open(view, depth) {
  const panel = { view, user: state.user, surface: viewSurface(state.user, structuredClone(view)), busy: false, problem: null };
  panel.title = el("h1", { class: "modal-title", id: `title-${view.id}` });
  panel.body = el("div", { class: "modal-body", tabindex: "-1", oninput: () => holdBack(panel) });
  panel.trouble = el("p", { class: "modal-trouble", role: "alert", hidden: true });
  panel.status = el("span", { class: "visually-hidden", role: "status" });
  panel.close = el("button", { type: "button", class: "button", onclick: () => closeTop(panel) });
  panel.submit = el("button", { type: "button", class: "button primary", onclick: () => submit(panel) });
  panel.frame = el(
    "div",
    { class: depth ? "modal pushed" : "modal" },
    el(
      "header",
      { class: "modal-header" },
      depth ? sign(word("modal-back"), backArrow(), () => closeTop(panel)) : avatar(state.directory.app.user_id, 32),
      panel.title,
      sign(word("modal-close"), icon("close"), () => closeAll(panel)),
    ),
    panel.body,
    panel.trouble,
    el("footer", { class: "modal-footer" }, panel.status, panel.close, panel.submit),
  );
  dialog.append(panel.frame);
  panels.set(view.id, panel);
  return panel;
}

function sign(label, drawing, onclick) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, onclick }, drawing);
}

function backArrow() {
  const attributes = { class: "icon", viewBox: "0 0 18 18", "aria-hidden": "true" };
  return svg("svg", attributes, svg("path", { d: "M11.5 3.5 6 9l5.500 5.500" }));
}

/** Bring a panel in step with its view. */
function update(panel, view) {
  const { surface } = panel;
  takeIn(surface, view, panel.view.state.values);
  panel.view = view;
  label(panel.title, view.title, surface);
  label(panel.close, view.close ?? word(view.submit ? "modal-cancel" : "modal-close"), surface);
  label(panel.submit, view.submit, surface);
  panel.submit.hidden = !view.submit;
  holdBack(panel);
  drawBlocks(panel.body, view.blocks, surface);
  complain(panel);
}

/** Write a label anew only if it is another one: a button whose label is replaced while it is pressed loses the click. */
function label(node, text, surface) {
  const sign = JSON.stringify(text ?? null);
  if (node.dataset.sign === sign) return;
  node.dataset.sign = sign;
  replace(node, text && typeof text === "object" ? renderTextObject(text, surface) : text);
}

/** Name the dialog by its top view and see to it that the focus is in there, where it was, or in what lies over it. */
function bringUp(panel) {
  dialog.setAttribute("aria-labelledby", panel.title.id);
  const focused = document.activeElement;
  const isElsewhere = focused?.closest("dialog") && focused.closest("dialog") !== dialog;
  if (panel.frame.contains(focused) || isElsewhere) return;
  if (panel.left?.isConnected) panel.left.focus();
  else focusFirst(panel.body);
}

/** Say what went wrong with the modal as a whole: Slack's sentence, and the reason for who builds the app. */
function complain(panel) {
  const reason = panel.view.failure ?? panel.problem;
  panel.trouble.hidden = !reason;
  replace(panel.trouble, reason ? [word("modal-trouble"), " ", el("code", {}, reason)] : null);
}

/** Slack holds the submit button of some views back until something is entered. */
function holdBack({ view, submit: button, surface }) {
  button.disabled = Boolean(view.submit_disabled) && !isChanged(view.blocks, surface);
}

async function submit(panel) {
  if (panel.busy || panel.submit.disabled || panel.submit.hidden) return;
  const { errors } = await answered(panel, () => {
    panel.surface.mended.clear();
    return post("submit", { user: panel.user });
  });
  if (!panels.has(panel.view.id) || !Object.keys(errors ?? {}).length) return;
  panel.surface.errors = errors;
  drawBlocks(panel.body, panel.view.blocks, panel.surface);
  focusFirstError(panel.body, errors);
}

async function closeTop(panel) {
  if (await mayDiscard(panel, [panel])) await answered(panel, () => post("close", { user: panel.user }));
}

async function closeAll(panel) {
  if (await mayDiscard(panel, [...panels.values()])) await answered(panel, () => post("close", { user: panel.user, all: true }));
}

/** Ask before entries are lost, and only then. */
async function mayDiscard(panel, closing) {
  if (panel.busy) return false;
  if (!closing.some(({ view, surface }) => isChanged(view.blocks, surface))) return true;
  const text = (key) => ({ type: "plain_text", text: word(key) });
  return askConfirm({
    title: text("modal-discard"),
    text: text("modal-discard-text"),
    confirm: text("modal-discard-yes"),
    deny: text("modal-discard-no"),
    style: "danger",
  }, panel.surface);
}

/** Send what is still being typed, then act, and hold the form still meanwhile; a wait is shown when it is one. */
async function answered(panel, act) {
  panel.busy = true;
  panel.problem = null;
  panel.view.failure = null;
  complain(panel);
  const timer = setTimeout(() => {
    panel.frame.setAttribute("aria-busy", "true");
    panel.status.textContent = word("modal-busy", { app: state.directory.app.name });
  }, SPINNER_AFTER_MS);
  try {
    await panel.surface.flush();
    return await act();
  } catch (problem) {
    panel.problem = problem.message;
    return {};
  } finally {
    clearTimeout(timer);
    panel.busy = false;
    panel.frame.removeAttribute("aria-busy");
    panel.status.textContent = "";
    complain(panel);
  }
}
