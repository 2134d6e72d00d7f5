/** Times as Slack shows them: in the reader's zone and language, and the tokens of its date format. */

const SIX_MONTHS_MS = 183 * 86_400_000;
const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60]];
const TOKEN = /\{(\w+)\}/g;

/** Write the pattern of `<!date^…>` with its tokens filled in; null for an unknown token or an impossible time. */
export function formatDate(seconds, pattern, { locale, zone }, now = Date.now()) {
  const moment = new Date(seconds * 1000);
  if (!Number.isFinite(seconds) || Number.isNaN(moment.getTime())) return null;
  let known = true;
  const text = pattern.replace(TOKEN, (_, name, at) => {
    const write = TOKENS[name];
    known &&= write !== undefined;
    const shown = write ? write(moment, { locale, zone, now }) : "";
    return at === 0 && name.endsWith("_pretty") ? shown[0].toLocaleUpperCase(locale) + shown.slice(1) : shown;
  });
  return known ? text : null;
}

/** The day of a moment in a zone, as 2026-12-01. */
function dayIn(zone, moment) {
  return Object.values(clockParts(zone, moment)).slice(0, 3).join("-");
}

/** The wall clock of a moment in a zone, as an input of type datetime-local wants it: 2026-12-01T09:30. */
export function localMinute(zone, seconds) {
  const { year, month, day, hour, minute } = clockParts(zone, new Date(seconds * 1000));
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** The seconds since 1970 at which a zone's wall clock shows 2026-12-01T09:30; null if it is no time. */
export function secondsAt(zone, local) {
  const wanted = Date.parse(`${local}Z`);
  if (Number.isNaN(wanted)) return null;
  let guess = wanted;
  // Twice, because the first step may cross the change to or from summer time.
  for (let step = 0; step < 2; step += 1) guess += wanted - Date.parse(`${localMinute(zone, guess / 1000)}Z`);
  return Math.round(guess / 1000);
}

const TOKENS = {
  date_num: (moment, { zone }) => dayIn(zone, moment),
  date_slash: (moment, reader) => written(moment, reader, { day: "2-digit", month: "2-digit", year: "numeric" }),
  date: (moment, reader) => fullDay(moment, reader, { month: "long" }, isFar(moment, reader)),
  date_long: (moment, reader) => fullDay(moment, reader, { weekday: "long", month: "long" }, isFar(moment, reader)),
  date_long_full: (moment, reader) => fullDay(moment, reader, { month: "long" }, true),
  date_short: (moment, reader) =>
    written(moment, reader, { month: "short", day: "numeric", ...(isFar(moment, reader) && { year: "numeric" }) }),
  date_pretty: (moment, reader) => nearDay(moment, reader) ?? TOKENS.date(moment, reader),
  date_short_pretty: (moment, reader) => nearDay(moment, reader) ?? TOKENS.date_short(moment, reader),
  date_long_pretty: (moment, reader) => nearDay(moment, reader) ?? TOKENS.date_long(moment, reader),
  day_divider_pretty: (moment, reader) =>
    nearDay(moment, reader) ?? fullDay(moment, reader, { weekday: "long", month: "long" }, !isThisYear(moment, reader)),
  time: (moment, reader) => written(moment, reader, { timeStyle: "short" }),
  time_secs: (moment, reader) => written(moment, reader, { timeStyle: "medium" }),
  ago: (moment, reader) => ago(moment, reader),
};

function written(moment, { locale, zone }, fields) {
  return new Intl.DateTimeFormat(locale, { timeZone: zone, ...fields }).format(moment);
}

function fullDay(moment, reader, fields, withYear) {
  const all = { ...fields, day: "numeric", ...(withYear && { year: "numeric" }) };
  if (!reader.locale.startsWith("en-US")) return written(moment, reader, all);
  // American English says "February 18th", in a form that Intl does not know.
  const parts = new Intl.DateTimeFormat(reader.locale, { timeZone: reader.zone, ...all }).formatToParts(moment);
  return parts.map(({ type, value }) => (type === "day" ? value + ordinal(Number(value)) : value)).join("");
}

function ordinal(day) {
  return { one: "st", two: "nd", few: "rd", other: "th" }[new Intl.PluralRules("en", { type: "ordinal" }).select(day)];
}

function isFar(moment, { now }) {
  return Math.abs(moment - now) > SIX_MONTHS_MS;
}

function isThisYear(moment, { zone, now }) {
  return dayIn(zone, moment).slice(0, 4) === dayIn(zone, new Date(now)).slice(0, 4);
}

/** "today", "yesterday" or "tomorrow" in the reader's language, else null. */
function nearDay(moment, { locale, zone, now }) {
  const days = (Date.parse(dayIn(zone, moment)) - Date.parse(dayIn(zone, new Date(now)))) / 86_400_000;
  return Math.abs(days) <= 1 ? new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day") : null;
}

function ago(moment, { locale, now }) {
  const seconds = Math.round((moment - now) / 1000);
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(locale).format(Math.trunc(seconds / length), unit);
}

function clockParts(zone, moment) {
  const fields = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", ...fields }).formatToParts(moment);
  const found = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return {
    year: found.year.padStart(4, "0"), month: found.month, day: found.day, hour: found.hour, minute: found.minute,
  };
}
