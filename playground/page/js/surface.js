/** How blocks act: what is pressed and entered in a message or view goes to the playground, in order. */

import { post, PlayError } from "./api.js";
import { word } from "./block_words.js";
import { state } from "./state.js";

const TYPING_MS = 250;
/** What is typed but not sent yet, by place and field; it outlives a surface, for a place may be drawn anew meanwhile. */
const waiting = new Map();
/** The last entry under way, by place. */
const tails = new Map();

/** Return the surface of a message as a person sees it. */
export function messageSurface(user, channel, message) {
  return surface("message", user, { channel, ts: message.ts }, message.state ?? {}, {});
}

/** Return the surface of a modal or Home. */
export function viewSurface(user, view) {
  return surface(view.type, user, { view_id: view.id }, view.state?.values ?? {}, view.errors ?? {});
}

function surface(kind, user, place, values, errors) {
  const key = JSON.stringify([user, place]);
  const at = (blockId, actionId) => ({ user, ...place, block_id: blockId, action_id: actionId });
  const person = state.people.get(user);

  function send(field, body) {
    waiting.delete(field);
    const before = tails.get(key) ?? Promise.resolve();
    const sent = before.catch(() => {}).then(() => post("fill", body));
    tails.set(key, sent);
    sent.catch(() => {}).finally(() => tails.get(key) === sent && tails.delete(key));
    return sent;
  }

  return {
    kind,
    user,
    values,
    errors,
    /** The blocks whose error no longer holds, for something else was entered since it was said. */
    mended: new Set(),
    locale: person?.locale ?? "en-US",
    zone: person?.tz ?? "UTC",
    readOnly: false,

    async click(blockId, actionId, value) {
      await this.flush();
      return post("click", { ...at(blockId, actionId), value });
    },

    /** Enter a value; with `typing` it waits for a pause. `value` is what the control API takes. */
    fill(blockId, actionId, value, { enter = false, typing = false } = {}) {
      const field = JSON.stringify([key, blockId, actionId]);
      const entry = waiting.get(field);
      clearTimeout(entry?.timer);
      const body = { ...at(blockId, actionId), value, enter };
      if (!typing) {
        const sent = send(field, body);
        entry?.settle(sent);
        return sent;
      }
      const next = entry ?? later(key);
      next.value = value;
      next.go = () => {
        clearTimeout(next.timer);
        next.settle(send(field, body));
      };
      next.timer = setTimeout(next.go, TYPING_MS);
      waiting.set(field, next);
      return next.done;
    },

    /** Return what was typed here and not sent yet, or undefined. */
    typed(blockId, actionId) {
      return waiting.get(JSON.stringify([key, blockId, actionId]))?.value;
    },

    /** Send what still waits; resolves when all that was entered here has arrived. */
    async flush() {
      for (const entry of [...waiting.values()]) if (entry.place === key) entry.go();
      await tails.get(key);
    },

    async options(blockId, actionId, query) {
      const answer = await post("options", { ...at(blockId, actionId), query });
      if (answer.failure) throw new PlayError(word("block.no-options"));
      const groups = answer.option_groups ?? [{ options: answer.options }];
      return groups.map(({ label, options }) => ({ label: label?.text, options }));
    },
  };
}

/** A promise that is settled from outside. */
function later(place) {
  const entry = { place };
  entry.done = new Promise((resolve) => {
    entry.settle = resolve;
  });
  return entry;
}
