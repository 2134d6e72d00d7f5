/** A list of messages: the newest at the bottom, older ones as one scrolls up, never more than a few hundred rows. */

import { get, post } from "./api.js";
import { el, keyed, replace } from "./dom.js";
import { icon } from "./icons.js";
import { drawMessage, signOf, standing } from "./message.js";
import { renderMrkdwn } from "./mrkdwn.js";
import { nameOf, state } from "./state.js";
import { messageSurface } from "./surface.js";
import { word } from "./words.js";

const PAGE = 60;
const MOST_ROWS = 300;
const NEAR_PX = 1200;
const BOTTOM_PX = 24;

/**
 * Make the list of a conversation, or of one of its threads.
 * @param intro  the node above the very first message
 * @param unread  how many messages were not read when the list was opened
 */
export function messagePane({ channel, thread = null, label, intro = null, unread = 0 }) {
  const { user } = state;
  let all = []; // what is loaded, oldest first; the rows on the page are all[start] to all[end - 1]
  let start = 0;
  let end = 0;
  let hasOlder = false;
  let firstNew = null;
  let seenTs = "";
  let isSticky = true;
  let work = Promise.resolve();
  let isWaiting = false;
  let isGone = false;
  let isMoving = false;

  const top = el("div", { class: "pane-top" });
  const rows = el("div", { class: "rows", role: "feed", "aria-label": label });
  const scroller = el("div", { class: "scroller" }, top, rows);
  const pill = el("button", { type: "button", class: "pill", hidden: true, onclick: fromPill });
  const said = el("div", { class: "visually-hidden", "aria-live": "polite" });
  const node = el("div", { class: thread ? "pane of-thread" : "pane" }, scroller, pill, said);

  const sizes = new ResizeObserver(() => isSticky && toBottom());
  sizes.observe(rows);
  sizes.observe(scroller);
  scroller.addEventListener("scroll", onScroll, { passive: true });
  rows.addEventListener("keydown", onKey);
  rows.addEventListener("focusin", onFocus);
  document.addEventListener("visibilitychange", markRead);

  const ready = inTurn(open);
  return { node, ready, refresh, toNewest, aim, leave };

  /** Do one thing after the other: answers must not overtake each other. */
  function inTurn(act) {
    work = work.then(() => (isGone ? null : act())).catch((problem) => failed(problem));
    return work;
  }

  function fetchPage({ before = null, limit = PAGE } = {}) {
    return get("messages", { user, channel, thread_ts: thread, before, limit });
  }

  async function open() {
    const page = await fetchPage();
    if (isGone) return;
    all = page.messages;
    hasOlder = page.has_more;
    end = all.length;
    const news = all.filter((message) => !message.is_ephemeral && message.user !== user);
    firstNew = unread && !thread ? (news.at(-unread)?.ts ?? null) : null;
    seenTs = all.at(-1)?.ts ?? "";
    draw();
    toBottom();
    const line = rows.querySelector(".new-line");
    if (line && line.getBoundingClientRect().top < scroller.getBoundingClientRect().top) {
      line.scrollIntoView({ block: "start" });
      isSticky = false;
    }
    markRead();
  }

  /** Look again at what changed; several changes while one look is under way make one more look. */
  function refresh() {
    if (isWaiting) return work;
    isWaiting = true;
    return inTurn(async () => {
      isWaiting = false;
      const atEnd = end === all.length;
      const known = all.at(-1)?.ts ?? "";
      let page = await fetchPage({ limit: atEnd ? Math.min(end - start + PAGE, MOST_ROWS + PAGE) : PAGE });
      const first = all[start]?.ts;
      const last = all[end - 1]?.ts;
      let reached = page.messages[0]?.ts;
      merge(page);
      // somebody was away while more than one page was said
      while (page.has_more && known && reached > known) {
        page = await fetchPage({ before: reached, limit: MOST_ROWS });
        merge(page, reached);
        reached = page.messages[0]?.ts ?? "";
      }
      if (!atEnd) await renew(first, last);
      if (isGone) return;
      showFrom(first, atEnd ? null : last);
      announceNew(known);
    });
  }

  /** Fetch the shown rows anew: they may have been edited. */
  async function renew(first, last) {
    const upTo = all.find(({ ts }) => ts > last)?.ts ?? null;
    const count = all.filter(({ ts }) => ts >= first && ts <= last).length;
    if (count) merge(await fetchPage({ before: upTo, limit: count }), upTo);
  }

  /** Put a page in the place of what is loaded of its span; `upTo` is the first message after it. */
  function merge({ messages, has_more: more }, upTo = null) {
    const from = more ? (messages[0]?.ts ?? upTo) : "";
    const older = all.filter(({ ts }) => ts < from);
    const newer = upTo === null ? [] : all.filter(({ ts }) => ts >= upTo);
    all = [...older, ...messages, ...newer];
    if (!older.length) hasOlder = more;
  }

  /** Show the rows between two moments; without a last one, up to the newest. */
  function showFrom(first, last) {
    start = first === undefined ? 0 : Math.max(0, all.findIndex(({ ts }) => ts >= first));
    end = last === null || last === undefined ? all.length : all.findLastIndex(({ ts }) => ts <= last) + 1;
    if (isSticky && end === all.length) start = Math.max(start, end - MOST_ROWS);
    keepPlace(draw);
    markRead();
  }

  async function showOlder() {
    if (start === 0 && hasOlder) {
      const before = all.length;
      merge(await fetchPage({ before: all[0]?.ts }), all[0]?.ts ?? null);
      if (isGone) return;
      start += all.length - before;
      end += all.length - before;
    }
    start = Math.max(0, start - PAGE);
    end = Math.min(end, start + MOST_ROWS);
    keepPlace(draw);
  }

  async function showNewer() {
    end = Math.min(all.length, end + PAGE);
    start = Math.max(start, end - MOST_ROWS);
    keepPlace(draw);
    const [first, last, atEnd] = [all[start].ts, all[end - 1].ts, end === all.length];
    await renew(first, last);
    if (!isGone) showFrom(first, atEnd ? null : last);
  }

  /** Show a message amid those around it, however far back, and point it out. */
  function aim(ts) {
    return inTurn(async () => {
      while (hasOlder && all[0].ts > ts) merge(await fetchPage({ before: all[0].ts, limit: MOST_ROWS }), all[0].ts);
      const at = all.findIndex((message) => message.ts === ts);
      if (isGone || at < 0) return;
      isSticky = false;
      start = Math.max(0, at - PAGE);
      end = Math.min(all.length, at + PAGE);
      draw();
      const row = rows.querySelector(`[data-key="${CSS.escape(ts)}"]`);
      row.classList.add("aimed");
      row.scrollIntoView({ block: "center" });
      row.focus({ preventScroll: true });
    });
  }

  function draw() {
    const shown = all.slice(start, end);
    const before = all[start - 1];
    const how = shown.map((message, index) => standing(message, index ? shown[index - 1] : before, { firstNew, thread }));
    keyed(rows, shown, ({ ts }) => ts, (message, index) => signOf(message, how[index]), (message, index) =>
      drawMessage(message, how[index], { channel, thread }));
    replace(top, start > 0 || hasOlder ? el("div", { class: "pane-loading" }, word("loading")) : intro);
    if (!rows.querySelector('[tabindex="0"]')) rows.lastElementChild?.setAttribute("tabindex", "0");
    drawPill();
  }

  /** Change rows without moving what is read: the first visible row stays where it is, or the end stays the end. */
  function keepPlace(change) {
    const edge = scroller.getBoundingClientRect().top;
    const anchor = [...rows.children].find((row) => row.getBoundingClientRect().bottom > edge);
    const was = anchor?.getBoundingClientRect().top;
    change();
    if (isSticky && end === all.length) return toBottom();
    const still = anchor && rows.querySelector(`[data-key="${CSS.escape(anchor.dataset.key)}"]`);
    if (still) scroller.scrollTop += still.getBoundingClientRect().top - was;
  }

  function toBottom() {
    scroller.scrollTop = scroller.scrollHeight;
  }

  function toNewest() {
    isSticky = true;
    end = all.length;
    start = Math.max(0, end - PAGE);
    draw();
    toBottom();
    markRead();
  }

  function fromPill() {
    toNewest();
    rows.lastElementChild?.focus({ preventScroll: true });
  }

  function onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    const below = scrollHeight - scrollTop - clientHeight;
    isSticky = below < BOTTOM_PX && end === all.length;
    if (isSticky) markRead();
    drawPill();
    if (isMoving) return;
    if (scrollTop < NEAR_PX && (start > 0 || hasOlder)) move(showOlder);
    else if (below < NEAR_PX && end < all.length) move(showNewer);
  }

  async function move(act) {
    isMoving = true;
    await inTurn(act);
    isMoving = false;
    // still near an edge after a quick flick
    if (!isGone) requestAnimationFrame(onScroll);
  }

  function drawPill() {
    const news = isSticky ? 0 : all.filter(({ ts, user: author }) => ts > seenTs && author !== user).length;
    const isFar = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight > 2 * scroller.clientHeight;
    pill.hidden = !(news || (isFar && !isSticky) || end < all.length);
    const text = news ? word("new-messages", { count: news }) : word("to-newest");
    if (pill.textContent !== text) replace(pill, icon("down"), text);
  }

  function markRead() {
    const last = all.findLast((message) => !message.is_ephemeral)?.ts;
    if (isSticky) seenTs = all.at(-1)?.ts ?? seenTs;
    if (thread || !isSticky || !last || last === read.get(`${user} ${channel}`) || document.visibilityState === "hidden") return;
    read.set(`${user} ${channel}`, last);
    post("read", { user, channel, ts: last }).catch(() => read.delete(`${user} ${channel}`));
  }

  function announceNew(known) {
    const news = all.filter(({ ts, user: author }) => ts > known && author !== user);
    if (!known || !news.length) return;
    const texts = news.map((message) => {
      const surface = messageSurface(user, channel, message);
      return `${nameOf(message.user)}: ${renderMrkdwn(message.text ?? "", surface).textContent}`;
    });
    said.textContent = texts.join("\n");
  }

  function onKey(event) {
    const list = [...rows.children];
    const at = list.indexOf(event.target);
    if (at < 0) return;
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: list.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    list[Math.max(0, Math.min(to, list.length - 1))].focus();
  }

  /** One row at a time is reached with Tab, the last one used. */
  function onFocus(event) {
    const row = event.target.closest(".row");
    for (const other of rows.querySelectorAll('.row[tabindex="0"]')) other.setAttribute("tabindex", "-1");
    row?.setAttribute("tabindex", "0");
  }

  function failed(problem) {
    isWaiting = false;
    if (!all.length) replace(top, el("p", { class: "pane-problem", role: "alert" }, problem.message));
  }

  function leave() {
    isGone = true;
    sizes.disconnect();
    document.removeEventListener("visibilitychange", markRead);
    node.remove();
  }
}

/** Up to where each person has read each conversation in this window. */
const read = new Map();
