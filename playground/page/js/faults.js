/** Faults on demand: what goes wrong with the app's calls, how often, and the orders that stand. */

import { get, post, remove } from "./api.js";
import { el, keyed } from "./dom.js";
import { group, picker } from "./panel_fields.js";
import { channelName, hear, state } from "./state.js";
import { addWords, word } from "./words.js";

const MODES = ["error", "ratelimited", "http", "refuse", "hang", "mute", "drop", "stall"];
const HINTED = new Set(["times", "skip", "probability", "retry_after"]);
const LINK = "link"; // the Socket Mode links
const METHODS = [
  "*",
  "chat.postMessage",
  "chat.postEphemeral",
  "chat.update",
  "chat.delete",
  "chat.getPermalink",
  "views.open",
  "views.push",
  "views.update",
  "views.publish",
  "reactions.add",
  "files.getUploadURLExternal",
  "upload",
  "files.completeUploadExternal",
  "response_url",
  "conversations.open",
  "conversations.join",
  "conversations.info",
  "conversations.members",
  "conversations.list",
  "conversations.history",
  "conversations.replies",
  "users.info",
  "users.list",
  "users.lookupByEmail",
  "auth.test",
  "apps.connections.open",
];

addWords({
  "fault-about": {
    en: "What the local Slack does instead of answering.",
    de: "Was das lokale Slack tut, statt zu antworten.",
  },
  "fault-mode": { en: "What happens", de: "Was geschieht" },
  "fault-mode-error": { en: "Refuse with an error", de: "Mit einem Fehler ablehnen" },
  "fault-mode-error-about": {
    en: "Nothing is done; the answer carries the code.",
    de: "Nichts geschieht; die Antwort nennt den Code.",
  },
  "fault-mode-ratelimited": { en: "Too many calls (429)", de: "Zu viele Aufrufe (429)" },
  "fault-mode-ratelimited-about": {
    en: "Nothing is done; Retry-After says when to come back.",
    de: "Nichts geschieht; Retry-After sagt, wann es weitergeht.",
  },
  "fault-mode-http": { en: "Another answer", de: "Eine andere Antwort" },
  "fault-mode-http-about": {
    en: "Nothing is done; any status and body, an empty 200 too.",
    de: "Nichts geschieht; beliebiger Status und Inhalt, auch ein leeres 200.",
  },
  "fault-mode-refuse": { en: "Cut the connection", de: "Verbindung kappen" },
  "fault-mode-refuse-about": { en: "Before anything is done.", de: "Bevor etwas geschieht." },
  "fault-mode-hang": { en: "Never answer", de: "Nie antworten" },
  "fault-mode-hang-about": {
    en: "Nothing is done, and the call waits until the fault is withdrawn.",
    de: "Nichts geschieht, und der Aufruf wartet, bis die Störung zurückgenommen ist.",
  },
  "fault-mode-mute": { en: "Do it, never answer", de: "Ausführen, nie antworten" },
  "fault-mode-mute-about": {
    en: "It is done and seen, but the app does not hear of it.",
    de: "Es geschieht und ist zu sehen, aber die App erfährt es nicht.",
  },
  "fault-mode-drop": { en: "Do it, then cut the connection", de: "Ausführen, dann Verbindung kappen" },
  "fault-mode-drop-about": {
    en: "It is done and seen, but the app hears of a broken connection.",
    de: "Es geschieht und ist zu sehen, aber die App sieht eine gekappte Verbindung.",
  },
  "fault-mode-stall": { en: "Silent Socket Mode link", de: "Stumme Socket-Mode-Verbindung" },
  "fault-mode-stall-about": {
    en: "The link stays open, and nothing comes over it, not even a pong.",
    de: "Die Verbindung bleibt offen, und nichts kommt mehr, auch kein Pong.",
  },
  "fault-method": { en: "Which calls", de: "Welche Aufrufe" },
  "fault-method-*": { en: "Every call", de: "Jeder Aufruf" },
  "fault-channel": { en: "Only in the channel", de: "Nur im Kanal" },
  "fault-anywhere": { en: "Any", de: "Beliebig" },
  "fault-times": { en: "How often", de: "Wie oft" },
  "fault-times-hint": { en: "Empty: until withdrawn.", de: "Leer: bis zur Rücknahme." },
  "fault-skip": { en: "Let pass first", de: "Erst durchlassen" },
  "fault-skip-hint": { en: "So many calls.", de: "So viele Aufrufe." },
  "fault-probability": { en: "Probability", de: "Chance" },
  "fault-probability-hint": { en: "From 0 to 1.", de: "Von 0 bis 1." },
  "fault-code": { en: "Error code", de: "Fehlercode" },
  "fault-status": { en: "HTTP status", de: "HTTP-Status" },
  "fault-body": { en: "Body", de: "Inhalt" },
  "fault-retry_after": { en: "Retry-After", de: "Retry-After" },
  "fault-retry_after-hint": {
    en: "Seconds, 2.5 too, or a date; empty: no such header.",
    de: "Sekunden, auch 2.5, oder ein Datum; leer: kein solcher Kopf.",
  },
  "fault-order": { en: "Order the fault", de: "Störung bestellen" },
  "fault-standing": { en: "Ordered faults", de: "Bestellte Störungen" },
  "fault-none": { en: "No fault is ordered.", de: "Keine Störung ist bestellt." },
  "fault-withdraw": { en: "Withdraw", de: "Zurücknehmen" },
  "fault-withdraw-all": { en: "Withdraw all", de: "Alle zurücknehmen" },
  "fault-unstruck": { en: "not struck yet", de: "noch nicht eingetreten" },
  "fault-used-up": { en: "used up", de: "aufgebraucht" },
  "fault-struck": {
    en: ["struck once", "struck {count} times"],
    de: ["einmal eingetreten", "{count}-mal eingetreten"],
  },
  "fault-left": { en: ["once more", "{count} more times"], de: ["noch einmal", "noch {count}-mal"] },
  "fault-left-always": { en: "until withdrawn", de: "bis zur Rücknahme" },
  "fault-passing": {
    en: ["after one call", "after {count} calls"],
    de: ["nach einem Aufruf", "nach {count} Aufrufen"],
  },
  "fault-in": { en: "in #{channel}", de: "in #{channel}" },
  "fault-chance": { en: "with probability {chance}", de: "mit Wahrscheinlichkeit {chance}" },
});

