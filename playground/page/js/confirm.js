/** Asks before something is done, as an element's `confirm` wants it. */

import { el } from "./dom.js";
import { renderTextObject } from "./texts.js";

let serial = 0;

/** Show a confirm object; resolves to whether the person agreed. */
export function askConfirm({ title, text, confirm, deny, style = "primary" }, surface) {
  const id = `confirm-${++serial}`;
  const button = (label, value, look) =>
    el("button", { type: "submit", class: `button ${look}`, value }, renderTextObject(label, surface));
  const dialog = el(
    "dialog",
    { class: "confirm", "aria-labelledby": `${id}-title`, "aria-describedby": `${id}-text` },
    el(
      "form",
      { method: "dialog" },
      el("h2", { class: "confirm-title", id: `${id}-title` }, renderTextObject(title, surface)),
      el("div", { class: "confirm-text", id: `${id}-text` }, renderTextObject(text, surface)),
      el("div", { class: "confirm-buttons" }, button(deny, "no", ""), button(confirm, "yes", style)),
    ),
  );
  // Esc belongs to this question, not to the modal below it.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  const opener = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("[value=yes]").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (opener?.isConnected) opener.focus();
      resolve(dialog.returnValue === "yes");
    });
  });
}
