/** One message as a row: who, when, what, reactions, replies, and what one can do with it. */

import { post } from "./api.js";
import { avatar } from "./avatars.js";
import { renderBlocks } from "./blocks.js";
import { el } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { icon } from "./icons.js";
import { openMenu } from "./menus.js";
import { renderMrkdwn } from "./mrkdwn.js";
import { addressOf, openThread } from "./place.js";
import { nameOf, SLACKBOT, state } from "./state.js";
import { messageSurface } from "./surface.js";
import { dayKey, dayName, moment, timeOf } from "./times.js";
import { toast } from "./toasts.js";
import { word } from "./words.js";

const GROUP_SECONDS = 300;
const QUICK = ["+1", "white_check_mark", "eyes", "raised_hands", "heart", "joy", "tada", "pray"];
const BROADCAST = "thread_broadcast";

/** Say how a message stands after the one before: first of its day, first that is new, the parent, or one with it. */
export function standing(message, before, { firstNew, thread }) {
  if (thread === message.ts) return { isParent: true };
  const opensDay = !thread && (!before || dayKey(before.ts) !== dayKey(message.ts));
  const opensNew = message.ts === firstNew;
  const isGrouped =
    !opensDay &&
    !opensNew &&
    before &&
    before.ts !== thread &&
    before.user === message.user &&
    Boolean(before.is_ephemeral) === Boolean(message.is_ephemeral) &&
    !before.is_ephemeral &&
    message.subtype !== BROADCAST &&
    message.ts - before.ts < GROUP_SECONDS;
  return { opensDay, opensNew, isGrouped };
}

/** Return what a row shows as a text to compare; what is typed into it is on its way to the server already. */
export function signOf({ state: _typed, ...message }, how) {
  return JSON.stringify([message, how, state.user, nameOf(message.user)]);
}

/** Draw a row. `place` is `{channel, thread}`: where the list is. */
export function drawMessage(message, how, place) {
  const isEphemeral = message.is_ephemeral;
  const row = el(
    "article",
    {
      class: ["row", how.isGrouped ? "grouped" : "", isEphemeral ? "ephemeral" : ""].join(" ").trim(),
      "aria-label": word("message.label", { name: nameOf(message.user), when: moment(message.ts) }),
      tabindex: "-1",
    },
    how.opensDay ? el("div", { class: "day" }, el("span", {}, dayName(message.ts))) : null,
    how.opensNew ? el("div", { class: "new-line" }, el("span", {}, word("new"))) : null,
  );
  const body = el(
    "div",
    { class: "message" },
    isEphemeral ? el("div", { class: "only-you" }, icon("eye"), word("only-you")) : null,
    el("div", { class: "gutter" }, how.isGrouped ? time(message) : avatar(message.user, 36)),
    el(
      "div",
      { class: "content" },
      how.isGrouped ? null : byline(message),
      broadcastLine(message, place),
      el("div", { class: "body" }, content(message, place)),
      reactions(message, place),
      place.thread ? null : replies(message),
    ),
  );
  row.append(body);
  if (how.isParent && message.reply_count) {
    row.append(el("div", { class: "replies-line" }, word("replies", { count: message.reply_count })));
  }
  if (!isEphemeral) addTools(body, message, place);
  return row;
}

function byline(message) {
  const isApp = Boolean(message.bot_id) || message.user === SLACKBOT;
  return el(
    "div",
    { class: "byline" },
    el("span", { class: "author" }, nameOf(message.user)),
    isApp ? el("span", { class: "badge" }, word("app")) : null,
    time(message),
  );
}

function time(message) {
  return el(
    "time",
    { class: "time", datetime: new Date(message.ts * 1000).toISOString(), title: moment(message.ts) },
    timeOf(message.ts),
  );
}

function content(message, { channel }) {
  const surface = messageSurface(state.user, channel, message);
  const shown = message.blocks?.length ? renderBlocks(message.blocks, surface) : renderMrkdwn(message.text ?? "", surface);
  const edited = message.edited ? el("span", { class: "edited", title: moment(message.edited.ts) }, word("edited")) : null;
  return [shown, edited, (message.files ?? []).map(file)];
}

