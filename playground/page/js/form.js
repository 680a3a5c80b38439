// What people typed and chose, kept apart from the screen: it survives every redraw and every update of a view.
import { toUnix } from "./dates.js";
import { touch, ui, zone } from "./state.js";

const forms = new Map(); // scope (a view or a message) -> {shape, values: Map("block/action" -> {type, value})}

const INITIAL = {
  plain_text_input: (e) => e.initial_value ?? "",
  email_text_input: (e) => e.initial_value ?? "",
  url_text_input: (e) => e.initial_value ?? "",
  number_input: (e) => e.initial_value ?? "",
  static_select: (e) => e.initial_option?.value ?? null,
  external_select: (e) => e.initial_option?.value ?? null,
  multi_static_select: (e) => (e.initial_options ?? []).map((option) => option.value),
  radio_buttons: (e) => e.initial_option?.value ?? null,
  checkboxes: (e) => (e.initial_options ?? []).map((option) => option.value),
  timepicker: (e) => e.initial_time ?? "",
  datepicker: (e) => e.initial_date ?? "",
  datetimepicker: (e) => e.initial_date_time ?? null,
  users_select: (e) => e.initial_user ?? null,
  channels_select: (e) => e.initial_channel ?? null,
  conversations_select: (e) => e.initial_conversation ?? (e.default_to_current_conversation ? ui.channel : null),
  file_input: () => [],
  multi_users_select: (e) => e.initial_users ?? [],
  multi_channels_select: (e) => e.initial_channels ?? [],
  multi_conversations_select: (e) => e.initial_conversations ?? [],
};

export const isField = (element) => element && element.type in INITIAL;

/** The blocks of a place as they are now. In a form (`keep`) values stay while their ids stay; elsewhere a new version starts afresh. */
export function shape(scope, blocks, keep) {
  const form = forms.get(scope);
  if (form?.shape === blocks) return;
  const values = new Map();
  for (const { key, element } of fields(blocks)) {
    const old = form?.values.get(key);
    values.set(
      key,
      keep && old?.type === element.type && stillOffered(element, old.value)
        ? old
        : { type: element.type, value: INITIAL[element.type](element) },
    );
  }
  forms.set(scope, { shape: blocks, values });
}

function stillOffered(element, value) {
  const options = allOptions(element).map((option) => option.value);
  if (!options.length || value === null) return true;
  return [].concat(value).every((one) => options.includes(one));
}

export const allOptions = (element) =>
  element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];

/** Every element with a value, wherever it sits, with its key. */
export function fields(blocks) {
  return (blocks ?? []).flatMap((block, index) => {
    const elements = [block.element, block.accessory, ...(block.type === "actions" ? block.elements : [])].filter(
      isField,
    );
    const inside = block.type === "container" ? fields(block.child_blocks) : [];
    return [
      ...inside,
      ...elements.map((element) => ({ key: keyOf(block.block_id ?? `#${index}`, element), block, element })),
    ];
  });
}

export const keyOf = (blockId, element) => `${blockId}/${element.action_id}`;
export const get = (scope, key) => forms.get(scope)?.values.get(key)?.value;

export function put(scope, key, value) {
  const entry = forms.get(scope)?.values.get(key);
  if (entry) entry.value = value;
  touch(scope);
}

/** The values as the acting API takes them: {block_id: {action_id: value}}; an empty text is null. */
export function values(scope, blocks) {
  const out = {};
  for (const { key, block, element } of fields(blocks)) {
    const value = get(scope, key);
    (out[block.block_id] ??= {})[element.action_id] = value === "" || value === undefined ? null : value;
  }
  return out;
}

/** What is missing or out of bounds, by block, before anything is sent. */
export function problems(scope, blocks) {
  const found = {};
  for (const { key, block, element } of fields(blocks)) {
    if (block.type !== "input") continue;
    const sentence = problem(element, get(scope, key), block.optional);
    if (sentence) found[block.block_id] = sentence;
  }
  return found;
}

function problem(element, value, optional) {
  const empty = value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
  if (empty) return optional ? null : "Please fill this in.";
  if (element.min_length && value.length < element.min_length)
    return `At least ${element.min_length} characters, please.`;
  if (element.max_length && value.length > element.max_length)
    return `At most ${element.max_length} characters, please.`;
  if (element.type !== "number_input") return null;
  if (Number.isNaN(Number(value))) return "Please enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(Number(value))) return "Please enter a whole number.";
  if (element.min_value !== undefined && Number(value) < Number(element.min_value))
    return `Please enter ${element.min_value} or more.`;
  if (element.max_value !== undefined && Number(value) > Number(element.max_value))
    return `Please enter ${element.max_value} or less.`;
  return null;
}

export const unixFromLocal = (text) => (text ? toUnix(text, zone()) : null);
