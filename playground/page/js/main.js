/** Starts the page: builds its parts and takes the place of the person acted as. */

import { get, post } from "./api.js";
import { conversation } from "./conversation.js";
import { el, replace } from "./dom.js";
import { follow, heed, turnAway } from "./live.js";
import { showModals } from "./modals.js";
import { arrive, canSee, followAddress, goTo, openThread, placeInAddress, placeInPermalink } from "./place.js";
import { closeDrawer, openJump, sidebar } from "./sidebar.js";
import { announce, channelName, hear, isGerman, setDirectory, state } from "./state.js";
import { takeTheme } from "./theme.js";
import { threads } from "./threads.js";
import { toastPlace } from "./toasts.js";
import { topBar } from "./top_bar.js";
import { renderTraffic } from "./traffic.js";
import { word } from "./words.js";

const RETRY_MS = 2000;

takeTheme();
start();

async function start() {
  const place = placeInAddress();
  const reloaded = place.user ? reload(place.user) : null;
  try {
    setDirectory(await get("directory"));
  } catch (problem) {
    replace(document.body, el("p", { class: "nothing", role: "alert" }, problem.message));
    setTimeout(() => location.reload(), RETRY_MS);
    return;
  }
  const active = state.directory.people.filter((person) => !person.deleted && !person.is_bot);
  state.user = (active.find(({ id }) => id === place.user) ?? active[0]).id;
  state.me = state.people.get(state.user);
  Object.assign(state, { channel: place.channel ?? "", aim: place.ts, isTraffic: place.isTraffic });
  build();
  await (place.user === state.user ? reloaded : reload(state.user));
  announce("user");
}

/** As in Slack, what only one person saw is gone with the window that showed it. */
async function reload(user) {
  await post("reload", { user }).catch(() => {});
}

/** Take the place of the person acted as: their sidebar, forms and notices, and where they were. */
async function enter() {
  const { user } = state;
  turnAway();
  document.documentElement.lang = isGerman() ? "de" : "en";
  const [mine, person] = await Promise.all([get("sidebar", { user }), get("person", { user })]);
  if (state.user !== user) return;
  Object.assign(state, { sidebar: mine, person });
  // first the conversation, which still has to ask for its messages; hundreds of channels are drawn meanwhile
  arrive(canSee(state.channel) ? state.channel : firstChannel(), { ts: state.aim });
  announce("sidebar");
  announce("person");
  heed();
}

/** Choose where to begin: the largest channel with the app, for there one can try it, or else the largest. */
function firstChannel() {
  const { channels, app } = state.sidebar;
  const open = channels.filter((channel) => !channel.is_archived);
  const withApp = open.filter((channel) => channel.is_member_app);
  const size = ({ id }) => state.channels.get(id)?.members.length ?? 0;
  const [first] = (withApp.length ? withApp : open).toSorted((one, other) => size(other) - size(one));
  return first?.id ?? app.channel;
}

function build() {
  const middle = conversation();
  const side = threads();
  const traffic = el("section", { class: "traffic-place", hidden: true });
  const main = el("main", { class: "main" }, middle.node, side.node, traffic);
  const scrim = el("div", { class: "scrim", onclick: closeDrawer });
  replace(document.body, topBar(), el("div", { class: "frame" }, sidebar(), scrim, main), toastPlace());

  function drawPlace() {
    middle.node.hidden = state.isTraffic;
    side.node.classList.toggle("covered", state.isTraffic);
    traffic.hidden = !state.isTraffic;
    if (state.isTraffic) renderTraffic(traffic);
    else replace(traffic);
  }

  hear("user", enter);
  hear("place", drawPlace);
  hear("place", drawTitle);
  hear("sidebar", drawTitle);
  hear("person", () => showModals(state.person.modals));
  follow((channels) => {
    middle.refresh(channels);
    side.refresh(channels);
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", followPermalink);
  window.addEventListener("popstate", followAddress);
}

function onKey(event) {
  if (document.querySelector("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openJump();
  } else if (event.key === "Escape" && !event.defaultPrevented && state.thread) {
    openThread(null);
  }
}

/** The app's links to messages lead to slack.com; what they mean is here. */
function followPermalink(event) {
  const address = event.target.closest?.("a[href]")?.href;
  const place = address && placeInPermalink(address);
  if (!place || !canSee(place.channel)) return;
  event.preventDefault();
  goTo(place.channel, place);
}

function drawTitle() {
  const { channels, dms, app } = state.sidebar;
  const unread = [...channels, ...dms, app].reduce((sum, one) => sum + (one.unread ?? 0), 0);
  const where = state.isTraffic ? word("traffic") : channelName(state.channel);
  const parts = [where, state.me?.real_name, state.directory.team.name].filter(Boolean);
  document.title = `${unread ? `(${unread}) ` : ""}${parts.join(" · ")}`;
}
