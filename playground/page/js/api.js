/** Talks to the playground: asks, acts, and hears what changed. */

import { word } from "./words.js";

const RETRY_MS = 1000;

/** What the playground refused; the message is its sentence. */
export class PlayError extends Error {}

/** Ask `GET /_play/<name>`. */
export async function get(name, query = {}) {
  return answer(await reach(`/_play/${name}${searchOf(query)}`));
}

/** Do `POST /_play/<name>`. */
export async function post(name, body = {}) {
  return answer(
    await reach(`/_play/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

/** Withdraw: `DELETE /_play/<name>`. */
export async function remove(name, query = {}) {
  return answer(await reach(`/_play/${name}${searchOf(query)}`, { method: "DELETE" }));
}

/**
 * Hear what changes for a person.
 * @param {(change: {everything?: boolean, channels?: string[], person?: boolean, sidebar?: boolean,
 *   directory?: boolean, traffic?: number}) => void} onChange  `everything` once it can be heard (again);
 *   the `directory` is not among it the first time: who listens has just fetched it
 * @param {(connected: boolean) => void} onState  whether the playground can be heard
 * @returns {() => void} stops listening
 */
export function listen(user, onChange, onState = () => {}) {
  let source = null;
  let timer = 0;
  let stopped = false;
  let wasLost = false;

  function connect() {
    source = new EventSource(`/_play/listen?${new URLSearchParams({ user })}`);
    source.addEventListener("open", () => {
      onState(true);
      onChange({ everything: true, directory: wasLost });
    });
    source.addEventListener("changed", (event) => onChange(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      if (stopped) return;
      wasLost = true;
      onState(false);
      // the browser gives up for good after an answer that is no stream
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(connect, RETRY_MS);
    });
  }

  connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
    source.close();
  };
}

function searchOf(query) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

async function reach(url, options) {
  try {
    return await fetch(url, options);
  } catch {
    throw new PlayError(word("unreachable"));
  }
}

async function answer(response) {
  let body;
  try {
    body = await response.json();
  } catch {
    throw new PlayError(`HTTP ${response.status}`);
  }
  if (!response.ok || body.ok === false) throw new PlayError(body.error ?? `HTTP ${response.status}`);
  return body;
}
