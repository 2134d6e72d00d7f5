/** Follows what changes for the person acted as, and looks again at exactly that. */

import { get, listen } from "./api.js";
import { announce, setDirectory, state } from "./state.js";

const HIDDEN_MS = 5000;
const KINDS = ["everything", "person", "sidebar", "directory"];
let stop = () => {};
let news = null;
let isLooking = false;
let refresh = () => {};

/** Follow from now on; `refreshMessages(channels)` is called with what changed, null for all. */
export function follow(refreshMessages) {
  refresh = refreshMessages;
  document.addEventListener("visibilitychange", heed);
}

/**
 * Listen for the person acted as while the page is seen. Browsers allow six connections to one address, so hidden
 * windows must not keep one each: they only ask now and then what is unread.
 */
export function heed() {
  stop();
  const { user } = state;
  if (document.visibilityState === "visible") {
    stop = listen(user, (change) => state.user === user && take(change), setConnected);
  } else {
    const timer = setInterval(() => take({ sidebar: true }), HIDDEN_MS);
    stop = () => clearInterval(timer);
  }
}

/** No longer listen. */
export function turnAway() {
  stop();
}

/** Note what changed; all that comes while one look is under way is looked at together. */
async function take(change) {
  news = news ? together(news, change) : change;
  if (isLooking) return;
  isLooking = true;
  while (news) {
    const now = news;
    news = null;
    // if the connection is lost, the stream says that everything changed once it is back
    await lookAt(now).catch(() => {});
  }
  isLooking = false;
}

function together(one, other) {
  const both = Object.fromEntries(KINDS.map((kind) => [kind, one[kind] || other[kind]]));
  const channels = [...(one.channels ?? []), ...(other.channels ?? [])];
  return { ...both, channels, traffic: other.traffic ?? one.traffic };
}

async function lookAt({ everything, channels = [], person, sidebar, directory, traffic }) {
  const { user } = state;
  if (traffic && traffic !== state.traffic) {
    state.traffic = traffic;
    announce("traffic");
  }
  if (everything) refresh(null);
  else if (channels.length) refresh(channels);
  const fresh = await Promise.all([
    directory ? get("directory") : null,
    everything || sidebar ? get("sidebar", { user }) : null,
    everything || person ? get("person", { user }) : null,
  ]);
  if (state.user !== user) return;
  const topics = ["directory", "sidebar", "person"].filter((_, index) => fresh[index]);
  if (fresh[0]) setDirectory(fresh[0]);
  if (fresh[1]) state.sidebar = fresh[1];
  if (fresh[2]) state.person = fresh[2];
  topics.forEach(announce);
}

function setConnected(isConnected) {
  if (state.connected === isConnected) return;
  state.connected = isConnected;
  announce("connected");
}
