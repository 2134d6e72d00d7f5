/** What each rule of the local Slack is called, and what Slack does by it. Switched on, a rule is as in Slack. */

export const RULES = {
  ack_seconds: {
    title: { en: "Seconds to answer", de: "Sekunden bis zur Antwort" },
    about: { en: "Commands, buttons and forms that are not answered in time have failed.", de: "Befehle, Knöpfe und Formulare ohne Antwort in dieser Zeit sind gescheitert." },
  },
  trigger_seconds: {
    title: { en: "Seconds to open a modal", de: "Sekunden, um ein Fenster zu öffnen" },
    about: { en: "An older trigger_id opens nothing.", de: "Eine ältere trigger_id öffnet nichts mehr." },
  },
  trigger_once: {
    title: { en: "One modal per trigger", de: "Ein Fenster je Auslöser" },
    about: { en: "A trigger_id works once.", de: "Eine trigger_id gilt nur einmal." },
  },
  response_url_seconds: {
    title: { en: "Seconds that a response URL lives", de: "Sekunden, die eine Antwort-URL gilt" },
    about: { en: "After that a post to it is expired_url.", de: "Danach ist ein Beitrag dorthin expired_url." },
  },
  response_url_uses: {
    title: { en: "Posts to a response URL", de: "Beiträge je Antwort-URL" },
    about: { en: "One more is used_url.", de: "Einer mehr ist used_url." },
  },
  tokens: {
    title: { en: "Tokens", de: "Tokens" },
    about: { en: "A call without the app's token is refused.", de: "Ein Aufruf ohne das Token der App wird abgelehnt." },
  },
  scopes: {
    title: { en: "Scopes", de: "Berechtigungen" },
    about: { en: "What the manifest does not ask for is missing_scope.", de: "Was das Manifest nicht verlangt, ist missing_scope." },
  },
  membership: {
    title: { en: "Membership", de: "Mitgliedschaft" },
    about: { en: "The app writes and reads only in channels that it is in.", de: "Die App schreibt und liest nur in Kanälen, in denen sie ist." },
  },
  archives: {
    title: { en: "Archived channels", de: "Archivierte Kanäle" },
    about: { en: "Nobody writes in them: is_archived.", de: "Niemand schreibt mehr hinein: is_archived." },
  },
  limits: {
    title: { en: "Limits of messages and views", de: "Grenzen für Nachrichten und Ansichten" },
    about: { en: "Too many blocks, too long texts and wrong fields are refused, and the answer points at them.", de: "Zu viele Blöcke, zu lange Texte und falsche Felder werden abgelehnt, und die Antwort nennt die Stelle." },
  },
  view_hash: {
    title: { en: "Views that changed", de: "Geänderte Ansichten" },
    about: { en: "An update with an old hash is hash_conflict.", de: "Eine Änderung mit altem Hash ist hash_conflict." },
  },
  external_ids: {
    title: { en: "Unique external ids", de: "Eindeutige externe Kennungen" },
    about: { en: "A second open view with the same external_id is refused.", de: "Eine zweite offene Ansicht mit derselben external_id wird abgelehnt." },
  },
  post_pace: {
    title: { en: "One message per second and channel", de: "Eine Nachricht je Sekunde und Kanal" },
    about: { en: "More is answered with 429 and Retry-After.", de: "Auf mehr folgt 429 mit Retry-After." },
  },
  posts_per_minute: {
    title: { en: "Messages per minute in all", de: "Nachrichten je Minute insgesamt" },
    about: { en: "More in the whole workspace is answered with 429 and Retry-After.", de: "Auf mehr im ganzen Arbeitsbereich folgt 429 mit Retry-After." },
  },
  commands_outside_threads: {
    title: { en: "No commands in threads", de: "Keine Befehle in Threads" },
    about: { en: "Slack takes slash commands only outside of threads.", de: "Slack nimmt Befehle nur außerhalb von Threads an." },
  },
  empty_acks: {
    title: { en: "Acks without content", de: "Quittungen ohne Inhalt" },
    about: { en: "What an app puts into the ack of a button, shortcut or event is ignored.", de: "Was eine App in die Quittung von Knopf, Kurzbefehl oder Ereignis schreibt, bleibt unbeachtet." },
  },
  fleeting_ephemerals: {
    title: { en: "Fleeting messages", de: "Flüchtige Nachrichten" },
    about: { en: "What only one person sees is gone when they reload.", de: "Was nur eine Person sieht, ist nach dem Neuladen weg." },
  },
  event_retries: {
    title: { en: "Events come again", de: "Ereignisse kommen wieder" },
    about: { en: "Unanswered events are sent again at once, after one and after five minutes.", de: "Unbeantwortete Ereignisse kommen sofort, nach einer und nach fünf Minuten noch einmal." },
  },
  socket_refresh_seconds: {
    title: { en: "Seconds until a socket is renewed", de: "Sekunden, bis ein Socket erneuert wird" },
    about: { en: "Then Slack warns and ends the connection.", de: "Dann warnt Slack und beendet die Verbindung." },
  },
};
