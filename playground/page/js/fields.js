// Elements that hold a value: texts, numbers, dates, times, selects, checkboxes and radio buttons.
import { toLocal } from "./dates.js";
import * as form from "./form.js";
import { multiSelect } from "./multiselect.js";
import { plain, textObject } from "./mrkdwn.js";
import { choose } from "./press.js";
import { app, person, store, zone } from "./state.js";
import { h } from "./vdom.js";

export function field(ctx, block, one, { labelledBy, describedBy, invalid } = {}) {
  const key = form.keyOf(block.block_id ?? `#${ctx.blocks.indexOf(block)}`, one);
  const it = {
    ctx,
    block,
    one,
    key,
    value: form.get(ctx.scope, key),
    choose: (value, tell) => choose(ctx, block, one, key, value, tell),
    id: `f-${ctx.scope}-${key}`,
    aria: {
      "aria-labelledby": labelledBy,
      "aria-label": labelledBy ? null : plain(one.placeholder) || plain(block.text) || KIND[one.type] || "Choose",
      "aria-describedby": describedBy,
      "aria-invalid": invalid ? "true" : null,
      "data-action": one.action_id,
      "aria-required": block.type === "input" && !block.optional && !GROUPS.has(one.type) ? "true" : null,
    },
  };
  if (one.type.startsWith("multi_")) return multiSelect({ ...it, options: optionsOf(one) });
  return DRAW[one.type](it);
}

const KIND = { timepicker: "Time", datepicker: "Date", datetimepicker: "Date and time" };
const GROUPS = new Set(["checkboxes", "radio_buttons"]);

function text({ ctx, one, value, choose: set, id, aria, block }, type = "text") {
  const props = {
    ...aria,
    key: id,
    id,
    class: "field",
    value,
    placeholder: plain(one.placeholder),
    maxlength: one.max_length,
    oninput: (event) => set(event.target.value, dispatches(one, "on_character_entered")),
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.isComposing || one.multiline) return;
      if (block.dispatch_action && dispatches(one, "on_enter_pressed", true)) {
        event.preventDefault();
        set(event.target.value, true);
      }
    },
    ref: one.focus_on_load ? (el) => ctx.surface === "modal" && el.focus() : undefined,
  };
  return one.multiline ? h("textarea", { ...props, rows: 4 }) : h("input", { ...props, type });
}

