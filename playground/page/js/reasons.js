/** What Slack's error codes mean, in words; the traffic tab explains refused calls with them. */

import { isGerman } from "./state.js";

const REASONS = {
  operation_timeout: { en: "The app did not answer in time.", de: "Die App hat nicht rechtzeitig geantwortet." },
  dispatch_failed: { en: "The app could not be reached, or its answer was no 200.", de: "Die App war nicht erreichbar, oder ihre Antwort war kein 200." },
  ratelimited: { en: "Too many calls; the answer's Retry-After says when to come back.", de: "Zu viele Aufrufe; Retry-After in der Antwort sagt, wann es weitergeht." },
  unknown_method: { en: "Slack has no such method, or the local Slack does not know it.", de: "Slack hat keine solche Methode, oder das lokale Slack kennt sie nicht." },
  missing_scope: { en: "The manifest lacks the scope that this needs.", de: "Im Manifest fehlt die Berechtigung (Scope), die das braucht." },
  not_authed: { en: "The call brought no token.", de: "Der Aufruf hatte kein Token dabei." },
  invalid_auth: { en: "The token is not this app's.", de: "Das Token gehört nicht zu dieser App." },
  not_allowed_token_type: { en: "This method takes the other kind of token.", de: "Diese Methode verlangt die andere Art von Token." },
  token_revoked: { en: "The token was revoked: the app is no longer installed.", de: "Das Token wurde widerrufen: Die App ist nicht mehr installiert." },
  account_inactive: { en: "The app is no longer installed.", de: "Die App ist nicht mehr installiert." },
  not_in_channel: { en: "The app is not in this channel.", de: "Die App ist nicht in diesem Kanal." },
  channel_not_found: { en: "There is no such channel, or the app cannot see it.", de: "Diesen Kanal gibt es nicht, oder die App sieht ihn nicht." },
  is_archived: { en: "The channel is archived.", de: "Der Kanal ist archiviert." },
  user_not_in_channel: { en: "The person is not in this channel.", de: "Die Person ist nicht in diesem Kanal." },
  user_not_found: { en: "There is no such person.", de: "Diese Person gibt es nicht." },
  users_not_found: { en: "Nobody has this e-mail address.", de: "Niemand hat diese E-Mail-Adresse." },
  user_disabled: { en: "The person is deactivated.", de: "Die Person ist deaktiviert." },
  cannot_dm_bot: { en: "Apps cannot write to bots.", de: "Apps können Bots nicht schreiben." },
  invalid_blocks: { en: "Slack does not take these blocks:", de: "Slack nimmt diese Blöcke nicht an:" },
  invalid_blocks_format: { en: "The blocks are no list.", de: "Die Blöcke sind keine Liste." },
  invalid_arguments: { en: "Slack does not take these arguments:", de: "Slack nimmt diese Angaben nicht an:" },
  invalid_options: { en: "Slack does not show these options:", de: "Slack zeigt diese Optionen nicht:" },
  invalid_attachments: { en: "The attachments are no list.", de: "Die Anhänge sind keine Liste." },
  too_many_attachments: { en: "A message has 100 attachments at most.", de: "Eine Nachricht hat höchstens 100 Anhänge." },
  no_text: { en: "The message has neither text nor blocks.", de: "Die Nachricht hat weder Text noch Blöcke." },
  msg_too_long: { en: "The text is too long; an update takes 4,000 characters.", de: "Der Text ist zu lang; eine Änderung darf 4000 Zeichen haben." },
  msg_blocks_too_long: { en: "All texts of the blocks together are too long.", de: "Alle Texte der Blöcke zusammen sind zu lang." },
  message_not_found: { en: "There is no such message (any more).", de: "Diese Nachricht gibt es nicht (mehr)." },
  thread_not_found: { en: "There is no such thread (any more).", de: "Diesen Thread gibt es nicht (mehr)." },
  cant_update_message: { en: "Only who wrote a message can change it.", de: "Nur wer eine Nachricht geschrieben hat, kann sie ändern." },
  cant_delete_message: { en: "Only who wrote a message can delete it.", de: "Nur wer eine Nachricht geschrieben hat, kann sie löschen." },
  expired_trigger_id: { en: "The trigger_id is older than 3 seconds.", de: "Die trigger_id ist älter als 3 Sekunden." },
  exchanged_trigger_id: { en: "The trigger_id was used before; it works once.", de: "Die trigger_id wurde schon benutzt; sie gilt einmal." },
  invalid_trigger_id: { en: "Slack gave out no such trigger_id.", de: "Diese trigger_id hat Slack nicht ausgegeben." },
  expired_url: { en: "The response_url is older than 30 minutes.", de: "Die response_url ist älter als 30 Minuten." },
  used_url: { en: "The response_url was used 5 times; more it does not take.", de: "Die response_url wurde 5-mal benutzt; öfter geht es nicht." },
  hash_conflict: { en: "The view changed since the app saw it.", de: "Die Ansicht hat sich geändert, seit die App sie gesehen hat." },
  duplicate_external_id: { en: "Another open view has this external_id.", de: "Eine andere offene Ansicht hat diese external_id." },
  push_limit_reached: { en: "Three modals are on top of each other; more there cannot be.", de: "Drei Fenster liegen übereinander; mehr geht nicht." },
  view_too_large: { en: "The view is larger than 250 KB.", de: "Die Ansicht ist größer als 250 KB." },
  not_found: { en: "The view is no longer open.", de: "Die Ansicht ist nicht mehr offen." },
  not_enabled: { en: "The manifest has no Home tab.", de: "Im Manifest ist keine Startseite eingeschaltet." },
  invalid_response_action: { en: "The answer to the form names nothing that Slack can do.", de: "Die Antwort auf das Formular nennt nichts, was Slack tun kann." },
  invalid_errors: { en: "The answer to the form has errors for fields that it has not.", de: "Die Antwort auf das Formular nennt Fehler zu Feldern, die es nicht gibt." },
  already_reacted: { en: "This emoji is there already.", de: "Dieses Emoji ist schon da." },
  refuse: { en: "Fault: the connection was cut before anything was done.", de: "Störung: Die Verbindung wurde gekappt, bevor etwas geschah." },
  hang: { en: "Fault: no answer.", de: "Störung: keine Antwort." },
  http: { en: "Fault: an answer that is none of Slack's.", de: "Störung: eine Antwort, die nicht von Slack ist." },
};
const NOTES = {
  "the body of this ack is ignored": { en: "Slack ignores the body of this ack.", de: "Slack beachtet den Inhalt dieser Quittung nicht." },
  "sent again": { en: "Sent again, byte for byte.", de: "Noch einmal gesendet, Byte für Byte." },
  "done, but never answered": { en: "Fault: done, but never answered.", de: "Störung: ausgeführt, aber nie beantwortet." },
  "done, but the connection was cut before the answer": {
    en: "Fault: done, but the connection was cut before the answer.",
    de: "Störung: ausgeführt, aber die Verbindung wurde vor der Antwort gekappt.",
  },
  "retry": { en: "Sent again because there was no good answer.", de: "Noch einmal gesendet, weil eine gute Antwort ausblieb." },
};

/** Return the sentence for an error code, or nothing for one that is not known here. */
export function reason(code) {
  return inWords(REASONS[code]) ?? "";
}

/** Return the sentence for a note of the log; unknown ones are shown as they are. */
export function noteInWords(note) {
  return inWords(NOTES[note]) ?? note;
}

/** Say whether a note tells of an answer that the app never got. */
export function isUntold(note) {
  return Boolean(note?.startsWith("done, but"));
}

function inWords(found) {
  return found?.[isGerman() ? "de" : "en"];
}
