/** What stands in an input: Slack's state, else the element's first value. */

/** Where a kind of input keeps its value and its first value. */
const SLOTS = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  rich_text_input: ["rich_text_value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  users_select: ["selected_user", "initial_user"],
  channels_select: ["selected_channel", "initial_channel"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  checkboxes: ["selected_options", "initial_options"],
  multi_users_select: ["selected_users", "initial_users"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  file_input: ["files", ""],
};

/** Whether an element holds a value. */
export function holdsValue(element) {
  return element.type in SLOTS;
}

/** Return what stands in an input, or null. */
export function standing(block, element, surface) {
  const [key, initial] = SLOTS[element.type];
  const stored = surface.values[block.block_id]?.[element.action_id];
  return (stored?.type === element.type ? stored[key] : element[initial]) ?? null;
}

/** Remember on the page what was entered, so that it is there before the playground tells. */
export function remember(block, element, surface, value) {
  const [key] = SLOTS[element.type];
  const actions = (surface.values[block.block_id] ??= {});
  actions[element.action_id] = { type: element.type, [key]: value };
}
