/** The traffic tab: every request and ack between Slack and the bot, live, with its payloads. */

import { get } from "./api.js";
import { el, keyed, replace } from "./dom.js";
import { jsonTree, pretty } from "./json.js";
import { isUntold, noteInWords, reason } from "./reasons.js";
import { channelName, hear, locale, nameOf } from "./state.js";
import { addWords, word } from "./words.js";

const PAGE = 500; // entries that are fetched at first
const OLDER_PAGE = 2000; // entries that are fetched at once when somebody looks further back
const ROWS = 100; // rows that "Older" adds
const SLOW_MS = 1000;
const LATE_MS = 3000;

addWords({
  "traffic-title": { en: "Traffic", de: "Verkehr" },
  "traffic-about": {
    en: "Everything that Slack and the app said to each other, newest first.",
    de: "Alles, was Slack und die App einander gesagt haben, das Neueste zuerst.",
  },
  "traffic-find": { en: "Find in the traffic", de: "Im Verkehr suchen" },
  "traffic-direction": { en: "Direction", de: "Richtung" },
  "traffic-all": { en: "Both directions", de: "Beide Richtungen" },
  "traffic-to_bot": { en: "To the app", de: "An die App" },
  "traffic-to_slack": { en: "To Slack", de: "An Slack" },
  "traffic-only-errors": { en: "Only problems", de: "Nur Probleme" },
  "traffic-sockets": {
    en: ["Socket Mode: one connection", "Socket Mode: {count} connections"],
    de: ["Socket Mode: eine Verbindung", "Socket Mode: {count} Verbindungen"],
  },
  "traffic-count": { en: ["one exchange", "{count} exchanges"], de: ["ein Austausch", "{count} Austausche"] },
  "traffic-newest": { en: "the newest {count} exchanges", de: "die neuesten {count} Austausche" },
  "traffic-none": { en: "Nothing has been said yet.", de: "Es wurde noch nichts gesagt." },
  "traffic-no-match": { en: "Nothing matches.", de: "Nichts passt." },
  "traffic-older": { en: "Older", de: "Ältere" },
  "traffic-open": { en: "no answer yet", de: "noch keine Antwort" },
  "traffic-slow": { en: "slow", de: "langsam" },
  "traffic-late": { en: "too late", de: "zu spät" },
  "traffic-request": { en: "Request", de: "Anfrage" },
  "traffic-answer": { en: "Answer", de: "Antwort" },
  "traffic-copy": { en: "Copy", de: "Kopieren" },
  "traffic-copied": { en: "Copied", de: "Kopiert" },
  "traffic-empty": { en: "empty", de: "leer" },
});

/** Show the traffic tab in a container; it keeps itself up to date while it is on the page. */
export function renderTraffic(container) {
  const tab = newTab();
  replace(container, tab.node);
  const stops = [hear("traffic", () => onPage(refresh)), hear("user", () => onPage(() => renderTraffic(container)))];
  refresh(tab);

  function onPage(act) {
    if (tab.node.isConnected) act(tab);
    else for (const stop of stops) stop();
  }
}

function newTab() {
  const tab = { exchanges: new Map(), open: new Set(), log: null, first: null, last: 0, wanted: ROWS, turn: 0, asking: false, again: false };
  const changed = () => {
    tab.wanted = ROWS;
    fillUp(tab);
  };
  const find = word("traffic-find");
  tab.find = el("input", { type: "search", class: "input traffic-find", placeholder: find, "aria-label": find, oninput: changed });
  tab.direction = el(
    "select",
    { class: "input traffic-which", "aria-label": word("traffic-direction"), onchange: changed },
    ["all", "to_bot", "to_slack"].map((value) => el("option", { value }, word(`traffic-${value}`))),
  );
  tab.problems = el("input", { type: "checkbox", onchange: changed });
  tab.count = el("span", { class: "hint-text traffic-count", role: "status" });
  tab.trouble = el("p", { class: "error-text", role: "alert", hidden: true });
  tab.rows = el("ol", { class: "traffic-rows", "aria-label": word("traffic-title"), onkeydown: moveWithArrows });
  tab.none = el("p", { class: "traffic-none" });
  tab.older = el("button", { type: "button", class: "button small", onclick: () => older(tab) }, word("traffic-older"));
  const about = el("p", { class: "hint-text" }, word("traffic-about"));
  const only = el("label", { class: "traffic-only" }, tab.problems, word("traffic-only-errors"));
  tab.node = el(
    "section",
    { class: "traffic", "aria-label": word("traffic-title") },
    el("header", { class: "traffic-header" }, el("h1", {}, word("traffic-title")), about),
    el("div", { class: "traffic-filters" }, tab.find, tab.direction, only, tab.count),
    tab.trouble,
    tab.rows,
    tab.none,
    el("div", { class: "traffic-more" }, tab.older),
  );
  return tab;
}

