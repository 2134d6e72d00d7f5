/** Makes and keeps nodes; the only way in which text gets on the page. */

const SVG = "http://www.w3.org/2000/svg";

/** Make an HTML element. Children are nodes, texts, numbers, null, or nested lists of them. */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** Make an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** Put children in the place of whatever the parent has. */
export function replace(parent, ...children) {
  parent.replaceChildren(...nodes(children));
  return parent;
}

/**
 * Bring a parent's children in line with items and touch only what changed: focus and caret stay where they are.
 * @param {(item, index) => string} keyOf  which row it is
 * @param {(item, index) => string} signOf  what the row shows; another sign draws it anew
 * @param {(item, index) => HTMLElement} draw
 */
export function keyed(parent, items, keyOf, signOf, draw) {
  const old = new Map([...parent.children].map((row) => [row.dataset.key, row]));
  const keys = items.map(keyOf);
  const kept = new Set(keys);
  for (const [key, row] of old) if (!kept.has(key)) row.remove();
  let place = parent.firstElementChild;
  items.forEach((item, index) => {
    const sign = signOf(item, index);
    let row = old.get(keys[index]);
    if (row?.sign !== sign) {
      const fresh = draw(item, index);
      fresh.dataset.key = keys[index];
      fresh.sign = sign;
      if (row) {
        if (place === row) place = fresh;
        takePlace(row, fresh);
      }
      row = fresh;
    }
    if (row === place) place = place.nextElementSibling;
    else parent.insertBefore(row, place);
  });
}

function takePlace(before, after) {
  const active = document.activeElement;
  const inside = before.contains(active);
  const name = inside ? active.getAttribute("aria-label") ?? active.textContent : null;
  before.replaceWith(after);
  if (!inside) return;
  const same = [...after.querySelectorAll("button, a, input, [tabindex]")].find(
    (node) => (node.getAttribute("aria-label") ?? node.textContent) === name,
  );
  (same ?? after).focus({ preventScroll: true });
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on") && typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...nodes(children));
  return node;
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}