/** Draw the form that orders a fault, and the list of those that stand, which follows what happens. */
export function faultsSection() {
  const list = el("ul", { class: "panel-rows", "aria-label": word("fault-standing") });
  const none = el("p", { class: "hint-text" }, word("fault-none"));
  const trouble = el("p", { class: "error-text", role: "alert" });
  const all = el("button", { type: "button", class: "button small", onclick: () => withdraw({}) }, word("fault-withdraw-all"));
  const form = orderForm((wish) => attempt(() => post("fault", wish)));

  async function refresh() {
    const { faults } = await get("fault");
    all.hidden = faults.length < 2;
    none.hidden = faults.length > 0;
    const draw = (fault) => standing(fault, () => withdraw({ id: fault.id }));
    keyed(list, faults, ({ id }) => String(id), (fault) => JSON.stringify(fault), draw);
  }

  async function attempt(act) {
    try {
      await act();
      await refresh();
      trouble.textContent = "";
    } catch (problem) {
      trouble.textContent = problem.message;
    }
  }

  /** What was pressed is gone then: the focus goes to the next order, or to the form. */
  async function withdraw(query) {
    await attempt(() => remove("fault", query));
    (list.querySelector("button") ?? form.querySelector("[type=submit]")).focus();
  }

  const stop = hear("traffic", () => (list.isConnected ? refresh().catch(() => {}) : stop()));
  attempt(async () => {});
  const heading = el("div", { class: "panel-heading" }, el("h2", {}, word("fault-standing")), all);
  return [el("p", { class: "hint-text" }, word("fault-about")), form, trouble, heading, list, none];
}

