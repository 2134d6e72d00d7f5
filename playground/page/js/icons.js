/** The signs of the client, drawn as strokes in the colour of the text. */

import { svg } from "./dom.js";

const PATHS = {
  "hash": "M6.5 3 5 15M12.5 3 11 15M3 6.7h12.5M2.5 11.3H15",
  "lock": "M4.5 8h9v7h-9zM6 8V5.5a3 3 0 0 1 6 0V8",
  "shared": "M2.5 6.5h9l-2.5-3M15.5 11.5h-9l2.5 3",
  "search": "M12 12l4 4M13 7.5a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0z",
  "menu": "M3 5h12M3 9h12M3 13h12",
  "close": "M4.5 4.5l9 9M13.5 4.5l-9 9",
  "chevron": "M5 7l4 4 4-4",
  "swap": "M6 7l3-3 3 3M6 11l3 3 3-3",
  "reply": "M3 4h12v8.5H8.5L5 15.5v-3H3zM6 7h6M6 9.7h4",
  "react": "M15.5 9a6.5 6.5 0 1 1-6.5-6.5M6.5 10.5c1.2 1.8 3.8 1.8 5 0M6.8 7v.3M11.2 7v.3M15 2v4M13 4h4",
  "more": "M9 4.2v.1M9 9v.1M9 13.8v.1",
  "send": "M3 15l12.5-6L3 3l1.5 5L10 9l-5.5 1z",
  "bolt": "M10.5 2 4 10h4l-1 6 6.5-8h-4z",
  "at": "M12 9a3 3 0 1 1-6 0 3 3 0 0 1 6 0zm0 0c0 3 3.5 3 3.5 0A6.5 6.5 0 1 0 12 14.8",
  "eye": "M1.5 9S4 4 9 4s7.5 5 7.5 5S14 14 9 14 1.5 9 1.5 9zM11 9a2 2 0 1 1-4 0 2 2 0 0 1 4 0z",
  "down": "M9 3.5v11M4.5 10 9 14.5 13.5 10",
  "traffic": "M5.5 15V3L2.5 6M12.5 3v12l3-3",
  "gear": "M3 5h7M14 5h1M3 13h1M8 13h7M12 3v4M6 11v4",
  "sun": "M9 1.5v1.5M9 15v1.5M1.5 9H3M15 9h1.5M3.700 3.700l1 1M13.300 13.300l1 1M3.700 14.300l1-1M13.300 4.700l1-1M12 9a3 3 0 1 1-6 0 3 3 0 0 1 6 0z",
  "link": "M7.5 10.5l3-3M8 5.5l1.5-1.5a3.200 3.200 0 0 1 4.5 4.5L12.5 10M10 12.5 8.5 14A3.200 3.200 0 0 1 4 9.5L5.5 8",
  "window": "M7 4H4v10h10v-3M10 3.5h4.5V8M14.5 3.5 8.5 9.5",
  "people": "M9.5 6a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM2 15c0-5 10-5 10 0M12 3.800a2.5 2.5 0 0 1 0 4.5M14 10.800c1.5.6 2.300 2 2.300 4.200",
};

/** Draw a sign; it says nothing to screen readers. */
export function icon(name) {
  return svg("svg", { class: `icon icon-${name}`, viewBox: "0 0 18 18", "aria-hidden": "true" }, svg("path", { d: PATHS[name] }));
}
