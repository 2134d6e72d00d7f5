/** What every control does when it is used: waits for the answer, shows that it waits, and says what was refused. */

import { el } from "./dom.js";
import { word } from "./block_words.js";

const SPINNER_AFTER_MS = 300;

/** Hold a control until the work is answered; what went wrong stands next to it. Resolves to whether it went well. */
export async function act(control, work) {
  if (control.getAttribute("aria-disabled") === "true") return false;
  complain(control, null);
  // Not `disabled`, which would take the focus away from whoever works by keyboard.
  control.setAttribute("aria-disabled", "true");
  const timer = setTimeout(() => control.setAttribute("aria-busy", "true"), SPINNER_AFTER_MS);
  try {
    const answer = await work();
    if (answer?.ack?.failure) complain(control, word("block.no-answer"));
    return !answer?.ack?.failure;
  } catch (problem) {
    complain(control, problem.message);
    return false;
  } finally {
    clearTimeout(timer);
    control.removeAttribute("aria-busy");
    control.removeAttribute("aria-disabled");
  }
}

/** Say under a control's block what was refused; null takes it back. */
export function complain(control, sentence) {
  const block = control.closest(".block");
  block?.querySelector(":scope > .block-refusal")?.remove();
  if (sentence) block?.append(el("p", { class: "block-refusal error-text", role: "alert" }, sentence));
}
