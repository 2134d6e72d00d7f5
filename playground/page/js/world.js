/** Changes of the world around the app: people, channels, the app itself, time, connections. */

import { get, post } from "./api.js";
import { askConfirm } from "./confirm.js";
import { el, replace } from "./dom.js";
import { picker } from "./panel_fields.js";
import { channelName, locale, state } from "./state.js";
import { addWords, word } from "./words.js";

const SECONDS = { minutes: 60, hours: 3600, days: 86_400 };

addWords({
  "world-about": {
    en: "What happens around the app. Slack tells the app where it would.",
    de: "Was um die App herum geschieht. Slack sagt es der App, wo es das täte.",
  },
  "world-person": { en: "Person", de: "Person" },
  "world-deactivate": { en: "Deactivate", de: "Deaktivieren" },
  "world-activate": { en: "Activate", de: "Aktivieren" },
  "world-deactivated": { en: "deactivated", de: "deaktiviert" },
  "world-channel": { en: "Channel", de: "Kanal" },
  "world-archived": { en: "archived", de: "archiviert" },
  "world-archive": { en: "Archive", de: "Archivieren" },
  "world-unarchive": { en: "Bring back", de: "Zurückholen" },
  "world-share": { en: "Share with another company", de: "Mit anderer Firma teilen" },
  "world-unshare": { en: "Stop sharing", de: "Nicht mehr teilen" },
  "world-kick": { en: "Remove {app}", de: "{app} entfernen" },
  "world-invite": { en: "Add {app}", de: "{app} hinzufügen" },
  "world-app": { en: "App", de: "App" },
  "world-uninstall": { en: "Remove from the workspace", de: "Aus dem Arbeitsbereich entfernen" },
  "world-install": { en: "Install again", de: "Wieder installieren" },
  "world-clock": { en: "Time", de: "Zeit" },
  "world-amount": { en: "Move on by", de: "Vorstellen um" },
  "world-unit": { en: "Unit", de: "Einheit" },
  "world-minutes": { en: "minutes", de: "Minuten" },
  "world-hours": { en: "hours", de: "Stunden" },
  "world-days": { en: "days", de: "Tage" },
  "world-advance": { en: "Move the clock on", de: "Uhr vorstellen" },
  "world-now": { en: "In Slack it is now {time}.", de: "In Slack ist es jetzt {time}." },
  "world-links": { en: "Connection to the app", de: "Verbindung zur App" },
  "world-warn": { en: "Announce the end", de: "Ende ankündigen" },
  "world-disconnect": { en: "End Socket Mode connections", de: "Socket-Mode-Verbindungen beenden" },
  "world-cut": { en: "Cut without a word", de: "Wortlos kappen" },
  "world-disconnected": {
    en: ["One connection ended.", "{count} connections ended."],
    de: ["Eine Verbindung beendet.", "{count} Verbindungen beendet."],
  },
  "world-redeliver": { en: "Send the last request again", de: "Letzte Anfrage noch einmal senden" },
  "world-redelivered": {
    en: "Sent again; the answer was {status}.",
    de: "Noch einmal gesendet; die Antwort war {status}.",
  },
  "world-reset": { en: "Start over", de: "Von vorn" },
  "world-reset-about": {
    en: "Slack as at the start: people, channels, rules, time. The app keeps what it stored.",
    de: "Slack wie am Anfang: Personen, Kanäle, Regeln, Zeit. Die App behält, was sie gespeichert hat.",
  },
  "world-reset-do": { en: "Put Slack back to the start", de: "Slack auf den Anfang zurücksetzen" },
  "world-cancel": { en: "Cancel", de: "Abbrechen" },
  "world-done": { en: "Done.", de: "Erledigt." },
});

/** Draw the buttons that change the world; what came of it is said above them. */
export function worldSection() {
  const said = el("p", { class: "panel-said", role: "status" });

  /** Do it and say so; `tell` makes a sentence of the answer. */
  async function attempt(act, tell = () => word("world-done")) {
    said.className = "panel-said";
    try {
      said.textContent = tell(await act());
    } catch (problem) {
      said.classList.add("error-text");
      said.textContent = problem.message;
    }
  }

  const parts = [personPart, channelPart, appPart, clockPart, linkPart, resetPart];
  return [el("p", { class: "hint-text" }, word("world-about")), said, parts.map((part) => part(attempt))];
}

function personPart(attempt) {
  const people = state.directory.people.filter((person) => !person.is_bot);
  const option = ({ id, real_name: text, title, deleted }) => ({
    value: id,
    text,
    description: [title, deleted && word("world-deactivated")].filter(Boolean).join(" · "),
  });
  const acts = ({ id, deleted }) => [
    [deleted ? "world-activate" : "world-deactivate", () => post("user", { id, set: { deleted: !deleted } })],
  ];
  return target("world-person", "people", people.map(option), acts, attempt);
}