/** Fetch what is new; a call during a call is done once more after it. */
async function refresh(tab) {
  if (tab.asking) {
    tab.again = true;
    return;
  }
  tab.asking = true;
  try {
    if (tab.first === null) {
      const { log, last } = await ask({ after: 0, limit: 1 });
      tab.log = log;
      tab.first = tab.last = Math.max(0, last - PAGE);
    }
    let answer;
    do {
      answer = await ask({ after: tab.last, limit: PAGE });
      if (answer.log !== tab.log) startOver(tab, answer.log);
      else take(tab, answer.entries);
    } while (tab.last < answer.last);
    tab.sockets = answer.sockets;
    complain(tab, "");
  } catch (problem) {
    complain(tab, problem.message);
  }
  tab.asking = false;
  draw(tab);
  if (tab.again) {
    tab.again = false;
    refresh(tab);
  }
}

/** The log begins anew after a reset; its entries are counted from one again. */
function startOver(tab, log) {
  tab.log = log;
  tab.exchanges.clear();
  tab.open.clear();
  tab.first = tab.last = 0;
}

async function older(tab) {
  tab.wanted += ROWS;
  await fillUp(tab);
}

/** Fetch older entries until there are as many rows as wanted, or no older entries. */
async function fillUp(tab) {
  draw(tab);
  const turn = ++tab.turn;
  const isEnough = () => turn !== tab.turn || matching(tab).length >= tab.wanted || !tab.first;
  try {
    while (!isEnough()) {
      const from = Math.max(0, tab.first - OLDER_PAGE);
      const { entries } = await ask({ after: from, limit: tab.first - from });
      if (turn !== tab.turn) return;
      tab.first = from;
      take(tab, entries, false);
    }
  } catch (problem) {
    complain(tab, problem.message);
  }
  draw(tab);
}

function ask(query) {
  return get("traffic", { ...query, brief: 1 });
}

function take(tab, entries, isNew = true) {
  for (const entry of entries) {
    const exchange = tab.exchanges.get(entry.exchange) ?? { number: entry.exchange };
    exchange[entry.phase] = entry;
    tab.exchanges.set(entry.exchange, exchange);
    if (isNew) tab.last = entry.n;
  }
}

function matching(tab) {
  const wanted = tab.find.value.trim().toLowerCase();
  return [...tab.exchanges.values()]
    .filter((exchange) => {
      const { direction } = basis(exchange);
      if (tab.direction.value !== "all" && direction !== tab.direction.value) return false;
      if (tab.problems.checked && !isProblem(exchange)) return false;
      return !wanted || words(exchange).toLowerCase().includes(wanted);
    })
    .sort((one, other) => other.number - one.number);
}

/** Either entry tells what it was about; the request may be older than what is fetched. */
function basis(exchange) {
  return exchange.request ?? exchange.answer;
}

function isProblem({ answer }) {
  return Boolean(answer && (answer.error || isUntold(answer.note) || answer.status >= 400 || answer.ms > LATE_MS));
}

function words(exchange) {
  const { kind, name, user, channel } = basis(exchange);
  const { error, status, reasons = [] } = exchange.answer ?? {};
  const names = [user && nameOf(user), channel && channelName(channel)];
  return [kind, name, ...names, error, status, ...reasons, ...notes(exchange)].join(" ");
}

function notes({ request, answer }) {
  // what this Slack does not know is said by its reason already
  const last = answer?.error === "unknown_method" ? null : answer?.note;
  return [...new Set([request?.note, last].filter(Boolean))].map(noteInWords);
}

function draw(tab) {
  const found = matching(tab);
  const rows = found.slice(0, tab.wanted);
  keyed(tab.rows, rows, ({ number }) => `${tab.log}-${number}`, (exchange) => sign(tab, exchange), (exchange) => row(tab, exchange));
  tab.older.hidden = found.length <= tab.wanted && tab.first === 0;
  tab.none.hidden = rows.length > 0;
  tab.none.textContent = word(tab.exchanges.size ? "traffic-no-match" : "traffic-none");
  const sockets = tab.sockets ? `${word("traffic-sockets", { count: tab.sockets })} · ` : "";
  tab.count.textContent = sockets + word(tab.first ? "traffic-newest" : "traffic-count", { count: found.length });
}

