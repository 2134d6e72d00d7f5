/** Selects: lists of options, of what the app finds, of people, channels and conversations. */

import { complain } from "./acting.js";
import { word } from "./block_words.js";
import { askConfirm } from "./confirm.js";
import { el, replace } from "./dom.js";
import { emojiText } from "./emoji.js";
import { enter, named } from "./inputs.js";
import { combobox } from "./menus.js";
import { channelName, nameOf, state } from "./state.js";
import { wordsOfText } from "./texts.js";
import { remember, standing } from "./values.js";

const MOST_SHOWN = 200;
const DEFAULT_MIN_QUERY = 3;

/** Draw a select; `source` says where its options come from and how a stored value is shown. */
function select(block, element, surface, names, { source, hint, isObject = false, minLength = 0 }) {
  const multiple = element.type.startsWith("multi_");
  const placeholder = element.placeholder ? wordsOfText(element.placeholder, surface) : word(hint);
  const attributes = named(element, surface, names);
  const label = names.label || placeholder;
  const holder = el("div", { class: "select-holder" });
  draw();
  return holder;

  function draw() {
    const value = standing(block, element, surface);
    const chosen = multiple ? (value ?? []).map(source.show) : value && source.show(value);
    const box = combobox({
      label,
      placeholder,
      multiple,
      chosen,
      search: source.search,
      onpick: change,
      minLength,
      maxItems: element.max_selected_items,
      attributes: { ...attributes, "aria-label": label },
    });
    replace(holder, box);
  }

  function redraw() {
    draw();
    holder.querySelector("input")?.focus();
  }

  async function change(picked) {
    const list = multiple ? picked : [picked].filter(Boolean);
    const values = list.map((option) => option.value);
    const shown = isObject ? list.map(source.keep) : values;
    const before = standing(block, element, surface);
    if (element.confirm && !(await askConfirm(element.confirm, surface))) {
      redraw();
      return;
    }
    const [value, kept] = multiple ? [values, shown] : [values[0] ?? null, shown[0] ?? null];
    const isTaken = await enter(holder, block, element, surface, value, kept);
    if (isTaken || !holder.isConnected) return;
    remember(block, element, surface, before);
    const refusal = holder.closest(".block")?.querySelector(":scope > .block-refusal")?.textContent;
    redraw();
    if (refusal) complain(holder, refusal);
  }
}

/** Options as Slack writes them, and as a list shows them. */
function optionSource(search) {
  const known = new Map();
  const show = (option) => {
    known.set(option.value, option);
    const words = (text) => (text.emoji === false ? text.text : emojiText(text.text));
    return { value: option.value, text: words(option.text), description: option.description && words(option.description) };
  };
  return {
    show,
    keep: (option) => known.get(option.value),
    search: async (query) => {
      const groups = (await search(query)).map(({ label, options }) => ({ label, options: options.map(show) }));
      return groups.length === 1 && !groups[0].label ? groups[0].options : groups;
    },
  };
}

function staticSelect(block, element, surface, names) {
  const groups = element.option_groups?.map(({ label, options }) => ({ label: label.text, options })) ?? [
    { options: element.options },
  ];
  const source = optionSource((query) =>
    groups.map(({ label, options }) => ({
      label,
      options: options.filter(({ text, description }) => matches(query, text.text, description?.text)),
    })));
  const hint = element.type.startsWith("multi_") ? "block.choose-many" : "block.choose";
  return select(block, element, surface, names, { source, hint, isObject: true });
}

function externalSelect(block, element, surface, names) {
  const source = optionSource((query) => surface.options(block.block_id, element.action_id, query));
  return select(block, element, surface, names, {
    source,
    hint: element.type.startsWith("multi_") ? "block.choose-many" : "block.choose",
    isObject: true,
    minLength: element.min_query_length ?? DEFAULT_MIN_QUERY,
  });
}

function peopleSelect(block, element, surface, names) {
  const source = {
    show: (id) => ({ value: id, text: nameOf(id) }),
    search: async (query) => {
      const found = state.directory.people.filter(
        (person) => !person.deleted && matches(query, person.real_name, person.name, person.title),
      );
      found.sort((a, b) => Number(a.is_bot) - Number(b.is_bot) || a.real_name.localeCompare(b.real_name));
      return found.slice(0, MOST_SHOWN).map(({ id, title }) => ({ ...source.show(id), description: title || undefined }));
    },
  };
  return select(block, element, surface, names, { source, hint: "block.choose-person" });
}

function channelSelect(block, element, surface, names) {
  const source = {
    show: (id) => ({ value: id, text: `# ${channelName(id)}` }),
    search: async (query) =>
      openChannels(query)
        .filter((channel) => !channel.is_private)
        .slice(0, MOST_SHOWN)
        .map(({ id }) => source.show(id)),
  };
  return select(block, element, surface, names, { source, hint: "block.choose-channel" });
}

function conversationSelect(block, element, surface, names) {
  const { include = ["im", "mpim", "private", "public"], exclude_external_shared_channels: noShared, exclude_bot_users: noBots } =
    element.filter ?? {};
  const source = {
    show: (id) => ({ value: id, text: /^[DU]/.test(id) ? channelName(id) : `# ${channelName(id)}` }),
    search: async (query) => {
      const { dms, app } = state.sidebar;
      const channels = openChannels(query).filter(
        (channel) =>
          !(noShared && channel.is_ext_shared) && include.includes(channel.is_private ? "private" : "public")
          && (!channel.is_private || channel.members.includes(surface.user)),
      );
      const direct = include.includes("im") ? [...dms.map(({ id }) => id), ...(app.channel && !noBots ? [app.channel] : [])] : [];
      return [...direct.filter((id) => matches(query, channelName(id))), ...channels.map(({ id }) => id)]
        .slice(0, MOST_SHOWN)
        .map(source.show);
    },
  };
  return select(block, element, surface, names, { source, hint: "block.choose-conversation" });
}

/** Channels that are not archived; what a person's own sidebar knows of them counts as well. */
function openChannels(query) {
  const own = new Map(state.sidebar.channels.map((channel) => [channel.id, channel]));
  return state.directory.channels
    .map((channel) => ({ ...channel, ...own.get(channel.id) }))
    .filter((channel) => !channel.is_archived && matches(query, channel.name));
}

/** Whether a query's words all stand somewhere in the texts; accents and case do not count. */
function matches(query, ...texts) {
  const within = folded(texts.filter(Boolean).join(" "));
  return folded(query).split(/\s+/).every((part) => within.includes(part));
}

function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/** How each kind is drawn: (block, element, surface, names) → node. */
export const SELECTS = {
  static_select: staticSelect,
  multi_static_select: staticSelect,
  external_select: externalSelect,
  multi_external_select: externalSelect,
  users_select: peopleSelect,
  multi_users_select: peopleSelect,
  channels_select: channelSelect,
  multi_channels_select: channelSelect,
  conversations_select: conversationSelect,
  multi_conversations_select: conversationSelect,
};
