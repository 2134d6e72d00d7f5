/** Where the person is: moves between conversations, people and tabs, in step with the address. */

import { announce, state } from "./state.js";

/** Return whom and what the address names. */
export function placeInAddress() {
  const query = new URLSearchParams(location.search);
  return { user: query.get("as"), channel: query.get("channel"), ts: query.get("ts"), isTraffic: location.hash === "#traffic" };
}

/** Return the address of a place: a person's view of a conversation, or of a message in it. */
export function addressOf({ user = state.user, channel = state.channel, ts = null } = {}) {
  return `/?${new URLSearchParams({ as: user, ...(channel ? { channel } : {}), ...(ts ? { ts } : {}) })}`;
}

/** Return what a permalink of Slack's leads to, or null for any other address. */
export function placeInPermalink(address) {
  const found = /^https:\/\/[\w-]+\.slack\.com\/archives\/(\w+)\/p(\d+)(\d{6})(?:\?.*\bthread_ts=([\d.]+))?/.exec(address);
  if (!found) return null;
  const [, channel, seconds, rest, thread = null] = found;
  return { channel, ts: `${seconds}.${rest}`, thread };
}

/** Say whether the person acted as is in that conversation. */
export function canSee(channel) {
  const { channels, dms, app } = state.sidebar;
  return channel === app.channel || [...channels, ...dms].some((one) => one.id === channel);
}

/** Say whether the conversation is the one with the app. */
export function isApp(channel = state.channel) {
  return Boolean(channel) && channel === state.sidebar.app?.channel;
}

/** Open a conversation, one of the app's tabs, a thread, or the place of a message (`ts`). */
export function goTo(channel, target = {}) {
  take(channel, target);
  keepAddress();
  announce("place");
}

/** Show the place where the person who is acted as from now on finds themselves. */
export function arrive(channel, target) {
  if (!state.isTraffic) take(channel, target);
  const was = placeInAddress();
  // what the page chose itself, as the first channel, is no step of the person
  if (was.user !== state.user || was.channel !== state.channel) history.replaceState(null, "", address());
  announce("place");
}

function take(channel, { tab = null, thread = null, ts = null }) {
  const home = isApp(channel) && state.directory.app.home_tab ? "home" : "messages";
  const stays = channel === state.channel ? state.tab : home;
  const first = thread || ts ? "messages" : stays;
  Object.assign(state, { channel, thread, aim: ts, tab: tab ?? first, isTraffic: false });
}

/** Open or close a thread beside the conversation. */
export function openThread(ts) {
  state.thread = ts;
  announce("thread");
}

/** Show or leave the traffic tab. */
export function showTraffic(isTraffic) {
  state.isTraffic = isTraffic;
  keepAddress();
  announce("place");
}

/** Act as another person. */
export function actAs(user) {
  if (user === state.user) return;
  become(user);
  keepAddress();
  announce("user");
}

function become(user) {
  state.user = user;
  state.me = state.people.get(user) ?? null;
  state.thread = null;
}

/** Go where the address leads after the browser's Back or Forward. */
export function followAddress() {
  const { user, channel, isTraffic } = placeInAddress();
  if (!state.people.has(user)) return;
  if (user !== state.user) {
    Object.assign(state, { channel, isTraffic });
    become(user);
    announce("user");
  } else if (isTraffic) {
    showTraffic(true);
  } else {
    goTo(channel);
  }
}

/** Write the place into the address bar: a reload stays here, another window can be somebody else, Back leads back. */
function keepAddress() {
  const was = placeInAddress();
  const isStep = ["user", "channel", "isTraffic"].some((part) => was[part] !== state[part]);
  if (isStep) history.pushState(null, "", address());
  else history.replaceState(null, "", address());
}

function address() {
  return addressOf() + (state.isTraffic ? "#traffic" : "");
}
