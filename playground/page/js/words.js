/** The client's own words in English and German; modules bring theirs with `addWords`. */

import { isGerman } from "./state.js";

const words = {};

/** Add a module's words: `{key: {en: "…", de: "…"}}`; with a plural `{en: ["one", "{count} of them"], de: […]}`. */
export function addWords(more) {
  for (const key of Object.keys(more)) {
    if (key in words) throw new Error(`two texts for the word ${key}`);
    words[key] = more[key];
  }
}

/** Return a word in the language of the person acted as, with `{name}` filled in; `count` chooses the plural. */
export function word(key, values = {}) {
  const found = words[key]?.[isGerman() ? "de" : "en"];
  if (found === undefined) throw new Error(`no text for the word ${key}`);
  const text = Array.isArray(found) ? found[values.count === 1 ? 0 : 1] : found;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

addWords({
  "unreachable": {
    en: "The local Slack does not answer. Is it still running?",
    de: "Das lokale Slack antwortet nicht. Läuft es noch?",
  },
  "close": { en: "Close", de: "Schließen" },
  "nothing-found": { en: "Nothing found", de: "Nichts gefunden" },
  "loading": { en: "Loading …", de: "Wird geladen …" },
  "type-more": {
    en: ["Type one more character", "Type {count} more characters"],
    de: ["Noch ein Zeichen tippen", "Noch {count} Zeichen tippen"],
  },
  "remove": { en: "Remove {name}", de: "{name} entfernen" },
  "clear": { en: "Clear {name}", de: "{name} leeren" },
  "lost": { en: "Connection lost. Trying again …", de: "Verbindung verloren. Neuer Versuch läuft …" },
  "sidebar": { en: "Channels and people", de: "Channels und Personen" },
  "sidebar.open": { en: "Open sidebar", de: "Seitenleiste öffnen" },
  "sidebar.close": { en: "Close sidebar", de: "Seitenleiste schließen" },
  "search": { en: "Search {team}", de: "{team} durchsuchen" },
  "search.label": { en: "Jump to a channel or person", de: "Zu einem Channel oder einer Person springen" },
  "search.placeholder": { en: "Name of a channel or person", de: "Name eines Channels oder einer Person" },
  "search.channels": { en: "Channels", de: "Channels" },
  "search.people": { en: "People", de: "Personen" },
  "search.apps": { en: "Apps", de: "Apps" },
  "traffic": { en: "Traffic", de: "Verkehr" },
  "rules": { en: "Rules and faults", de: "Regeln und Störungen" },
  "theme": { en: "Appearance", de: "Darstellung" },
  "theme.system": { en: "As the system", de: "Wie das System" },
  "theme.light": { en: "Light", de: "Hell" },
  "theme.dark": { en: "Dark", de: "Dunkel" },
  "channels": { en: "Channels", de: "Channels" },
  "dms": { en: "Direct messages", de: "Direktnachrichten" },
  "apps": { en: "Apps", de: "Apps" },
  "private": { en: "private", de: "privat" },
  "archived": { en: "archived", de: "archiviert" },
  "shared": { en: "shared with another company", de: "mit einer anderen Firma geteilt" },
  "unread": {
    en: ["{count} unread message", "{count} unread messages"],
    de: ["{count} ungelesene Nachricht", "{count} ungelesene Nachrichten"],
  },
  "act-as": { en: "Act as", de: "Handeln als" },
  "act-as.now": { en: "Act as: {name}", de: "Handeln als: {name}" },
  "act-as.placeholder": { en: "Name or role", de: "Name oder Rolle" },
  "act-as.window": { en: "Open in a new window", de: "In neuem Fenster öffnen" },
  "guest": { en: "Guest", de: "Gast" },
  "guest.single": { en: "Single-channel guest", de: "Gast in einem Channel" },
  "stranger": { en: "Slack Connect", de: "Slack Connect" },
  "app": { en: "App", de: "App" },
  "you": { en: "you", de: "du" },
  "members": { en: ["{count} member", "{count} members"], de: ["{count} Mitglied", "{count} Mitglieder"] },
  "home": { en: "Home", de: "Home" },
  "messages": { en: "Messages", de: "Nachrichten" },
  "messages.of": { en: "Messages in {name}", de: "Nachrichten in {name}" },
  "thread": { en: "Thread", de: "Thread" },
  "thread.of": { en: "Thread in {name}", de: "Thread in {name}" },
  "thread.close": { en: "Close thread", de: "Thread schließen" },
  "thread.replied": { en: "replied to a thread:", de: "hat in einem Thread geantwortet:" },
  "replies": { en: ["{count} reply", "{count} replies"], de: ["{count} Antwort", "{count} Antworten"] },
  "replies.last": { en: "Last reply {when}", de: "Letzte Antwort {when}" },
  "edited": { en: "(edited)", de: "(bearbeitet)" },
  "only-you": { en: "Only visible to you", de: "Nur für dich sichtbar" },
  "message.label": { en: "{name}, {when}", de: "{name}, {when}" },
  "message.tools": { en: "Message actions", de: "Aktionen zur Nachricht" },
  "message.reply": { en: "Reply in thread", de: "Im Thread antworten" },
  "message.react": { en: "Add reaction", de: "Reaktion hinzufügen" },
  "message.more": { en: "More actions", de: "Weitere Aktionen" },
  "message.copy": { en: "Copy link", de: "Link kopieren" },
  "message.copied": { en: "Link copied", de: "Link kopiert" },
  "reaction": {
    en: ["{emoji}, one reaction", "{emoji}, {count} reactions"],
    de: ["{emoji}, eine Reaktion", "{emoji}, {count} Reaktionen"],
  },
  "react.+1": { en: "Thumbs up", de: "Daumen hoch" },
  "react.white_check_mark": { en: "Done", de: "Erledigt" },
  "react.eyes": { en: "Looking into it", de: "Ich sehe es mir an" },
  "react.raised_hands": { en: "Well done", de: "Gut gemacht" },
  "react.heart": { en: "Heart", de: "Herz" },
  "react.joy": { en: "Tears of joy", de: "Freudentränen" },
  "react.tada": { en: "Tada", de: "Konfetti" },
  "react.pray": { en: "Thanks", de: "Danke" },
  "today": { en: "Today", de: "Heute" },
  "yesterday": { en: "Yesterday", de: "Gestern" },
  "at": { en: "{day} at {time}", de: "{day} um {time}" },
  "new": { en: "New", de: "Neu" },
  "new-messages": {
    en: ["One new message", "{count} new messages"],
    de: ["Eine neue Nachricht", "{count} neue Nachrichten"],
  },
  "to-newest": { en: "Jump to the newest", de: "Zum Neuesten springen" },
  "start.channel": { en: "This is the very beginning of {name}.", de: "Hier beginnt {name}." },
  "start.dm": {
    en: "This is the beginning of your messages with {name}.",
    de: "Hier beginnen deine Nachrichten mit {name}.",
  },
  "start.app": {
    en: "{name} writes to you here: requests, answers and decisions.",
    de: "{name} schreibt dir hier: Anfragen, Antworten und Entscheide.",
  },
  "composer": { en: "Message to {name}", de: "Nachricht an {name}" },
  "composer.thread": { en: "Reply", de: "Antworten" },
  "send": { en: "Send", de: "Senden" },
  "send.hint": { en: "Shift + Enter for a new line", de: "Umschalt + Enter für eine neue Zeile" },
  "shortcuts": { en: "Shortcuts", de: "Shortcuts" },
  "mention": { en: "Mention someone", de: "Jemanden erwähnen" },
  "suggestions": { en: "Suggestions", de: "Vorschläge" },
  "read-only": {
    en: "Sending messages to {name} has been turned off. Slash commands work in channels.",
    de: "Nachrichten an {name} sind ausgeschaltet. Slash-Befehle gehen in Channels.",
  },
  "archived.note": {
    en: "You are viewing {name}, an archived channel.",
    de: "Du siehst {name}, einen archivierten Channel.",
  },
  "gone": { en: "This conversation is not yours to see.", de: "Diese Unterhaltung ist für dich nicht sichtbar." },
  "pick": { en: "Pick a channel to begin", de: "Wähle einen Channel, um zu beginnen" },
  "toasts": { en: "Notices", de: "Hinweise" },
  "dismiss": { en: "Dismiss", de: "Ausblenden" },
});
