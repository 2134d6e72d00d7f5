/** Days and times as the client shows them around messages, in the reader's zone and language. */

import { locale, state } from "./state.js";
import { word } from "./words.js";

const DAY_MS = 86_400_000;
const formats = new Map();

/** Return the time of day of a message's `ts`. */
export function timeOf(ts) {
  return written(ts, { timeStyle: "short" });
}

/** Return the day of a message's `ts` as a key: messages of one day share it. */
export function dayKey(ts) {
  return written(ts, { year: "numeric", month: "2-digit", day: "2-digit" });
}

/** Return the day of a message's `ts` in words: today, yesterday, or the date. */
export function dayName(ts) {
  if (dayKey(ts) === dayKey(Date.now() / 1000)) return word("today");
  if (dayKey(ts) === dayKey((Date.now() - DAY_MS) / 1000)) return word("yesterday");
  const isThisYear = new Date(ts * 1000).getFullYear() === new Date().getFullYear();
  return written(ts, { weekday: "long", day: "numeric", month: "long", year: isThisYear ? undefined : "numeric" });
}

/** Return day and time of a message's `ts` in words; `within` a sentence, "today" has a small letter. */
export function moment(ts, { within = false } = {}) {
  const day = dayName(ts);
  const isName = day === word("today") || day === word("yesterday");
  return word("at", { day: within && isName ? day.toLowerCase() : day, time: timeOf(ts) });
}

function written(ts, how) {
  const zone = state.me?.tz;
  const key = JSON.stringify([locale(), zone, how]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale(), { ...how, timeZone: zone }));
  return formats.get(key).format(new Date(Number(ts) * 1000));
}