/** A file below the text: pictures are shown, and open in a tab of their own. */
function file({ title, mimetype, url_private: address }) {
  const isPicture = mimetype.startsWith("image/");
  return el(
    "figure",
    { class: "file" },
    el("figcaption", { class: "file-title" }, title),
    el(
      "a",
      { href: address, target: "_blank", rel: "noopener noreferrer" },
      isPicture ? el("img", { class: "file-picture", src: address, alt: title, loading: "lazy" }) : title,
    ),
  );
}

function broadcastLine(message, place) {
  if (message.subtype !== BROADCAST || place.thread) return null;
  const open = () => openThread(message.thread_ts);
  return el("button", { type: "button", class: "link-button broadcast", onclick: open }, word("thread.replied"));
}

function reactions(message, place) {
  if (!message.reactions?.length) return null;
  return el(
    "div",
    { class: "reactions" },
    message.reactions.map(({ name, users, count }) => {
      const mine = users.includes(state.user);
      return el(
        "button",
        {
          type: "button",
          class: mine ? "reaction mine" : "reaction",
          "aria-pressed": String(mine),
          "aria-label": word("reaction", { emoji: name.replaceAll("_", " "), count }),
          title: users.map(nameOf).join(", "),
          onclick: () => react(message, place, name, mine),
        },
        emojiNode(name),
        el("span", {}, count),
      );
    }),
  );
}

function replies(message) {
  if (!message.reply_count) return null;
  return el(
    "button",
    { type: "button", class: "replies", onclick: () => openThread(message.ts) },
    (message.reply_users ?? []).slice(0, 4).map((id) => avatar(id, 24)),
    el("span", { class: "replies-count" }, word("replies", { count: message.reply_count })),
    el("span", { class: "replies-last" }, word("replies.last", { when: moment(message.latest_reply, { within: true }) })),
  );
}

/** Put the tools at a message as soon as it is pointed at or reached: hundreds of hidden ones would only weigh. */
function addTools(body, message, place) {
  const add = () => {
    body.removeEventListener("pointerenter", add);
    body.parentElement.removeEventListener("focusin", add);
    body.append(tools(message, place));
  };
  body.addEventListener("pointerenter", add);
  body.parentElement.addEventListener("focusin", add);
}

function tools(message, place) {
  const button = (sign, key, act) =>
    el("button", { type: "button", class: "icon-button", "aria-label": word(key), title: word(key), onclick: act }, icon(sign));
  return el(
    "div",
    { class: "tools", role: "group", "aria-label": word("message.tools") },
    button("react", "message.react", ({ currentTarget }) => openReactions(currentTarget, message, place)),
    place.thread ? null : button("reply", "message.reply", () => openThread(message.thread_ts ?? message.ts)),
    button("more", "message.more", ({ currentTarget }) => openMore(currentTarget, message, place)),
  );
}

function openReactions(anchor, message, place) {
  const items = QUICK.map((name) => ({
    icon: emojiNode(name),
    label: word(`react.${name}`),
    onpick: () => react(message, place, name),
  }));
  openMenu(anchor, items, { label: word("message.react") });
}

function openMore(anchor, message, { channel }) {
  const shortcuts = state.directory.shortcuts
    .filter(({ type }) => type === "message")
    .map(({ name, callback_id }) => ({
      label: name,
      hint: state.directory.app.name,
      onpick: () => tell(post("shortcut", { user: state.user, callback_id, channel, ts: message.ts })),
    }));
  const copy = { label: word("message.copy"), onpick: () => copyLink(channel, message) };
  openMenu(anchor, shortcuts.length ? [...shortcuts, null, copy] : [copy], { label: word("message.more") });
}

function react(message, { channel }, name, remove = false) {
  tell(post("react", { user: state.user, channel, ts: message.ts, name, remove }));
}

async function copyLink(channel, message) {
  const link = location.origin + addressOf({ channel, ts: message.ts });
  await tell(navigator.clipboard.writeText(link).then(() => toast(word("message.copied"))));
}

/** Show as a notice why something did not happen. */
async function tell(act) {
  try {
    await act;
  } catch (problem) {
    toast(problem.message, "error");
  }
}