function sign(tab, { number, request, answer }) {
  return [request?.n, answer?.n, tab.open.has(number)].join();
}

function row(tab, exchange) {
  const { number, answer } = exchange;
  const { kind, name, user, at, direction } = basis(exchange);
  const isOpen = tab.open.has(number);
  const time = new Date(at * 1000 - (exchange.request ? 0 : answer.ms));
  const details = `traffic-details-${number}`;
  const arrow = el("span", { "aria-hidden": "true" }, direction === "to_bot" ? "→" : "←");
  const button = el(
    "button",
    {
      type: "button",
      class: "traffic-row",
      "aria-expanded": String(isOpen),
      "aria-controls": isOpen ? details : null,
      onclick: () => toggle(tab, number),
    },
    cell("time", clock(time)),
    cell("direction", arrow, el("span", { class: "traffic-direction-word" }, word(`traffic-${direction}`))),
    cell("name", el("strong", {}, name), " ", el("span", { class: "traffic-kind" }, kind)),
    cell("who", user ? nameOf(user) : ""),
    cell("status", answer ? answer.status ?? "–" : word("traffic-open")),
    duration(answer),
  );
  const look = isProblem(exchange) ? "traffic-item problem" : "traffic-item";
  return el("li", { class: look }, button, explanation(exchange), isOpen ? payloads(number, details) : null);
}

function cell(kind, ...children) {
  return el("span", { class: `traffic-${kind}` }, ...children, " ");
}

function clock(time) {
  return time.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
}

/** Colour alone says nothing: what is slow is also said so. */
function duration(answer) {
  if (!answer || answer.ms === null) return cell("ms", "");
  const grade = answer.ms > LATE_MS ? "late" : answer.ms > SLOW_MS ? "slow" : null;
  const text = `${new Intl.NumberFormat(locale(), { maximumFractionDigits: answer.ms < 10 ? 1 : 0 }).format(answer.ms)} ms`;
  const spoken = grade && el("span", { class: "visually-hidden" }, ` ${word(`traffic-${grade}`)}`);
  return el("span", { class: `traffic-ms ${grade ?? ""}` }, text, spoken);
}

function explanation(exchange) {
  const { error, reasons = [] } = exchange.answer ?? {};
  const remarks = notes(exchange);
  if (!error && !remarks.length) return null;
  return el(
    "div",
    { class: "traffic-why" },
    error ? el("p", { class: "traffic-error" }, el("code", {}, error), " ", reason(error)) : null,
    reasons.length ? el("ul", {}, reasons.map((text) => el("li", {}, text))) : null,
    remarks.map((text) => el("p", { class: "traffic-note" }, text)),
  );
}

function toggle(tab, number) {
  if (!tab.open.delete(number)) tab.open.add(number);
  draw(tab);
}

/** Draw both payloads of an exchange as soon as they are there. */
function payloads(number, id) {
  const place = el("div", { class: "traffic-details", id }, el("p", { class: "hint-text" }, word("loading")));
  get("traffic", { exchange: number }).then(
    ({ entries }) => replace(place, entries.map(payload)),
    (problem) => replace(place, el("p", { class: "error-text" }, problem.message)),
  );
  return place;
}

function payload(entry) {
  const onclick = () => copied(copy, entry.payload);
  const copy = el("button", { type: "button", class: "button small", onclick }, word("traffic-copy"));
  const isEmpty = entry.payload === null || entry.payload === "";
  return el(
    "section",
    { class: "traffic-payload", "aria-label": word(`traffic-${entry.phase}`) },
    el("header", {}, el("h2", {}, word(`traffic-${entry.phase}`)), isEmpty ? null : copy),
    isEmpty ? el("p", { class: "hint-text" }, word("traffic-empty")) : jsonTree(entry.payload),
  );
}

async function copied(button, value) {
  await navigator.clipboard.writeText(pretty(value));
  button.textContent = word("traffic-copied");
}

/** Go from row to row with the arrow keys. */
function moveWithArrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const row = event.target.closest(".traffic-row");
  if (!step || !row) return;
  event.preventDefault();
  const rows = [...event.currentTarget.querySelectorAll(".traffic-row")];
  rows[rows.indexOf(row) + step]?.focus();
}

function complain(tab, sentence) {
  tab.trouble.hidden = !sentence;
  tab.trouble.textContent = sentence;
}