function channelPart(attempt) {
  const app = state.directory.app;
  const option = ({ id, is_archived: isArchived }) => ({
    value: id,
    text: `#${channelName(id)}`,
    description: isArchived ? word("world-archived") : "",
  });
  const acts = ({ id, members, is_archived: isArchived, is_ext_shared: isShared }) => {
    const change = (set) => () => post("channel", { id, set });
    const isIn = members.includes(app.user_id);
    const others = members.filter((member) => member !== app.user_id);
    return [
      [isArchived ? "world-unarchive" : "world-archive", change({ is_archived: !isArchived })],
      [isShared ? "world-unshare" : "world-share", change({ is_ext_shared: !isShared })],
      [isIn ? "world-kick" : "world-invite", change({ members: isIn ? others : [...members, app.user_id] })],
    ];
  };
  return target("world-channel", "channels", state.directory.channels.map(option), acts, attempt);
}

/** Somebody or something to pick, and what can be done with it. */
function target(key, kind, options, acts, attempt) {
  let chosen = null;
  const { buttons, offer } = offering((directory) => directory[kind].find(({ id }) => id === chosen), acts, attempt);
  const pick = picker(word(key), null, options, (id) => {
    chosen = id;
    offer();
  });
  return part(key, pick, buttons);
}

/** Buttons for what can be done with something as it is now; after a press they are asked for anew. */
function offering(find, acts, attempt) {
  const buttons = el("div", { class: "panel-buttons" });

  async function offer() {
    const found = await get("directory").then(find, () => null);
    const place = [...buttons.children].indexOf(document.activeElement);
    replace(buttons, found ? acts(found).map(([name, act]) => button(name, () => attempt(act).then(offer))) : null);
    buttons.children[place]?.focus();
  }

  return { buttons, offer };
}

function appPart(attempt) {
  const acts = ({ installed }) => [
    [installed ? "world-uninstall" : "world-install", () => post("app", { installed: !installed })],
  ];
  const { buttons, offer } = offering((directory) => directory.app, acts, attempt);
  offer();
  return part("world-app", buttons);
}

function clockPart(attempt) {
  const label = word("world-amount");
  const amount = el("input", { type: "number", class: "input panel-number", min: "1", value: "1", "aria-label": label });
  const unit = el(
    "select",
    { class: "input", "aria-label": word("world-unit") },
    Object.keys(SECONDS).map((name) => el("option", { value: name }, word(`world-${name}`))),
  );
  unit.value = "hours";
  const tell = ({ now }) => {
    const time = new Date(now * 1000).toLocaleString(locale(), { dateStyle: "full", timeStyle: "short" });
    return word("world-now", { time });
  };
  const advance = () => attempt(() => post("clock", { advance: Number(amount.value) * SECONDS[unit.value] }), tell);
  return part("world-clock", el("div", { class: "panel-inline" }, amount, unit, button("world-advance", advance)));
}

function linkPart(attempt) {
  const tell = ({ closed }) => word("world-disconnected", { count: closed });
  const end = (reason) => () => attempt(() => post("disconnect", { reason }), reason === "warning" ? undefined : tell);
  const came = ({ ack }) => word("world-redelivered", { status: ack.status ?? ack.failure });
  const again = () => attempt(() => post("redeliver"), came);
  return part(
    "world-links",
    el(
      "div",
      { class: "panel-buttons" },
      button("world-warn", end("warning")),
      button("world-disconnect", end("refresh_requested")),
      button("world-cut", end("cut")),
      button("world-redeliver", again),
    ),
  );
}

function resetPart(attempt) {
  const text = (key) => ({ type: "plain_text", text: word(key) });
  const question = {
    title: text("world-reset"),
    text: text("world-reset-about"),
    confirm: text("world-reset-do"),
    deny: text("world-cancel"),
    style: "danger",
  };
  const reset = async () => (await askConfirm(question, {})) && attempt(() => post("reset"));
  const about = el("p", { class: "hint-text" }, word("world-reset-about"));
  return part("world-reset", about, button("world-reset-do", reset, "danger"));
}

function part(key, ...children) {
  return el("section", { class: "panel-part", "aria-label": word(key) }, el("h2", {}, word(key)), children);
}

function button(key, onclick, look = "") {
  return el("button", { type: "button", class: `button small ${look}`, onclick }, word(key, { app: state.directory.app.name }));
}