function orderForm(onOrder) {
  const wish = { method: "chat.postMessage", channel: null };
  const modes = MODES.map((value) => el("option", { value }, word(`fault-mode-${value}`)));
  const mode = el("select", { class: "input", onchange: () => suit() }, modes);
  const about = el("p", { class: "hint-text" });
  const methods = METHODS.map(methodOption);
  const method = picker(word("fault-method"), methodOption(wish.method), methods, (value) => (wish.method = value ?? "*"));
  const channels = state.directory.channels.map(({ id }) => ({ value: id, text: `#${channelName(id)}` }));
  const channel = picker(word("fault-channel"), null, channels, (value) => (wish.channel = value), word("fault-anywhere"));
  const texts = {
    code: el("input", { class: "input", value: "internal_error" }),
    status: el("input", { class: "input", type: "number", min: "200", max: "599", value: "503" }),
    body: el("textarea", { class: "input" }),
    retry_after: el("input", { class: "input", value: "30" }),
    times: el("input", { class: "input", type: "number", min: "1", value: "1" }),
    skip: el("input", { class: "input", type: "number", min: "0", value: "0" }),
    probability: el("input", { class: "input", type: "number", min: "0", max: "1", step: "any", value: "1" }),
  };
  const fields = Object.fromEntries(Object.entries(texts).map(([name, input]) => [name, field(name, input)]));
  const own = { error: ["code"], http: ["status", "body"], ratelimited: ["retry_after"] };
  const methodField = group(word("fault-method"), method);
  const channelField = group(word("fault-channel"), channel);

  /** Show what the chosen mode needs, and nothing else. */
  function suit() {
    about.textContent = word(`fault-mode-${mode.value}-about`);
    for (const name of ["code", "status", "body", "retry_after"]) fields[name].hidden = !own[mode.value]?.includes(name);
    methodField.hidden = channelField.hidden = mode.value === "stall";
  }

  function order(event) {
    event.preventDefault();
    const number = (input) => (input.value === "" ? null : Number(input.value));
    const { code, status, body, retry_after: retryAfter } = texts;
    const read = { code: code.value, status: number(status), body: body.value, retry_after: retryAfter.value || null };
    onOrder({
      mode: mode.value,
      ...(mode.value === "stall" ? { method: LINK } : wish),
      ...Object.fromEntries((own[mode.value] ?? []).map((name) => [name, read[name]])),
      times: number(texts.times),
      skip: number(texts.skip) ?? 0,
      probability: number(texts.probability) ?? 1,
    });
  }

  suit();
  return el(
    "form",
    { class: "panel-form", onsubmit: order },
    field("mode", mode, about),
    methodField,
    fields.code,
    fields.status,
    fields.body,
    fields.retry_after,
    channelField,
    el("div", { class: "panel-columns" }, fields.times, fields.skip, fields.probability),
    el("button", { type: "submit", class: "button primary" }, word("fault-order")),
  );
}

function methodOption(value) {
  return { value, text: value === "*" ? word("fault-method-*") : value };
}

function field(name, input, hint = null) {
  input.id = `fault-${name}`;
  const note = hint ?? (HINTED.has(name) ? el("p", { class: "hint-text" }, word(`fault-${name}-hint`)) : null);
  if (note) {
    note.id = `${input.id}-hint`;
    input.setAttribute("aria-describedby", note.id);
  }
  const label = el("label", { class: "panel-label", for: input.id }, word(`fault-${name}`));
  return el("div", { class: "panel-field" }, label, input, note);
}

function whatIsLeft(times) {
  if (times === null) return word("fault-left-always");
  return times ? word("fault-left", { count: times }) : word("fault-used-up");
}

function standing(fault, onWithdraw) {
  const details = [
    fault.channel && word("fault-in", { channel: channelName(fault.channel) }),
    fault.mode === "error" && fault.code,
    fault.mode === "http" && `HTTP ${fault.status}`,
    fault.mode === "ratelimited" && `Retry-After: ${fault.retry_after ?? "–"}`,
    fault.skip > 0 && word("fault-passing", { count: fault.skip }),
    fault.probability < 1 && word("fault-chance", { chance: fault.probability }),
    fault.struck ? word("fault-struck", { count: fault.struck }) : word("fault-unstruck"),
    whatIsLeft(fault.times),
  ].filter(Boolean);
  const mode = el("strong", {}, word(`fault-mode-${fault.mode}`));
  const about = el("p", { class: "hint-text" }, details.join(" · "));
  return el(
    "li",
    { class: "panel-row" },
    el("div", { class: "panel-words" }, mode, " ", el("code", {}, fault.method), about),
    el("button", { type: "button", class: "button small", onclick: onWithdraw }, word("fault-withdraw")),
  );
}
