/** Keeps the blocks of a view on screen in step with the server without losing focus, caret or typing. */

import { renderBlocks } from "./blocks.js";
import { keyed } from "./dom.js";
import { holdsValue, standing } from "./values.js";

const FOCUSABLE =
  "a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [contenteditable=true], " +
  "[tabindex]:not([tabindex='-1'])";

/** Draw the blocks of a view into a container; blocks that did not change are not touched. */
export function drawBlocks(container, blocks, surface) {
  const focus = focusWithin(container);
  const staying = new Set(blocks.map((block) => block.block_id));
  // what is gone goes first: nothing then moves, and what moves would lose its focus
  for (const row of [...container.children]) if (!staying.has(row.dataset.key)) row.remove();
  keyed(
    container,
    blocks,
    (block) => block.block_id,
    (block) => JSON.stringify([block, surface.errors?.[block.block_id] ?? null]),
    (block) => renderBlocks([block], surface).firstElementChild,
  );
  if (focus && document.activeElement !== focus.field) restore(focus, container);
}

/**
 * Take in a view as the playground tells it. What was entered here meanwhile is newer than what it tells.
 * @param told  `state.values` as they were told before
 */
export function takeIn(surface, view, told) {
  const values = structuredClone(view.state.values);
  for (const [blockId, actions] of Object.entries(surface.values)) {
    for (const [actionId, entered] of Object.entries(actions)) {
      const isOwn = JSON.stringify(entered) !== JSON.stringify(told[blockId]?.[actionId]);
      if (isOwn) (values[blockId] ??= {})[actionId] = entered;
    }
  }
  const errors = Object.fromEntries(Object.entries(view.errors).filter(([blockId]) => !surface.mended.has(blockId)));
  Object.assign(surface, { values, errors });
}

/** Put the focus on the first field with an error; says whether there is one. */
export function focusFirstError(container, errors) {
  const row = [...container.children].find((each) => errors[each.dataset.key]);
  row?.scrollIntoView({ block: "nearest" });
  reachable(row)[0]?.focus({ preventScroll: true });
  return Boolean(row);
}

/** Put the focus on what the app asks for, else on the first field, else on the container, which then scrolls. */
export function focusFirst(container) {
  const asked = container.querySelector("[data-autofocus]");
  const field = reachable(container).find((node) => node.matches("input, textarea, select, [contenteditable=true]"));
  (asked ?? field ?? container).focus({ preventScroll: !asked && !field });
}

/** After a dialog: put the focus on its opener, drawn anew perhaps, else where people write. */
export function giveFocusBack(opener) {
  if (document.activeElement !== document.body) return;
  const label = opener.getAttribute("aria-label");
  const again = label && [...document.querySelectorAll("button, a")].find((node) => node.getAttribute("aria-label") === label);
  (again ?? document.querySelector(".composer-text"))?.focus();
}

/** Say whether what stands in a view's inputs is not what the app put there. */
export function isChanged(blocks, surface) {
  const untouched = { values: {} };
  return blocks.some((block) =>
    [block.element, block.accessory, ...(block.elements ?? [])].some(
      (element) =>
        element?.action_id &&
        holdsValue(element) &&
        sign(standing(block, element, surface)) !== sign(standing(block, element, untouched)),
    ),
  );
}

/** Options count by their values; "", [] and null are all nothing. */
function sign(value) {
  const list = [value].flat().map((one) => one?.value ?? one);
  return JSON.stringify(list.filter((one) => one !== null && one !== undefined && one !== ""));
}

function focusWithin(container) {
  const field = document.activeElement;
  const rows = [...container.children];
  const row = rows.find((each) => each.contains(field));
  if (!row) return null;
  const known = new Set(rows.map((each) => each.dataset.key));
  return { field, known, key: row.dataset.key, place: reachable(row).indexOf(field), caret: caretOf(field) };
}

/** Put the focus where it was: on the same field as it is now, or on what is new if its block is gone. */
function restore({ field, known, key, place, caret }, container) {
  const rows = [...container.children];
  const row = rows.find((each) => each.dataset.key === key);
  if (!row) {
    const fresh = rows.filter((each) => !known.has(each.dataset.key)).flatMap(reachable);
    const first = container.querySelector("[data-autofocus]") ?? fresh[0] ?? container;
    first.focus({ preventScroll: true });
    first.closest(".block")?.scrollIntoView({ block: "nearest" });
    return;
  }
  const candidates = reachable(row);
  const again = candidates[place] ?? candidates[0] ?? container;
  again.focus({ preventScroll: true });
  if (caret && again.tagName === field.tagName && again.type === field.type) again.setSelectionRange(...caret);
}

function reachable(node) {
  return [...(node?.querySelectorAll(FOCUSABLE) ?? [])].filter((each) => each.getClientRects().length > 0);
}

/** Return start, end and direction of the selection; null where a field has none, as numbers, dates and ticks. */
function caretOf(field) {
  return typeof field.selectionStart === "number" ? [field.selectionStart, field.selectionEnd, field.selectionDirection] : null;
}
