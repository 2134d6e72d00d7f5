/** What is on screen and for whom; modules announce changes and hear of them. */

export const SLACKBOT = "USLACKBOT";

export const state = {
  /** `GET directory`. */
  directory: { team: { name: "" }, people: [], channels: [], commands: [], shortcuts: [], app: {}, bot: {} },
  people: new Map(),
  channels: new Map(),
  /** The id of the person acted as, and the person. */
  user: "",
  me: null,
  /** The id of the conversation before them, and which tab of it: `messages` or `home` (the app's only). */
  channel: "",
  tab: "messages",
  /** The `ts` of the open thread's parent, and of a message that a link leads to. */
  thread: null,
  aim: null,
  /** `GET sidebar`. */
  sidebar: { channels: [], dms: [], app: {} },
  /** `GET person`. */
  person: { modals: [], home: null, toasts: [] },
  /** The traffic tab covers the conversation. */
  isTraffic: false,
  /** The last entry of the traffic log. */
  traffic: 0,
  connected: true,
};

const topics = new EventTarget();

/** Hear of a topic: `directory`, `sidebar`, `person`, `place`, `user`, `traffic`, `connected`. Returns a stop. */
export function hear(topic, listener) {
  topics.addEventListener(topic, listener);
  return () => topics.removeEventListener(topic, listener);
}

/** Tell everybody who hears of a topic that it changed. */
export function announce(topic) {
  topics.dispatchEvent(new Event(topic));
}

/** Take in a fresh directory. */
export function setDirectory(directory) {
  state.directory = directory;
  state.people = new Map(directory.people.map((person) => [person.id, person]));
  state.channels = new Map(directory.channels.map((channel) => [channel.id, channel]));
  state.me = state.people.get(state.user) ?? null;
}

/** Return the name that people read for a person, the app or Slackbot. */
export function nameOf(id) {
  if (id === state.directory.app?.user_id) return state.directory.app.name;
  if (id === SLACKBOT) return "Slackbot";
  return state.people.get(id)?.real_name ?? id;
}

/** Return a channel's name without its sign, or the other person of a direct message. */
export function channelName(id) {
  const known = state.sidebar.channels.find((channel) => channel.id === id) ?? state.channels.get(id);
  if (known) return known.name;
  const dm = state.sidebar.dms.find((one) => one.id === id);
  if (dm) return nameOf(dm.with);
  return id && id === state.sidebar.app?.channel ? state.directory.app.name : id;
}

/** Say whether the person acted as reads German. */
export function isGerman() {
  return (state.me?.locale ?? navigator.language).startsWith("de");
}

/** Return the locale by which the page's own dates and numbers are written: the person's, if the page speaks it. */
export function locale() {
  const own = state.me?.locale ?? navigator.language;
  return isGerman() || own.startsWith("en") ? own : "en-GB";
}