/** Files are read at once and sent along with the form, as base64. */
function files({ one, choose: set, id, aria, value }) {
  const read = async (event) => {
    const chosen = [...event.target.files].slice(0, one.max_files ?? 10);
    set(await Promise.all(chosen.map(async (file) => ({ name: file.name, content: await base64(file) }))));
  };
  const accept = (one.filetypes ?? []).map((kind) => `.${kind}`).join(",");
  return h(
    "div",
    { key: id },
    h("input", { ...aria, id, class: "field", type: "file", accept, multiple: one.max_files !== 1, onchange: read }),
    h("small", {}, (value ?? []).map((file) => file.name).join(", ")),
  );
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

const dispatches = (one, when, byDefault = false) =>
  one.dispatch_action_config?.trigger_actions_on?.includes(when) ?? byDefault;

function number(it) {
  const node = text(it, "number");
  return h("input", {
    ...node.props,
    min: it.one.min_value,
    max: it.one.max_value,
    step: it.one.is_decimal_allowed ? "any" : 1,
    class: "field short",
  });
}

// Pickers tell the app when one is done with them, not at every arrow key.
function picker(
  type,
  width,
  { one, value, choose: set, id, aria, block },
  read = (raw) => raw,
  write = (raw) => raw ?? "",
) {
  const inForm = block.type === "input" && !block.dispatch_action;
  return h("input", {
    ...aria,
    key: id,
    id,
    type,
    class: `field ${width}`,
    value: write(value),
    onchange: (event) => inForm && set(read(event.target.value), false),
    oninput: (event) => set(read(event.target.value), false),
    onblur: (event) =>
      !inForm && event.target.value && event.target.dataset.told !== event.target.value && tell(event.target),
    onkeydown: (event) => event.key === "Enter" && !inForm && (event.preventDefault(), tell(event.target)),
    onfocus: (event) => (event.target.dataset.told = event.target.value),
    placeholder: plain(one.placeholder),
  });
  function tell(el) {
    el.dataset.told = el.value;
    set(read(el.value), true);
  }
}

function select({ one, value, choose: set, id, aria, block }, options) {
  const told = block.type !== "input" || block.dispatch_action;
  const option = (each) =>
    h(
      "option",
      { key: each.value, value: each.value },
      plain(each.text) + (each.description ? ` (${plain(each.description)})` : ""),
    );
  const groups = one.option_groups && one.type.includes("static");
  return h(
    "span",
    { class: "select", key: id },
    h(
      "select",
      {
        ...aria,
        id,
        class: "field",
        value: value ?? "",
        onchange: (event) => set(event.target.value || null),
        // A closed select changes at every arrow key; where a choice is sent at once, open it instead.
        onkeydown: (event) => {
          if (!told || !event.target.showPicker || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
          event.preventDefault();
          event.target.showPicker();
        },
      },
      h(
        "option",
        { key: "none", value: "", disabled: !block.optional, hidden: !block.optional },
        plain(one.placeholder) || "Choose one",
      ),
      groups
        ? one.option_groups.map((group, index) =>
            h("optgroup", { key: `g${index}`, label: plain(group.label) }, group.options.map(option)),
          )
        : options.map(option),
    ),
  );
}

function ticks({ one, value, choose: set, id, aria }, type) {
  const chosen = type === "radio" ? [value] : (value ?? []);
  const pick = (option, on) => {
    if (type === "radio") return set(option);
    return set(
      form
        .allOptions(one)
        .map((each) => each.value)
        .filter((each) => (each === option ? on : chosen.includes(each))),
    );
  };
  return h(
    "div",
    { ...aria, key: id, id, class: "ticks", role: type === "radio" ? "radiogroup" : "group", tabIndex: -1 },
    one.options.map((option) =>
      h(
        "label",
        { key: option.value, class: "tick-row" },
        h("input", {
          type,
          name: id,
          value: option.value,
          checked: chosen.includes(option.value),
          onchange: (event) => pick(option.value, event.target.checked),
        }),
        h(
          "span",
          {},
          textObject(option.text),
          option.description ? h("small", {}, textObject(option.description)) : null,
        ),
      ),
    ),
  );
}

/** The choices of a select: its own, or the people and places of the workspace. */
function optionsOf(one) {
  if (one.type.includes("users"))
    return [...store.workspace.people.map((each) => entry(each.id, each.real_name)), entry(app().user_id, app().name)];
  if (one.type.includes("channels") || one.type.includes("conversations"))
    return store.workspace.channels
      .filter((each) => allowed(each, one))
      .map((each) => entry(each.id, each.kind === "dm" ? dmName(each) : `#${each.name}`));
  return form.allOptions(one);
}

const entry = (value, text) => ({ value, text: { type: "plain_text", text } });
const dmName = (dm) => person(dm.members.find((id) => id !== store.workspace.me))?.real_name ?? dm.name;

function allowed(place, one) {
  if (place.archived) return false;
  if (one.type.includes("channels")) return place.kind === "channel" && !place.private;
  const kind = place.kind === "dm" ? "im" : place.private ? "private" : "public";
  if (one.filter?.include && !one.filter.include.includes(kind)) return false;
  return !(one.filter?.exclude_bot_users && place.kind === "dm" && place.members.includes(app().user_id));
}

const list = (it) => select(it, optionsOf(it.one));
const DRAW = {
  plain_text_input: (it) => text(it),
  email_text_input: (it) => text(it, "email"),
  url_text_input: (it) => text(it, "url"),
  number_input: number,
  file_input: files,
  static_select: list,
  external_select: list,
  users_select: list,
  channels_select: list,
  conversations_select: list,
  radio_buttons: (it) => ticks(it, "radio"),
  checkboxes: (it) => ticks(it, "checkbox"),
  timepicker: (it) => picker("time", "short", it),
  datepicker: (it) => picker("date", "short", it),
  datetimepicker: (it) =>
    picker("datetime-local", "medium", it, form.unixFromLocal, (unix) => (unix ? toLocal(unix, zone()) : "")),
};
